import assert from "node:assert/strict";
import { test } from "node:test";
import { ac3Payloads } from "#codecs/ac3/rtp.ts";
import { readSyncFrame } from "#codecs/ac3/bitstream.ts";
import { readFrameHeader } from "#codecs/mp3/bitstream.ts";
import { openTrack } from "#codecs/registry.ts";
import { audioFormat } from "../../support/rtp-formats.ts";

/** A frame of 96 bytes: MPEG-1 layer III, 32 kbit/s, 48 kHz. */
const MP3_FRAME = Buffer.concat([Buffer.from("fffb1400", "hex"), Buffer.alloc(92, 5)]);
/** A frame of 128 bytes: 32 kbit/s, 48 kHz. */
const AC3_FRAME = Buffer.concat([Buffer.from("0b77ffff0040", "hex"), Buffer.alloc(122, 5)]);

const frames: readonly { name: string; header: string; bytes: number; samples: number; sampleRate: number }[] = [
  { name: "MPEG-1 layer III, 128 kbit/s, 44.1 kHz", header: "fffb9000", bytes: 417, samples: 1152, sampleRate: 44_100 },
  { name: "the same, padded", header: "fffb9200", bytes: 418, samples: 1152, sampleRate: 44_100 },
  { name: "MPEG-2 layer III, 64 kbit/s, 24 kHz", header: "fff38400", bytes: 192, samples: 576, sampleRate: 24_000 },
  { name: "MPEG-2.5 layer III, 8 kbit/s, 8 kHz", header: "ffe31800", bytes: 72, samples: 576, sampleRate: 8000 },
  { name: "MPEG-1 layer II, 192 kbit/s, 48 kHz", header: "fffda400", bytes: 576, samples: 1152, sampleRate: 48_000 },
  { name: "MPEG-1 layer I, 384 kbit/s, 48 kHz", header: "ffffc400", bytes: 384, samples: 384, sampleRate: 48_000 },
];

for (const { name, header, ...expected } of frames) {
  test(`reads an MPEG audio frame header: ${name}`, () => {
    assert.deepEqual(readFrameHeader(Buffer.from(header, "hex"), 0), expected);
  });
}

for (const [name, header] of [
  ["no sync word", "fe7b9000"],
  ["a reserved version", "ffeb9000"],
  ["a reserved layer", "fff99000"],
  ["free format", "fffb0000"],
  ["a forbidden bit rate", "fffbf000"],
  ["a reserved sample rate", "fffb9c00"],
  ["three bytes", "fffb90"],
] as const) {
  test(`takes for no MPEG audio frame header: ${name}`, () => {
    assert.equal(readFrameHeader(Buffer.from(header, "hex"), 0), undefined);
  });
}

test("reads AC-3 frame lengths at all three rates", () => {
  const length = (codes: number): number | undefined => readSyncFrame(Buffer.of(0x0b, 0x77, 0, 0, codes, 0x40), 0)?.bytes;
  assert.deepEqual([0x00, 0x40, 0x41, 0x80, 0x1e, 0x25].map(length), [128, 138, 140, 192, 1792, 2560]);
});

for (const [name, bytes] of [
  ["no sync word", "0b78ffff0040"],
  ["a reserved rate", "0b77ffffc040"],
  ["a length code that isn't", "0b77ffff2640"],
  ["enhanced AC-3", "0b77ffff0080"],
  ["five bytes", "0b77ffff00"],
] as const) {
  test(`takes for no AC-3 frame: ${name}`, () => {
    assert.equal(readSyncFrame(Buffer.from(bytes, "hex"), 0), undefined);
  });
}

function pushAll(encoding: string, clockRate: number, ...payloads: readonly Buffer[]): string[] {
  const depacketizer = openTrack(audioFormat(encoding, clockRate)).track.depacketizer();
  return payloads.map((payload) => {
    const result = depacketizer?.push({ payload, timestamp: 100, marker: false });
    if (result?.kind !== "access-units") return String(result?.kind);
    return result.accessUnits.map((unit) => `${String(unit.timestamp)}:${String(unit.units[0]?.length)}`).join(" ");
  });
}

const mpa = (offset: number, ...data: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(0, 0, offset >> 8, offset & 0xff), ...data]);

test("takes several frames out of a packet, each at its time", () => {
  assert.deepEqual(pushAll("MPA", 90_000, mpa(0, MP3_FRAME, MP3_FRAME)), ["100:96 2260:96"]);
  assert.deepEqual(pushAll("AC3", 48_000, Buffer.concat([Buffer.of(0, 2), AC3_FRAME, AC3_FRAME])), ["100:128 1636:128"]);
});

test("joins a frame cut into packets", () => {
  assert.deepEqual(pushAll("MPA", 90_000, mpa(0, MP3_FRAME.subarray(0, 50)), mpa(50, MP3_FRAME.subarray(50))), [
    "need-more",
    "100:96",
  ]);
  assert.deepEqual(
    pushAll(
      "AC3",
      48_000,
      Buffer.concat([Buffer.of(1, 2), AC3_FRAME.subarray(0, 100)]),
      Buffer.concat([Buffer.of(3, 2), AC3_FRAME.subarray(100)]),
    ),
    ["need-more", "100:128"],
  );
});

test("waits for a frame's beginning", () => {
  assert.deepEqual(pushAll("MPA", 90_000, mpa(50, MP3_FRAME.subarray(50)), mpa(0, MP3_FRAME)), ["joined-mid-unit", "100:96"]);
});

test("calls damaged what isn't frames, doesn't meet, or is cut after a whole one", () => {
  assert.deepEqual(pushAll("MPA", 90_000, mpa(0, Buffer.from("noise"))), ["damaged"]);
  assert.deepEqual(pushAll("MPA", 90_000, mpa(0)), ["damaged"]);
  assert.deepEqual(pushAll("MPA", 90_000, mpa(0, MP3_FRAME.subarray(0, 50)), mpa(60, MP3_FRAME.subarray(60)))[1], "damaged");
  assert.deepEqual(pushAll("MPA", 90_000, mpa(0, MP3_FRAME, MP3_FRAME.subarray(0, 40))), ["damaged"]);
});

test("an AC-3 piece says whether it holds five eighths", () => {
  const { printHeader } = ac3Payloads(48_000);
  const header = (offset: number, bytes: number, pieces: number): string =>
    printHeader({ offset, bytes, frameBytes: 128, pieces }).toString("hex");
  assert.deepEqual([header(0, 128, 1), header(0, 80, 2), header(0, 79, 2), header(80, 48, 2)], ["0001", "0102", "0202", "0302"]);
});
