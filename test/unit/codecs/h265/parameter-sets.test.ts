import assert from "node:assert/strict";
import { test } from "node:test";
import { levelName, parameterSetId, parseSequenceParameterSet, profileName } from "#codecs/h265/parameter-sets.ts";
import { bitBytes, field, ue } from "../../../support/bit-fields.ts";

/** Sets written by libx265 for pictures of known size. */
const written: readonly { name: string; sps: string; expected: Readonly<Record<string, unknown>> }[] = [
  {
    name: "1080p, cropped, Main",
    sps: "420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84",
    expected: { width: 1920, height: 1080, profileIdc: 1, tier: 0, levelIdc: 120, reorderFrames: 2 },
  },
  {
    name: "2160p, 10 bit, without B-frames",
    sps: "420101022000000300900000030000030096a001e020021c4d96e92930bc05a02000000300200000030321",
    expected: { width: 3840, height: 2160, profileIdc: 2, levelIdc: 150, reorderFrames: 0 },
  },
  {
    name: "4:4:4 of odd size, with temporal sub-layers",
    sps: "4201020408000003009e0800000300003c000090015101a39e7cb2b295952930bc05a02000000300200000030321",
    expected: { width: 330, height: 202, profileIdc: 4, levelIdc: 60 },
  },
];

for (const { name, sps, expected } of written) {
  test(`reads a sequence parameter set: ${name}`, () => {
    const parsed: Record<string, unknown> = { ...parseSequenceParameterSet(Buffer.from(sps, "hex")) };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, parsed[key]])), expected);
  });
}

function sps(fields: { id?: number; chroma?: number; width?: number; height?: number; crop?: readonly number[] }): Buffer {
  const { id = 0, chroma = 1, width = 640, height = 360, crop } = fields;
  const profile = `${field(0, 4)}0001${field(1, 8)}${field(0, 32)}${field(0, 32)}${field(0, 16)}${field(93, 8)}`;
  const cropping = crop === undefined ? "0" : `1${crop.map(ue).join("")}`;
  const size = `${ue(chroma)}${chroma === 3 ? "0" : ""}${ue(width)}${ue(height)}${cropping}`;
  return bitBytes(field(0x4201, 16), profile, ue(id), size, ue(0), ue(0), ue(4), "1", ue(4), ue(1), ue(0), "1");
}

test("reads a set written field by field", () => {
  assert.deepEqual(parseSequenceParameterSet(sps({ crop: [1, 2, 3, 4] })), {
    id: 0,
    profileIdc: 1,
    tier: 0,
    levelIdc: 93,
    width: 634,
    height: 346,
    chromaFormat: 1,
    lumaBits: 8,
    chromaBits: 8,
    reorderFrames: 1,
  });
});

const refused: readonly { name: string; nal: Buffer }[] = [
  { name: "nothing", nal: Buffer.alloc(0) },
  { name: "another NAL unit type", nal: Buffer.from("4401c073c189", "hex") },
  { name: "one cut short", nal: sps({}).subarray(0, 18) },
  { name: "an id over 15", nal: sps({ id: 16 }) },
  { name: "a chroma format over 3", nal: sps({ chroma: 4 }) },
  { name: "a picture of no width", nal: sps({ width: 0 }) },
  { name: "a picture wider than 16384", nal: sps({ width: 16_385 }) },
  { name: "a picture of billions of pixels", nal: sps({ width: 2 ** 31, height: 2 ** 31 }) },
  { name: "a crop larger than the picture", nal: sps({ crop: [400, 400, 0, 0] }) },
  { name: "more than 4 KiB", nal: Buffer.concat([sps({}), Buffer.alloc(5000)]) },
];

for (const { name, nal } of refused) {
  test(`refuses a sequence parameter set: ${name}`, () => {
    assert.equal(parseSequenceParameterSet(nal), undefined);
  });
}

test("finds ids of all three kinds", () => {
  assert.equal(parameterSetId(0, Buffer.from("40013c01", "hex")), 3);
  assert.equal(parameterSetId(1, sps({ id: 7 })), 7);
  assert.equal(parameterSetId(1, sps({ id: 16 })), -1);
  assert.equal(parameterSetId(2, bitBytes(field(0x4401, 16), ue(63), ue(0))), 63);
  assert.equal(parameterSetId(2, bitBytes(field(0x4401, 16), ue(64))), -1);
});

test("names profiles and levels as MediaMTX does", () => {
  assert.deepEqual([1, 2, 4, 9, 0, 31].map(profileName), [
    "Main",
    "Main 10",
    "Range Extensions",
    "Screen Content Coding Extensions",
    "0",
    "31",
  ]);
  assert.deepEqual([30, 90, 93, 120, 123, 186].map(levelName), ["1", "3", "3.1", "4", "4.1", "6.2"]);
});
