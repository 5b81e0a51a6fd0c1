import assert from "node:assert/strict";
import { test } from "node:test";
import { leb128Bytes, leb128Value, parseSequenceHeader, printLeb128, withoutSizeField } from "#codecs/av1/obu.ts";
import { bitBytes, field, ue } from "../../../support/bit-fields.ts";

test("writes and reads leb128 numbers", () => {
  for (const value of [0, 1, 127, 128, 300, 16_383, 16_384, 2 ** 21, 2 ** 32 - 1]) {
    const bytes = printLeb128(value);
    assert.equal(leb128Bytes(bytes, 0, bytes.length), bytes.length);
    assert.equal(leb128Value(bytes, 0, bytes.length), value);
  }
});

test("refuses leb128 numbers that don't end", () => {
  assert.equal(leb128Bytes(Buffer.alloc(20, 0x80), 0, 20), 0);
  assert.equal(leb128Bytes(Buffer.of(0x80, 0x01), 0, 1), 0);
  assert.equal(leb128Bytes(Buffer.alloc(0), 0, 0), 0);
});

test("takes size fields out, the extension byte stays", () => {
  assert.equal(withoutSizeField(Buffer.from("3203aabbcc", "hex"))?.toString("hex"), "30aabbcc");
  assert.equal(withoutSizeField(Buffer.from("361002aabb", "hex"))?.toString("hex"), "3410aabb");
  assert.equal(withoutSizeField(Buffer.from("30aabb", "hex"))?.toString("hex"), "30aabb");
  assert.equal(withoutSizeField(Buffer.from("3209aabb", "hex")), undefined, "longer than the unit");
  assert.equal(withoutSizeField(Buffer.from("32", "hex")), undefined);
});

test("reads the sequence header SVT-AV1 wrote for 96×64", () => {
  assert.deepEqual(parseSequenceHeader(Buffer.from("0a0a000000032dffcfbf9004", "hex")), {
    profile: 0,
    level: 0,
    tier: 0,
    width: 96,
    height: 64,
  });
});

test("reads timing, decoder model, tier and display delay on the way to the size", () => {
  const timing = `1${field(1, 32)}${field(50, 32)}1${ue(0)}`;
  const model = `1${field(9, 5)}${field(1, 32)}${field(7, 5)}${field(7, 5)}`;
  const point = `${field(0, 12)}${field(13, 5)}1${`1${field(0, 21)}`}${`1${field(3, 4)}`}`;
  const size = `${field(11, 4)}${field(11, 4)}${field(3839, 12)}${field(2159, 12)}`;
  const header = bitBytes(
    field(0x08, 8),
    field(1, 3),
    "0",
    "0",
    timing,
    model,
    "1",
    field(1, 5),
    point,
    point,
    size,
    field(0, 16),
  );
  assert.deepEqual(parseSequenceHeader(header), { profile: 1, level: 13, tier: 1, width: 3840, height: 2160 });
});

test("reads the reduced header of still pictures", () => {
  const header = bitBytes(
    field(0x08, 8),
    field(0, 3),
    "1",
    "1",
    field(4, 5),
    field(7, 4),
    field(7, 4),
    field(255, 8),
    field(127, 8),
  );
  assert.deepEqual(parseSequenceHeader(header), { profile: 0, level: 4, tier: 0, width: 256, height: 128 });
});

for (const [name, bytes] of [
  ["nothing", ""],
  ["another unit", "3003aabbcc"],
  ["one cut short", "0800000003"],
  ["a profile that isn't", "08e0000000000000000000000000"],
  ["more bytes than a header has", `08${"00".repeat(600)}`],
] as const) {
  test(`refuses a sequence header: ${name}`, () => {
    assert.equal(parseSequenceHeader(Buffer.from(bytes, "hex")), undefined);
  });
}
