/**
 * Fuzz targets of the codecs layer: per codec, payloads pass through `inspect` and the depacketizer, and what that accepts is
 * cut and joined again; further the parsers of parameter sets and of fmtp values. Nothing here may throw anything.
 */
import assert from "node:assert/strict";
import { isAdtsHeader, parseAudioSpecificConfig } from "#codecs/aac/audio-specific-config.ts";
import { parseStreamMuxConfig, printStreamMuxConfig } from "#codecs/aac/stream-mux-config.ts";
import { parseSequenceHeader } from "#codecs/av1/obu.ts";
import type { AccessUnit, RtpFormat, TrackCodec } from "#codecs/codec.ts";
import { parameterSetId as h264SetId, parseSequenceParameterSet as parseH264Sps } from "#codecs/h264/parameter-sets.ts";
import { parameterSetId as h265SetId, parseSequenceParameterSet as parseH265Sps } from "#codecs/h265/parameter-sets.ts";
import { openTrack } from "#codecs/registry.ts";
import { ALL_FLAGS, parsedFmtp } from "../../contracts/codec.ts";
import { recordedPackets } from "../../support/recorded-rtp.ts";
import { audioFormat, rtpFormat } from "../../support/rtp-formats.ts";
import type { FuzzTarget } from "../target.ts";

const CUT_BYTES = 200;
const SEED_PACKETS = 6;
const MARKER = 0x80;
const NEW_TIMESTAMP = 0x40;
const GAP = 0x20;

/**
 * Input of a packet target: per packet one byte of marker, new timestamp and gap, two of length, then the payload. The first
 * packets of a recording, from the first and from the second unit on, make the seeds.
 */
function packetSeeds(recording: string): Buffer[] {
  const packets = recordedPackets(recording);
  const secondUnit = packets.findIndex((packet, i) => i > 0 && packet.firstOfUnit);
  return [packets.slice(0, SEED_PACKETS), packets.slice(secondUnit, secondUnit + SEED_PACKETS)].map((some) =>
    packetInput(
      some.map(({ payload, marker, firstOfUnit }) => ({
        payload,
        flags: (marker ? MARKER : 0) | (firstOfUnit ? NEW_TIMESTAMP : 0),
      })),
    ),
  );
}

function packetInput(packets: readonly { payload: Buffer; flags: number }[]): Buffer {
  return Buffer.concat(
    packets.flatMap(({ payload, flags }) => [Buffer.of(flags, payload.length >> 8, payload.length & 0xff), payload]),
  );
}

function plainSeeds(...payloads: readonly string[]): Buffer[] {
  return payloads.map((hex) => packetInput([{ payload: Buffer.from(hex, "hex"), flags: MARKER | NEW_TIMESTAMP }]));
}

function runPackets(format: RtpFormat, input: Buffer): void {
  const { track } = openTrack(format);
  const depacketizer = track.depacketizer();
  const units: AccessUnit[] = [];
  const range = { start: 0, end: 0, firstOfUnit: false };
  let timestamp = 0;
  for (let at = 0; at + 3 <= input.length;) {
    const flags = input[at] ?? 0;
    const firstOfUnit = (flags & NEW_TIMESTAMP) !== 0;
    if (firstOfUnit) timestamp += 3000;
    if ((flags & GAP) !== 0) depacketizer?.reset();
    const start = at + 3;
    const end = Math.min(input.length, start + input.readUInt16BE(at + 1));
    Object.assign(range, { start, end, firstOfUnit });
    const seen = track.inspect(input, range);
    assert.ok(seen >= 0 && seen <= ALL_FLAGS);
    const result = depacketizer?.push({ payload: input.subarray(start, end), timestamp, marker: (flags & MARKER) !== 0 });
    if (result?.kind === "access-units") units.push(...result.accessUnits);
    at = end;
  }
  assert.equal(openTrack({ ...format, fmtp: parsedFmtp(track.fmtp()) }).track.fmtp(), track.fmtp());
  track.props();
  for (const payload of track.parameterSetPayloads()) assert.ok(payload.length > 0);
  for (const unit of units) checkUnit(track, unit, input.length);
}

