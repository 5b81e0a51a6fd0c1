/**
 * Draws and packs the demo clip (scripts/make-demo-clip): 60 s that go on seamlessly when they loop. The picture is a pattern
 * in motion whose every period divides 60 s, with a seconds counter and a hand that turns once; the sound ticks each second.
 * H264 main profile without B-frames, a closed GOP every 2 s; AAC-LC at 32 kHz, where 60 s are 1875 whole frames.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { printClip, type ClipTrack, type ClipUnit } from "../src/app/demo/clip.ts";
import { readAdtsHeader } from "../src/codecs/aac/audio-specific-config.ts";
import { splitAtStartCodes } from "../src/codecs/nal-units.ts";

const SECONDS = 60;
const FRAME_RATE = 25;
const GOP_FRAMES = 50;
const SIZE = "640x360";
const VIDEO_CLOCK = 90_000;
const SAMPLE_RATE = 32_000;
const FRAME_SAMPLES = 1024;
const AUDIO_FRAMES = (SECONDS * SAMPLE_RATE) / FRAME_SAMPLES;
const MAX_BYTES = 1_500_000;
const FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf";

const NAL_TYPE = { slice: 1, keySlice: 5, sps: 7, pps: 8 } as const;

/** Drawn from back to front: a grid, colour bars, the counter, a hand around it, a bouncing square. */
const picture = [
  "[0]drawgrid=w=40:h=40:t=1:c=0x24384a[grid]",
  "[grid][1]overlay=0:320[bars]",
  [
    `[bars]drawtext=fontfile=${FONT}:text='%{eif\\:mod(floor(n/${String(FRAME_RATE)})\\,60)\\:d\\:2}':fontsize=120:fontcolor=white:x=248:y=100`,
    `drawtext=fontfile=${FONT}:text='%{eif\\:mod(n\\,${String(FRAME_RATE)})\\:d\\:2}':fontsize=36:fontcolor=0x9fb3c8:x=298:y=215`,
    `drawtext=fontfile=${FONT}:text='Sluice':fontsize=28:fontcolor=0xf2b134:x=16:y=12[text]`,
  ].join(","),
  "[text][2]overlay=x='311+150*sin(2*PI*t/60)':y='151-140*cos(2*PI*t/60)':eval=frame[hand]",
  "[hand][3]overlay=x='290-270*cos(2*PI*t/6)':y='255-60*abs(sin(2*PI*t/2))':eval=frame,format=yuv420p[out]",
].join(";");

function ffmpeg(args: readonly string[]): void {
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...args], { stdio: "inherit" });
}

function colour(value: string, size: string): readonly string[] {
  return ["-f", "lavfi", "-i", `color=c=${value}:s=${size}:r=${String(FRAME_RATE)}:d=${String(SECONDS)}`];
}

function encodeVideo(path: string): readonly (readonly Buffer[])[] {
  ffmpeg([
    ...colour("0x16222e", SIZE),
    ...["-f", "lavfi", "-i", `smptehdbars=s=640x40:r=${String(FRAME_RATE)}:d=${String(SECONDS)}`],
    ...colour("0xf2b134", "18x18"),
    ...colour("0x3fb8af", "60x60"),
    ...[
      "-filter_complex",
      picture,
      "-map",
      "[out]",
      "-c:v",
      "libx264",
      "-profile:v",
      "main",
      "-preset",
      "veryslow",
      "-crf",
      "24",
    ],
    ...[
      "-g",
      String(GOP_FRAMES),
      "-keyint_min",
      String(GOP_FRAMES),
      "-sc_threshold",
      "0",
      "-bf",
      "0",
      "-flags",
      "+cgop+bitexact",
    ],
    ...["-threads", "1", "-x264-params", "repeat-headers=1", "-bsf:v", "filter_units=remove_types=6|9", "-f", "h264", path],
  ]);
  return pictures(splitAtStartCodes(readFileSync(path), Number.MAX_SAFE_INTEGER));
}

/** NAL units grouped to pictures: each ends with its one slice. */
function pictures(nals: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const units: Buffer[][] = [];
  let open: Buffer[] = [];
  for (const nal of nals) {
    open.push(nal);
    const type = (nal[0] ?? 0) & 0x1f;
    if (type !== NAL_TYPE.slice && type !== NAL_TYPE.keySlice) continue;
    const firstMacroblockIsZero = ((nal[1] ?? 0) & 0x80) !== 0;
    if (!firstMacroblockIsZero) throw new Error("a picture has several slices");
    units.push(open);
    open = [];
  }
  if (units.length !== SECONDS * FRAME_RATE) throw new Error(`${String(units.length)} pictures`);
  return units;
}

