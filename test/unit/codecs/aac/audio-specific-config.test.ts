import assert from "node:assert/strict";
import { test } from "node:test";
import {
  guessAudioSpecificConfig,
  isAdtsHeader,
  parseAudioSpecificConfig,
  printAudioSpecificConfig,
  readAdtsHeader,
} from "#codecs/aac/audio-specific-config.ts";
import { bitBytes, field } from "../../../support/bit-fields.ts";

const configs: readonly { name: string; bytes: string; expected: Readonly<Record<string, number>> }[] = [
  { name: "LC, 48 kHz, stereo", bytes: "1190", expected: { objectType: 2, sampleRate: 48_000, channels: 2, frameSamples: 1024 } },
  { name: "LC, 16 kHz, mono", bytes: "1408", expected: { objectType: 2, sampleRate: 16_000, channels: 1, frameSamples: 1024 } },
  { name: "Main, 44.1 kHz, stereo", bytes: "0a10", expected: { objectType: 1, sampleRate: 44_100, channels: 2 } },
  { name: "960 samples", bytes: "1194", expected: { frameSamples: 960 } },
  { name: "7.1", bytes: "11b8", expected: { channels: 8 } },
  { name: "channels told elsewhere", bytes: "118000", expected: { channels: 0 } },
  { name: "SBR around LC at 24 kHz", bytes: "2b118800", expected: { objectType: 2, sampleRate: 24_000, channels: 2 } },
  {
    name: "a longer one with an extension behind",
    bytes: "139056e5a0",
    expected: { objectType: 2, sampleRate: 22_050, channels: 2 },
  },
];

for (const { name, bytes, expected } of configs) {
  test(`reads a configuration: ${name}`, () => {
    const config: Record<string, unknown> = { ...parseAudioSpecificConfig(Buffer.from(bytes, "hex")) };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, config[key]])), expected);
  });
}

test("reads a sample rate of its own, and an escaped object type", () => {
  const config = parseAudioSpecificConfig(
    bitBytes(field(31, 5), field(7, 6), field(15, 4), field(37_800, 24), field(2, 4), "000"),
  );
  assert.deepEqual([config?.objectType, config?.sampleRate, config?.channels], [39, 37_800, 2]);
});

for (const [name, bytes] of [
  ["nothing", ""],
  ["one byte", "11"],
  ["object type 0", "0190"],
  ["a rate index that isn't", "1690"],
  ["a sample rate of 0", bitBytes(field(2, 5), field(15, 4), field(0, 24), field(2, 4), "000").toString("hex")],
  ["a sample rate of 16 MHz", bitBytes(field(2, 5), field(15, 4), field(16_000_000, 24), field(2, 4), "000").toString("hex")],
  ["a reserved channel configuration", "11f8"],
  ["hundreds of bytes", "1190".padEnd(600, "0")],
] as const) {
  test(`refuses a configuration: ${name}`, () => {
    assert.equal(parseAudioSpecificConfig(Buffer.from(bytes, "hex")), undefined);
  });
}

test("writes what it reads, and nothing that has no index", () => {
  assert.equal(printAudioSpecificConfig({ objectType: 2, sampleRate: 48_000, channels: 2 })?.toString("hex"), "1190");
  assert.equal(printAudioSpecificConfig({ objectType: 2, sampleRate: 48_001, channels: 2 }), undefined);
  assert.equal(printAudioSpecificConfig({ objectType: 2, sampleRate: 48_000, channels: 7 }), undefined);
  assert.equal(printAudioSpecificConfig({ objectType: 40, sampleRate: 48_000, channels: 2 }), undefined);
});

test("guesses LC from clock rate and channels", () => {
  assert.equal(guessAudioSpecificConfig(16_000, 1)?.toString("hex"), "1408");
  assert.equal(guessAudioSpecificConfig(90_000, 1), undefined);
  assert.equal(guessAudioSpecificConfig(16_000, 0), undefined);
});

test("reads ADTS headers with and without checksum", () => {
  const plain = readAdtsHeader(Buffer.from("fff14c8001bffc2110", "hex"));
  assert.deepEqual({ ...plain, config: plain?.config?.toString("hex") }, { headerBytes: 7, frameBytes: 13, config: "1190" });
  assert.equal(readAdtsHeader(Buffer.from("fff04c8001bffc2110", "hex"))?.headerBytes, 9);
});

for (const [name, bytes] of [
  ["another sync word", "ffe14c8001bffc"],
  ["a layer", "fff34c8001bffc"],
  ["a rate index that isn't", "fff1748001bffc"],
  ["six bytes", "fff14c8001bf"],
  ["a frame shorter than its header", "fff14c80003ffc"],
] as const) {
  test(`takes for no ADTS header: ${name}`, () => {
    assert.equal(readAdtsHeader(Buffer.from(bytes, "hex")), undefined);
  });
}

test("looks for an ADTS header in its range only", () => {
  const buffer = Buffer.from("00fff14c8001bffc", "hex");
  assert.equal(isAdtsHeader(buffer, 1, 8), true);
  assert.equal(isAdtsHeader(buffer, 1, 7), false);
  assert.equal(isAdtsHeader(buffer, 0, 8), false);
});
