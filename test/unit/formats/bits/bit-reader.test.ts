import assert from "node:assert/strict";
import { test } from "node:test";
import { BitReader } from "#formats/bits/bit-reader.ts";
import { bitBytes, field, se, ue } from "#test/support/bit-fields.ts";

test("reads fields across byte boundaries, up to 32 bits", () => {
  const reader = new BitReader(bitBytes(field(5, 3), field(1, 1), field(0xdeadbeef, 32), field(0x1ff, 9)));
  assert.equal(reader.bits(3), 5);
  assert.equal(reader.flag(), true);
  assert.equal(reader.bits(32), 0xdeadbeef);
  assert.equal(reader.bits(9), 0x1ff);
  assert.equal(reader.bits(0), 0);
  assert.equal(reader.failed, false);
});

test("reads Exp-Golomb codes, the largest too", () => {
  const values = [0, 1, 2, 7, 254, 255, 65_535, 2 ** 31, 2 ** 32 - 2];
  const reader = new BitReader(bitBytes(...values.map(ue)));
  assert.deepEqual(
    values.map(() => reader.ue()),
    values,
  );
});

test("reads signed Exp-Golomb codes", () => {
  const values = [1, -1, 2, -2, 1000, -1000, 32_767];
  const reader = new BitReader(bitBytes(...values.map(se)));
  assert.deepEqual(
    values.map(() => reader.se()),
    values,
  );
  assert.equal(new BitReader(bitBytes(se(0))).se() === 0, true);
});

test("gives zeros past the end and says so for good", () => {
  const reader = new BitReader(Buffer.of(0xff));
  assert.equal(reader.bits(9), 0);
  assert.equal(reader.failed, true);
  assert.equal(reader.bits(1), 0);
  assert.equal(reader.ue(), 0);
  assert.equal(reader.bitsLeft, 0);
});

test("refuses an Exp-Golomb code of more than 32 leading zeros", () => {
  const reader = new BitReader(Buffer.concat([Buffer.alloc(5), Buffer.alloc(20, 0xff)]));
  assert.equal(reader.ue(), 0);
  assert.equal(reader.failed, true);
});

test("keeps to its range", () => {
  const reader = new BitReader(Buffer.of(0xff, 0x0f, 0xff), { start: 1, end: 2 });
  assert.equal(reader.position, 8);
  assert.equal(reader.bits(8), 0x0f);
  assert.equal(reader.bitsLeft, 0);
  reader.skip(1);
  assert.equal(reader.failed, true);
});

test("a range that ends before it begins, or after the bytes, is empty or cut", () => {
  assert.equal(new BitReader(Buffer.alloc(4), { start: 3, end: 1 }).bitsLeft, 0);
  assert.equal(new BitReader(Buffer.alloc(4), { start: 3, end: 100 }).bitsLeft, 8);
});

test("passes over the rest of a begun byte only", () => {
  const reader = new BitReader(Buffer.of(0x80, 0x42));
  reader.align();
  assert.equal(reader.position, 0);
  reader.skip(1);
  reader.align();
  assert.equal(reader.bits(8), 0x42);
});

test("copies bytes from any bit on", () => {
  const reader = new BitReader(bitBytes(field(1, 3), field(0xab, 8), field(0xcd, 8), field(3, 2)));
  reader.skip(3);
  assert.deepEqual(reader.copy(2), Buffer.of(0xab, 0xcd));
  assert.equal(reader.bits(2), 3);
});

test("copies nothing where there are fewer bytes than asked", () => {
  const reader = new BitReader(Buffer.alloc(4));
  reader.skip(1);
  assert.equal(reader.copy(4).length, 0);
  assert.equal(reader.failed, true);
});
