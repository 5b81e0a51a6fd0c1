import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryBudget } from "#streams/ring/memory-budget.ts";

test("pools share one total, and what doesn't fit is refused and counted", () => {
  const budget = new MemoryBudget(100);
  const [rings, hls] = [budget.pool("rings"), budget.pool("hls")];
  assert.equal(rings.take(60), true);
  assert.equal(hls.take(50), false);
  assert.equal(hls.take(40), true);
  rings.give(60);
  assert.equal(budget.used, 40);
  assert.deepEqual(budget.uses(), [
    { name: "rings", used: 0, highWater: 60, refusals: 0 },
    { name: "hls", used: 40, highWater: 40, refusals: 1 },
  ]);
});

test("what is measured counts though nobody granted it, and leaves less for the others", () => {
  const budget = new MemoryBudget(100);
  const [rings, sockets] = [budget.pool("rings"), budget.pool("sockets")];
  rings.take(80);
  sockets.measure(50);
  assert.deepEqual([budget.used, budget.measured], [130, 50]);
  assert.equal(rings.take(1), false);
  sockets.measure(10);
  assert.deepEqual([budget.used, budget.measured, rings.take(10)], [90, 10, true]);
  assert.equal(sockets.use().highWater, 50);
});

test("a smaller total takes nothing away and grants nothing until it is met", () => {
  const budget = new MemoryBudget(100);
  const pool = budget.pool("rings");
  pool.take(80);
  budget.resize(50);
  assert.equal(pool.take(1), false);
  pool.give(40);
  assert.equal(pool.take(10), true);
});
