import assert from "node:assert/strict";
import { test } from "node:test";
import { pauseAfter } from "#base/retry-schedule.ts";

const policy = { firstMs: 500, maxMs: 2500, factor: 2, jitter: 0.2 };
const fixed = (unit: number): { bytes: (count: number) => Buffer; unit: () => number; uint32: () => number } => ({
  bytes: (count) => Buffer.alloc(count),
  unit: () => unit,
  uint32: () => 0,
});

test("pauses double up to the limit and never pass it, jitter included", () => {
  const pauses = [0, 1, 2, 3, 1000].map((failures) => pauseAfter(policy, failures, fixed(0.5)));
  assert.deepEqual(pauses, [500, 1000, 2000, 2500, 2500]);
  assert.equal(pauseAfter(policy, 9, fixed(0.999)), 2500);
});

test("jitter spreads a pause by its share to both sides", () => {
  assert.equal(pauseAfter(policy, 0, fixed(0)), 400);
  assert.ok(Math.abs(pauseAfter(policy, 0, fixed(0.999_999)) - 600) < 0.01);
});
