import assert from "node:assert/strict";
import { test } from "node:test";
import { TimestampSqueeze } from "#streams/ring/catch-up.ts";

const BASE = { clockRate: 90_000, frameTicks: 3600, reorderTicks: 0 };
const distance = (from: number, to: number): number => (to - from) | 0;

test("four seconds become a quarter of a frame interval that ends at the newest unit", () => {
  const first = 0xffff_0000;
  const newest = (first + 100 * 3600) >>> 0;
  const squeeze = new TimestampSqueeze({ ...BASE, first, newest });
  const mapped = Array.from({ length: 101 }, (_, index) => squeeze.map((first + index * 3600) >>> 0));
  assert.equal(mapped.at(-1), newest);
  assert.equal(distance(mapped[0] ?? 0, newest), 900);
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

test("a slow camera's past is squeezed into a quarter of 40 ms, not of its frame interval", () => {
  const squeeze = new TimestampSqueeze({ ...BASE, frameTicks: 90_000, first: 0, newest: 360_000 });
  assert.equal(360_000 - squeeze.map(0), 900);
});

test("counted in whole frames, a burst is one instant and the next frame the next one", () => {
  const newest = 40 * 3600;
  const squeeze = new TimestampSqueeze({ ...BASE, first: 0, newest });
  const start = squeeze.map(0);
  const inFrames = Array.from({ length: 44 }, (_, index) => Math.round((squeeze.map(index * 3600) - start) / 3600));
  assert.deepEqual(new Set(inFrames.slice(0, 41)), new Set([0]));
  assert.deepEqual(inFrames.slice(41), [1, 2, 3]);
});

test("many more units than ticks in a quarter get more room, to stay distinct", () => {
  const frameTicks = 1500;
  const count = 1200;
  const squeeze = new TimestampSqueeze({ ...BASE, frameTicks, first: 0, newest: count * frameTicks });
  const mapped = Array.from({ length: count + 1 }, (_, index) => squeeze.map(index * frameTicks));
  assert.equal(new Set(mapped).size, count + 1);
});