/** The second of three rounds, so that its first frame follows its last one as they overlap in the encoder (one frame of priming). */
function encodeAudio(path: string): { frames: readonly Buffer[]; config: Buffer } {
  const tick = "0.25*sin(2*PI*t*if(lt(mod(t\\,60)\\,1)\\,1320\\,880))*exp(-30*mod(t\\,1))";
  const source = `aevalsrc='${tick}':s=${String(SAMPLE_RATE)}:d=${String(3 * SECONDS)}`;
  ffmpeg(["-f", "lavfi", "-i", source, "-c:a", "aac", "-b:a", "24k", "-flags", "+bitexact", "-f", "adts", path]);
  const bytes = readFileSync(path);
  const frames: Buffer[] = [];
  let config: Buffer | undefined;
  for (let at = 0; at < bytes.length;) {
    const header = readAdtsHeader(bytes.subarray(at));
    if (header?.config === undefined) throw new Error("not ADTS");
    config ??= header.config;
    frames.push(bytes.subarray(at + header.headerBytes, at + header.frameBytes));
    at += header.frameBytes;
  }
  const round = frames.slice(AUDIO_FRAMES + 1, 2 * AUDIO_FRAMES + 1);
  if (config === undefined || round.length !== AUDIO_FRAMES) throw new Error("the sound is too short");
  return { frames: round, config };
}

function main(target: string): void {
  const work = mkdtempSync(join(tmpdir(), "demo-clip-"));
  try {
    const video = encodeVideo(join(work, "video.h264"));
    const audio = encodeAudio(join(work, "audio.aac"));
    const [first = []] = video;
    const set = (type: number): Buffer => first.find((nal) => ((nal[0] ?? 0) & 0x1f) === type) ?? Buffer.alloc(0);
    const [sps, pps] = [set(NAL_TYPE.sps), set(NAL_TYPE.pps)];
    const tracks: readonly ClipTrack[] = [
      {
        kind: "video",
        encodingName: "H264",
        payloadType: 96,
        clockRate: VIDEO_CLOCK,
        fmtp: {
          "packetization-mode": "1",
          "profile-level-id": sps.subarray(1, 4).toString("hex").toUpperCase(),
          "sprop-parameter-sets": `${sps.toString("base64")},${pps.toString("base64")}`,
        },
      },
      {
        kind: "audio",
        encodingName: "MPEG4-GENERIC",
        payloadType: 97,
        clockRate: SAMPLE_RATE,
        channels: 1,
        fmtp: {
          streamtype: "5",
          "profile-level-id": "1",
          mode: "AAC-hbr",
          sizelength: "13",
          indexlength: "3",
          indexdeltalength: "3",
          config: audio.config.toString("hex").toUpperCase(),
        },
      },
    ];
    const isKey = (nals: readonly Buffer[]): boolean => nals.some((nal) => ((nal[0] ?? 0) & 0x1f) === NAL_TYPE.keySlice);
    const units: readonly ClipUnit[] = [
      ...video.map((nals, i): ClipUnit => ({
        track: 0,
        type: isKey(nals) ? "key" : "delta",
        timestamp: (i * VIDEO_CLOCK) / FRAME_RATE,
        units: nals,
      })),
      ...audio.frames.map((frame, i): ClipUnit => ({ track: 1, type: "key", timestamp: i * FRAME_SAMPLES, units: [frame] })),
    ];
    const secondsOf = (unit: ClipUnit): number => unit.timestamp / (tracks[unit.track]?.clockRate ?? 1);
    const file = printClip({ durationMs: SECONDS * 1000, tracks, units: units.toSorted((a, b) => secondsOf(a) - secondsOf(b)) });
    if (file.length > MAX_BYTES) throw new Error(`the clip has ${String(file.length)} bytes`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file);
    console.log(`${target}: ${String(file.length)} bytes, ${String(units.length)} units`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

main(process.argv[2] ?? join(import.meta.dirname, "..", "bundle", "demo", "demo.clip"));
