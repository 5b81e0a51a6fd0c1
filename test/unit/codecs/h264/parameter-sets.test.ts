import assert from "node:assert/strict";
import { test } from "node:test";
import { levelName, parameterSetId, parseSequenceParameterSet, profileName } from "#codecs/h264/parameter-sets.ts";
import { bitBytes, field, se, ue } from "../../../support/bit-fields.ts";

/** Sets written by libx264 for pictures of known size. */
const written: readonly { name: string; sps: string; expected: Readonly<Record<string, unknown>> }[] = [
  {
    name: "1080p, cropped, Baseline, with timing",
    sps: "6742c028da01e0089f97011000000300100000030320f1832a",
    expected: {
      width: 1920,
      height: 1080,
      profileIdc: 66,
      constraints: 0xc0,
      levelIdc: 40,
      framesPerSecond: 25,
      reorderFrames: 0,
    },
  },
  {
    name: "1080i at 29.97, Main, with B-frames",
    sps: "674d4028eca03c0227ef011000003e90000ea601f162d960",
    expected: { width: 1920, height: 1080, profileIdc: 77, framesPerSecond: 30_000 / 1001, reorderFrames: 2 },
  },
  {
    name: "10 bit 4:2:2",
    sps: "677a0016b6cd940a02ff89c044000003000400000300783c58b658",
    expected: { width: 640, height: 360, profileIdc: 122, framesPerSecond: 15 },
  },
  {
    name: "4:4:4 of odd size, cropped by single pixels",
    sps: "67f4000b91968151be79f011000003000100000300140f142aa0",
    expected: { width: 330, height: 202, profileIdc: 244, framesPerSecond: 10 },
  },
  {
    name: "5 Mpixel with hypothetical reference decoder fields",
    sps: "674d4032da00a203d7e5c044000003000400000300a1920003d090007a12930801e30654",
    expected: { width: 2592, height: 1944, profileIdc: 77, levelIdc: 50, framesPerSecond: 20, reorderFrames: 0 },
  },
];

for (const { name, sps, expected } of written) {
  test(`reads a sequence parameter set: ${name}`, () => {
    const parsed: Record<string, unknown> = { ...parseSequenceParameterSet(Buffer.from(sps, "hex")) };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, parsed[key]])), expected);
  });
}

interface SpsFields {
  readonly profile?: number;
  readonly id?: number;
  readonly high?: string;
  readonly pictureOrder?: string;
  readonly macroblocks?: readonly [number, number];
  readonly crop?: readonly [number, number, number, number];
}

function sps(fields: SpsFields): Buffer {
  const { profile = 66, id = 0, high = "", pictureOrder = ue(2), macroblocks = [20, 15], crop } = fields;
  const cropping = crop === undefined ? "0" : `1${crop.map(ue).join("")}`;
  const size = `${ue(macroblocks[0] - 1)}${ue(macroblocks[1] - 1)}11${cropping}`;
  return bitBytes(
    field(0x67, 8),
    field(profile, 8),
    field(0, 8),
    field(31, 8),
    ue(id),
    high,
    ue(0),
    pictureOrder,
    ue(1),
    "0",
    size,
    "01",
  );
}

test("passes over scaling lists, of default and of written values", () => {
  const list = `1${se(-8)}`; // next scale 0: the rest repeats
  const full = `1${se(1)}${se(0).repeat(15)}`;
  const high = `${ue(1)}${ue(0)}${ue(0)}01${list}${full}000000`;
  assert.equal(parseSequenceParameterSet(sps({ profile: 100, high }))?.width, 320);
});

test("passes over a picture order cycle", () => {
  const pictureOrder = `${ue(1)}0${se(0)}${se(-5)}${ue(3)}${se(1)}${se(2)}${se(-3)}`;
  assert.equal(parseSequenceParameterSet(sps({ pictureOrder }))?.height, 240);
});

const refused: readonly { name: string; nal: Buffer }[] = [
  { name: "nothing", nal: Buffer.alloc(0) },
  { name: "another NAL unit type", nal: Buffer.from("68ce3c80", "hex") },
  { name: "one cut short", nal: Buffer.from("6742c028da", "hex") },
  { name: "an id over 31", nal: sps({ id: 32 }) },
  { name: "a chroma format over 3", nal: sps({ profile: 100, high: `${ue(4)}${ue(0)}${ue(0)}00` }) },
  { name: "a bit depth over 14", nal: sps({ profile: 100, high: `${ue(1)}${ue(7)}${ue(0)}00` }) },
  { name: "a picture order type over 2", nal: sps({ pictureOrder: ue(3) }) },
  { name: "a picture order cycle of thousands", nal: sps({ pictureOrder: `${ue(1)}0${se(0)}${se(0)}${ue(100_000)}` }) },
  { name: "a picture wider than 16384", nal: sps({ macroblocks: [1025, 15] }) },
  { name: "a picture of billions of macroblocks", nal: sps({ macroblocks: [2 ** 31, 2 ** 31] }) },
  { name: "a crop larger than the picture", nal: sps({ crop: [200, 200, 0, 0] }) },
  { name: "more than 4 KiB", nal: Buffer.concat([sps({}), Buffer.alloc(5000)]) },
];

for (const { name, nal } of refused) {
  test(`refuses a sequence parameter set: ${name}`, () => {
    assert.equal(parseSequenceParameterSet(nal), undefined);
  });
}

test("says nothing of rates that timing can't mean", () => {
  // One tick in 2^32 - 1 of a second, and a tick of no time.
  for (const [unitsInTick, timeScale] of [
    [1, 0xffffffff],
    [0, 50],
  ] as const) {
    const vui = `1${"0000"}1${field(unitsInTick, 32)}${field(timeScale, 32)}1${"0000"}1`;
    const base = `${field(0x67, 8)}${field(66, 8)}${field(0, 8)}${field(31, 8)}${ue(0)}${ue(0)}${ue(2)}${ue(1)}0${ue(19)}${ue(14)}110`;
    const parsed = parseSequenceParameterSet(bitBytes(base, vui));
    assert.equal(parsed?.width, 320);
    assert.equal(parsed?.framesPerSecond, undefined);
  }
});

test("finds ids of sequence and picture parameter sets", () => {
  assert.equal(parameterSetId(0, sps({ id: 5 })), 5);
  assert.equal(parameterSetId(0, sps({ id: 40 })), -1);
  assert.equal(parameterSetId(1, Buffer.from("68ce3c80", "hex")), 0);
  assert.equal(parameterSetId(1, bitBytes(field(0x68, 8), ue(255), ue(0))), 255);
  assert.equal(parameterSetId(1, bitBytes(field(0x68, 8), ue(256))), -1);
  assert.equal(parameterSetId(1, Buffer.of(0x68)), -1);
});

test("names profiles and levels as MediaMTX does", () => {
  assert.deepEqual([66, 77, 88, 100, 110, 122, 244, 118].map(profileName), [
    "Baseline",
    "Main",
    "Extended",
    "High",
    "High 10",
    "High 4:2:2",
    "High 4:4:4 Predictive",
    "118",
  ]);
  assert.deepEqual([9, 10, 31, 40, 41, 62].map(levelName), ["0.9", "1", "3.1", "4", "4.1", "6.2"]);
});
