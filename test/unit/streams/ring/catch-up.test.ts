import assert from "node:assert/strict";
import { test } from "node:test";
import { TimestampSqueeze } from "#streams/ring/catch-up.ts";

const BASE = { clockRate: 90_000, frameTicks: 3600, reorderTicks: 0 };
const distance = (from: number, to: number): number => (to - from) | 0;

test("four seconds become one frame interval that ends at the newest unit", () => {
  const first = 0xffff_0000;
  const newest = (first + 100 * 3600) >>> 0;
  const squeeze = new TimestampSqueeze({ ...BASE, first, newest });
  const mapped = Array.from({ length: 101 }, (_, index) => squeeze.map((first + index * 3600) >>> 0));
  assert.equal(mapped.at(-1), newest);
  assert.equal(distance(mapped[0] ?? 0, newest), 3600);
  for (let index = 1; index < mapped.length; index += 1) {
    assert.ok(distance(mapped[index - 1] ?? 0, mapped[index] ?? 0) > 0, `unit ${String(index)} is distinct and in order`);
  }
  assert.equal(squeeze.map((newest + 3600) >>> 0), (newest + 3600) >>> 0);
});

test("with B-frames what may still be overtaken keeps its true time", () => {
  const reorderTicks = 7200;
  const newest = 100 * 3600;
  const squeeze = new TimestampSqueeze({ ...BASE, reorderTicks, first: 0, newest });
  const late = newest - reorderTicks + 3600;
  assert.equal(squeeze.map(late), late);
  assert.ok(squeeze.map(newest - reorderTicks - 3600) < newest - reorderTicks);
  assert.equal(squeeze.map(newest), newest);
});

test("a GOP shorter than a frame interval is left as it is", () => {
  const squeeze = new TimestampSqueeze({ ...BASE, first: 1000, newest: 1000 });
  assert.equal(squeeze.map(1000), 1000);
});

test("a slow camera's past is squeezed into 40 ms, not into its frame interval", () => {
  const squeeze = new TimestampSqueeze({ ...BASE, frameTicks: 90_000, first: 0, newest: 360_000 });
  assert.equal(360_000 - squeeze.map(0), 3600);
});