/** What was accepted is bounded by what came in, and survives being cut and joined. */
function checkUnit(track: TrackCodec, unit: AccessUnit, inputBytes: number): void {
  const bytes = unit.units.reduce((sum, part) => sum + part.length, 0);
  assert.ok(unit.units.length > 0 && unit.units.every((part) => part.length > 0));
  assert.ok(bytes <= inputBytes + 1024, "a unit is no larger than its packets and a picture header");
  assert.ok(unit.timestamp >= 0 && unit.timestamp < 2 ** 32);
  const packets = track.packetizer(CUT_BYTES)?.packetize(unit) ?? [];
  const joiner = track.depacketizer();
  for (const { payload, marker, timestampOffset } of packets) {
    assert.ok(payload.length > 0 && payload.length <= CUT_BYTES);
    const result = joiner?.push({ payload, timestamp: unit.timestamp + timestampOffset, marker });
    if (result?.kind === "joined-mid-unit") return; // a unit that doesn't open as one does: fine in the middle of a stream
    assert.notEqual(result?.kind, "damaged");
    if (result?.kind !== "access-units" || packets.at(-1)?.payload !== payload || timestampOffset > 0) continue;
    const first = unit.units[0] ?? Buffer.alloc(0);
    if (isAdtsHeader(first, 0, first.length)) continue; // an ADTS header in a frame after an ADTS header is taken off too
    assert.deepEqual(result.accessUnits.at(-1), unit);
  }
}

function packetTarget(name: string, format: RtpFormat, seeds: readonly Buffer[]): FuzzTarget {
  return {
    name: `codec-${name}`,
    seeds,
    run: (input) => {
      runPackets(format, input);
    },
  };
}

const H265_DON = rtpFormat("H265", { fmtp: { "sprop-max-don-diff": "1" } });
const AAC = audioFormat("MPEG4-GENERIC", 48_000, { channels: 2, fmtp: { config: "1190" } });
const AAC_ODD = audioFormat("MPEG4-GENERIC", 16_000, {
  fmtp: { sizelength: "12", indexlength: "4", indexdeltalength: "4", ctsdeltalength: "9", auxiliarydatasizelength: "7" },
});
const LATM = audioFormat("MP4A-LATM", 48_000, { channels: 2, fmtp: { cpresent: "0", config: "400023203fc0" } });
const LATM_IN_BAND = audioFormat("MP4A-LATM", 90_000, { fmtp: { cpresent: "1" } });

const packetTargets: readonly FuzzTarget[] = [
  packetTarget("h264", rtpFormat("H264"), [
    ...packetSeeds("h264-ffmpeg.rtp"),
    ...packetSeeds("h264-gstreamer.rtp"),
    ...plainSeeds("0000000167640028acd940780227e5c00000000168ebe3cb22c0000001658884", "0605ffff0106010180", "0601018006010180"),
  ]),
  packetTarget("h265", rtpFormat("H265"), packetSeeds("h265-gstreamer.rtp")),
  packetTarget("h265-don", H265_DON, [
    ...packetSeeds("h265-gstreamer.rtp"),
    ...plainSeeds("60010001000326010a000003420101", "62018100010000"),
  ]),
  packetTarget(
    "av1",
    rtpFormat("AV1"),
    plainSeeds("180a0b00000024c4ffdf3ffa32041a2b3c4d", "080a0a0b00000024c4ffdf3ffa05320a0b0c0d", "5832aabb"),
  ),
  packetTarget("vp8", rtpFormat("VP8"), packetSeeds("vp8-ffmpeg.rtp")),
  packetTarget("vp9", rtpFormat("VP9"), [...packetSeeds("vp9-ffmpeg.rtp"), ...packetSeeds("vp9-gstreamer.rtp")]),
  packetTarget("mjpeg", rtpFormat("JPEG"), [...packetSeeds("mjpeg-ffmpeg.rtp"), ...packetSeeds("mjpeg-gstreamer.rtp")]),
  packetTarget("aac", AAC, [
    ...packetSeeds("aac-ffmpeg.rtp"),
    ...packetSeeds("aac-gstreamer.rtp"),
    ...plainSeeds("fff14c8001bffc2110"),
  ]),
  packetTarget("aac-odd-layout", AAC_ODD, plainSeeds("0010012012345678", "001a01200008123456789a")),
  packetTarget("latm", LATM, packetSeeds("latm-gstreamer.rtp")),
  packetTarget("latm-in-band", LATM_IN_BAND, plainSeeds("200011901fe0010aabb0", "80040aabbccdd0")),
  packetTarget("mp3", audioFormat("MPA", 90_000), packetSeeds("mp3-gstreamer.rtp")),
  packetTarget("ac3", audioFormat("AC3", 48_000), packetSeeds("ac3-gstreamer.rtp")),
  packetTarget("opus", audioFormat("OPUS", 48_000, { channels: 2 }), packetSeeds("opus-ffmpeg.rtp")),
  packetTarget("lpcm", audioFormat("L24", 48_000, { channels: 3 }), plainSeeds("00".repeat(900))),
  packetTarget("generic", rtpFormat("VND.ONVIF.METADATA", { kind: "application" }), plainSeeds("3c3f786d6c")),
];

