import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { MemoryBudget } from "#streams/ring/memory-budget.ts";
import { SlabPool, type Slab } from "#streams/ring/slab.ts";

suite("slabs", () => {
  const take = (pool: SlabPool): Slab => pool.take() ?? assert.fail("the budget is spent");
  const takeMany = (pool: SlabPool, count: number): Slab[] => Array.from({ length: count }, () => take(pool));

  /** Blocks that `count` new slabs share with `earlier` ones. */
  function reused(pool: SlabPool, earlier: readonly Buffer[]): number {
    const now = takeMany(pool, earlier.length);
    const known = new Set(earlier);
    const count = now.filter((slab) => known.has(slab.buffer)).length;
    for (const slab of now) slab.release();
    return count;
  }

  test("are used again", () => {
    const pool = new SlabPool(new MemoryBudget(1 << 26), "test");
    const kept = take(pool);
    const slabs = takeMany(pool, 20);
    const buffers = slabs.map((slab) => slab.buffer);
    for (const slab of slabs) slab.release();
    assert.equal(reused(pool, buffers), 20);
    kept.release();
  });

  test("that weren't needed for eight rounds are let go, the others stay", () => {
    const pool = new SlabPool(new MemoryBudget(1 << 26), "test");
    const slabs = takeMany(pool, 20);
    const buffers = slabs.map((slab) => slab.buffer);
    for (const slab of slabs.slice(2)) slab.release();
    for (let round = 0; round < 100; round += 1) takeMany(pool, 3).forEach((slab) => slab.release());
    const again = reused(pool, buffers.slice(2));
    assert.ok(again >= 3 && again <= 5, `${again} of 18 still there`);
  });

  test("are let go but for a few when none is in use", () => {
    const pool = new SlabPool(new MemoryBudget(1 << 26), "test");
    const slabs = takeMany(pool, 20);
    const buffers = slabs.map((slab) => slab.buffer);
    for (const slab of slabs) slab.release();
    assert.equal(reused(pool, buffers), 4);
  });

  test("go back when the last holder lets go", () => {
    const budget = new MemoryBudget(1 << 26);
    const slab = take(new SlabPool(budget, "test"));
    slab.hold();
    slab.release();
    assert.notEqual(budget.used, 0);
    slab.release();
    assert.equal(budget.used, 0);
  });
});

test("blocks kept for reuse are let go at once where memory is short, and the pool goes on", () => {
  const pool = new SlabPool(new MemoryBudget(1 << 26), "rings");
  const held = Array.from({ length: 8 }, () => pool.take());
  for (const slab of held.slice(1)) slab?.release();
  assert.ok(pool.dropSpare() > 0);
  assert.equal(pool.dropSpare(), 0);
  for (let round = 0; round < 100; round += 1) pool.take()?.release();
  held[0]?.release();
});
