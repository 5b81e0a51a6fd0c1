/** The codec suite over every codec of the registry. Units come from recorded streams where there is one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { codecs, openTrack } from "#codecs/registry.ts";
import type { AccessUnit, RtpFormat } from "#codecs/codec.ts";
import { obuTypeOf, withoutSizeField, leb128Bytes, leb128Value } from "#codecs/av1/obu.ts";
import { depacketize, recordedBytes, recordedPackets } from "../support/recorded-rtp.ts";
import { audioFormat, rtpFormat } from "../support/rtp-formats.ts";
import type { CodecSubject } from "./codec.ts";
import { testCodec } from "./codec.ts";

const VIDEO_INTERVAL = 9000;

const video = { interval: VIDEO_INTERVAL, markerEndsUnit: true, cutsUnits: true };

const subjects: readonly Omit<CodecSubject, "codec">[] = [
  { format: rtpFormat("H264"), units: recordedUnits("h264-ffmpeg.rtp", rtpFormat("H264")), ...video },
  { format: rtpFormat("H265"), units: recordedUnits("h265-gstreamer.rtp", rtpFormat("H265")), ...video },
  { format: rtpFormat("AV1"), units: av1Units(), ...video },
  { format: rtpFormat("VP8"), units: recordedUnits("vp8-ffmpeg.rtp", rtpFormat("VP8")), ...video },
  { format: rtpFormat("VP9"), units: recordedUnits("vp9-ffmpeg.rtp", rtpFormat("VP9")), ...video },
  {
    format: rtpFormat("JPEG", { payloadType: 26 }),
    units: recordedUnits("mjpeg-ffmpeg.rtp", rtpFormat("JPEG")),
    payloadSizes: [200, 333, 1400], // the first payload holds 140 bytes of header and tables
    ...video,
  },
  recorded("aac-gstreamer.rtp", audioFormat("MPEG4-GENERIC", 48_000, { channels: 2, fmtp: { config: "1190" } }), 1024),
  recorded(
    "latm-gstreamer.rtp",
    audioFormat("MP4A-LATM", 48_000, { channels: 2, fmtp: { cpresent: "0", config: "400023203fc0" } }),
    1024,
  ),
  { ...recorded("mp3-gstreamer.rtp", audioFormat("MPA", 90_000), 2160), markerEndsUnit: false },
  recorded("ac3-gstreamer.rtp", audioFormat("AC3", 48_000, { channels: 2 }), 1536),
  { ...recorded("opus-ffmpeg.rtp", audioFormat("OPUS", 48_000, { channels: 2 }), 960), markerEndsUnit: false, cutsUnits: false },
  samples(audioFormat("PCMU", 8000), 80),
  samples(audioFormat("PCMA", 8000), 80),
  samples(audioFormat("G722", 8000), 80),
  samples(audioFormat("G726-32", 8000), 80),
  samples(audioFormat("AAL2-G726-40", 8000), 80),
  samples(audioFormat("L16", 44_100, { channels: 2 }), 96),
  samples(audioFormat("L24", 48_000, { channels: 2 }), 96),
  samples(audioFormat("L8", 8000), 80),
  carried(rtpFormat("MP4V-ES", { fmtp: { "profile-level-id": "1", config: "000001b0" } })),
  carried(rtpFormat("MPV")),
  carried(rtpFormat("MP2T")),
  carried(audioFormat("FLAC", 44_100)),
  carried(audioFormat("VORBIS", 44_100)),
  carried(audioFormat("SPEEX", 16_000)),
  carried(rtpFormat("SMPTE336M", { kind: "application" })),
  carried(rtpFormat("VND.ONVIF.METADATA", { kind: "application" })),
];

for (const subject of subjects) testCodec({ ...subject, codec: openTrack(subject.format).codec });

test("every codec of the registry is in this suite", () => {
  const tested = new Set(subjects.map((subject) => openTrack(subject.format).codec));
  assert.deepEqual(
    codecs.filter((codec) => !tested.has(codec)).map((codec) => codec.name),
    [],
  );
});

function recorded(name: string, format: RtpFormat, interval: number): Omit<CodecSubject, "codec"> {
  return { format, units: recordedUnits(name, format), interval, markerEndsUnit: true, cutsUnits: true };
}

function recordedUnits(name: string, format: RtpFormat): AccessUnit[] {
  return depacketize(openTrack(format).track.depacketizer(), recordedPackets(name)).units;
}

/** Short runs of samples, each fitting one packet of the smallest size. */
function samples(format: RtpFormat, bytes: number): Omit<CodecSubject, "codec"> {
  const run = (seed: number): Buffer => Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 17 + seed) & 0xff));
  const units = [1, 2, 3].map((seed): AccessUnit => ({ timestamp: 0, type: "key", units: [run(seed)] }));
  return { format, units, interval: 160, markerEndsUnit: false, cutsUnits: false };
}

function carried(format: RtpFormat): Omit<CodecSubject, "codec"> {
  return { format, units: [], interval: VIDEO_INTERVAL, markerEndsUnit: false, cutsUnits: false };
}

/** Temporal units of the low-overhead bitstream file: each begins with a temporal delimiter. */
function av1Units(): AccessUnit[] {
  const bytes = recordedBytes("av1.obu");
  const units: { timestamp: number; type: "key" | "delta"; units: Buffer[] }[] = [];
  for (let at = 0; at < bytes.length;) {
    const sizeBytes = leb128Bytes(bytes, at + 1, bytes.length);
    const end = at + 1 + sizeBytes + leb128Value(bytes, at + 1, sizeBytes);
    const obu = withoutSizeField(bytes.subarray(at, end)) ?? Buffer.alloc(0);
    const type = obuTypeOf(obu[0]);
    if (type === 2) units.push({ timestamp: 0, type: "delta", units: [] });
    else units.at(-1)?.units.push(obu);
    const last = units.at(-1);
    if (type === 1 && last !== undefined) last.type = "key";
    at = end;
  }
  return units;
}