const ENCODINGS =
  "H264 H265 AV1 VP8 VP9 JPEG MPEG4-GENERIC MP4A-LATM OPUS MULTIOPUS PCMU G722 G726-24 L24 MPA AC3 FLAC ODD".split(" ");

/** Input: encoding name, clock rate, channels and kind on the first line, an fmtp line on the second. */
const fmtpTarget: FuzzTarget = {
  name: "codec-fmtp",
  seeds: [
    "H264/90000/1/video\npacketization-mode=1; sprop-parameter-sets=Z2QAKKzZQHgCJ+XARAAAAwAEAAADAMg8YMZY,aOvjyyLA; profile-level-id=640028",
    "H265/90000/1/video\nsprop-vps=QAEMAf//AWAAAAMAkAAAAwAAAwAelZgJ; sprop-sps=QgEBAWAAAAMAkAAAAwAAAwAeoDCBBZZWaSTK8BaAgAAAAwCAAAAFBA==; sprop-pps=RAHBcrQiQA==; sprop-max-don-diff=2",
    "MPEG4-GENERIC/48000/2/audio\nmode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; config=1190; streamtype=5",
    "MP4A-LATM/48000/2/audio\ncpresent=0; object=2; config=400023203fc0",
    "OPUS/48000/2/audio\nsprop-stereo=1",
    "VP9/90000/1/video\nprofile-id=2",
    "JPEG/90000/1/video\nx-dimensions=2592,1944",
  ].map((text) => Buffer.from(text)),
  dictionary: [...ENCODINGS, "constantsize=", "sprop-max-don-diff=1", "packetization-mode=2", "cpresent=1", "AAC-lbr"],
  run: (input) => {
    const [first = "", line = ""] = input.toString("latin1").split("\n");
    const [encodingName = "", rate = "", channels = "", kind = ""] = first.split("/");
    const format: RtpFormat = {
      kind: kind === "audio" || kind === "application" ? kind : "video",
      payloadType: 96,
      encodingName: encodingName.toUpperCase(),
      clockRate: Math.min(1e9, Math.max(1, Number.parseInt(rate, 10) || 1)),
      channels: channels === "" ? undefined : Math.min(255, Number.parseInt(channels, 10) || 0),
      fmtp: parsedFmtp(line),
    };
    const { track } = openTrack(format);
    const offered = track.fmtp();
    assert.equal(openTrack({ ...format, fmtp: parsedFmtp(offered) }).track.fmtp(), offered);
    track.props();
    track.parameterSetPayloads();
    assert.equal(track.compatibleWith(format), true);
    runPackets(format, input);
  },
};

function bitTarget(name: string, seeds: readonly string[], run: (input: Buffer) => void): FuzzTarget {
  return { name: `codec-${name}`, seeds: seeds.map((hex) => Buffer.from(hex, "hex")), maxInputBytes: 600, run };
}

function isPictureSize(size: { width: number; height: number } | undefined): void {
  if (size === undefined) return;
  assert.ok(Number.isInteger(size.width) && size.width > 0 && size.width <= 65_536);
  assert.ok(Number.isInteger(size.height) && size.height > 0 && size.height <= 65_536);
}

const bitTargets: readonly FuzzTarget[] = [
  bitTarget("h264-sps", ["67640028acd940780227e5c044000003000400000300c83c60c658", "6742c01ed900a02ff970"], (input) => {
    isPictureSize(parseH264Sps(input));
    for (const kind of [0, 1]) assert.ok(h264SetId(kind, input) <= 255);
  }),
  bitTarget("h265-sps", ["42010101600000030090000003000003001ea030810596566924caf0168080000003008000000504"], (input) => {
    isPictureSize(parseH265Sps(input));
    for (const kind of [0, 1, 2]) assert.ok(h265SetId(kind, input) <= 63);
  }),
  bitTarget("av1-sequence-header", ["0a0b00000024c4ffdf3ffa", "0800000024c4ffdf3ffa"], (input) => {
    isPictureSize(parseSequenceHeader(input));
  }),
  bitTarget("audio-specific-config", ["1190", "1408", "2b920800", "f8e85000"], (input) => {
    const config = parseAudioSpecificConfig(input);
    if (config !== undefined) assert.ok(config.sampleRate > 0 && config.channels <= 8 && config.bitsRead <= input.length * 8);
  }),
  bitTarget("stream-mux-config", ["400023203fc0", "400024103fc0"], (input) => {
    const config = parseStreamMuxConfig(input);
    if (config !== undefined) assert.ok(config.frames <= 64 && config.audio.channels > 0);
    if (input.length === 2) printStreamMuxConfig(input);
  }),
];

/** All targets of the codecs layer. */
export const codecTargets: readonly FuzzTarget[] = [...packetTargets, fmtpTarget, ...bitTargets];
