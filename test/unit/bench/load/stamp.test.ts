import assert from "node:assert/strict";
import { test } from "node:test";
import { STAMP_BYTES, readStamp, writeStamp } from "#test/bench/load/stamp.ts";

const STAMPS = [
  { number: 0, sentAt: 0 },
  { number: 1, sentAt: 0.001 },
  { number: 2 ** 28 - 1, sentAt: 400 * 24 * 3_600_000 + 0.125 },
];

test("a stamp is read as it was written, to the microsecond", () => {
  for (const stamp of STAMPS) {
    const buffer = Buffer.alloc(STAMP_BYTES + 3);
    writeStamp(buffer, 3, stamp);
    const into = { number: -1, sentAt: -1 };
    assert.ok(readStamp(buffer, { at: 3, end: buffer.length }, into));
    assert.deepEqual(into, stamp);
  }
});

test("a stamp holds no zero byte, so that no start code can arise", () => {
  const buffer = Buffer.alloc(STAMP_BYTES);
  for (const stamp of STAMPS) {
    writeStamp(buffer, 0, stamp);
    assert.ok(!buffer.includes(0));
  }
});

test("bytes without the marker, or cut short, are no stamp", () => {
  const buffer = Buffer.alloc(STAMP_BYTES);
  const into = { number: -1, sentAt: -1 };
  assert.equal(readStamp(buffer, { at: 0, end: STAMP_BYTES }, into), false);
  writeStamp(buffer, 0, { number: 1, sentAt: 1 });
  assert.equal(readStamp(buffer, { at: 0, end: STAMP_BYTES - 1 }, into), false);
  assert.deepEqual(into, { number: -1, sentAt: -1 });
});
