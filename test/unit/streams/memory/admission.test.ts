import assert from "node:assert/strict";
import { test } from "node:test";
import { Admission, type StreamNeed } from "#streams/memory/admission.ts";
import type { ReliefStep } from "#streams/memory/pressure-ladder.ts";
import { MemoryBudget } from "#streams/ring/memory-budget.ts";

const MIB = 1024 * 1024;
const KIB = 1024;

function admission(mib: number, streams: readonly StreamNeed[], relief: readonly ReliefStep[] = []) {
  const budget = new MemoryBudget(mib * MIB);
  const ladder = {
    has: (step: ReliefStep) => relief.includes(step),
    cause: relief.length === 0 ? undefined : ("group" as const),
  };
  return { budget, admission: new Admission({ budget, ladder, streams: () => streams }) };
}

const refusals = (budget: MemoryBudget, name: string): number | undefined =>
  budget.uses().find((pool) => pool.name === name)?.refusals;

test("a stream needs its window and a slab, a small one three slabs, and each reader a slab", () => {
  const streams = [
    { windowBytes: 0, readers: 0 },
    { windowBytes: 2 * MIB, readers: 4 },
  ];
  assert.equal(admission(64, streams).admission.committedBytes, 768 * KIB + 2 * MIB + 256 * KIB + 4 * 256 * KIB);
});

test("a stream that doesn't fit is refused, counted, and may try again", () => {
  const { budget, admission: at } = admission(8, [{ windowBytes: 7.5 * MIB, readers: 0 }]);
  assert.throws(() => at.stream(), { code: "stream-memory-full", retryable: true });
  assert.equal(refusals(budget, "streams"), 1);
  assert.doesNotThrow(() => admission(8, []).admission.stream());
});

test("a reader that doesn't fit is refused with what the budget is", () => {
  const { budget, admission: at } = admission(8, [{ windowBytes: 7 * MIB, readers: 3 }]);
  assert.throws(() => at.reader("cam"), {
    code: "stream-reader-refused",
    details: { path: "cam", bytes: 8 * MIB, cause: "budget" },
  });
  assert.equal(refusals(budget, "readers"), 1);
  assert.doesNotThrow(() => admission(8, [{ windowBytes: 6 * MIB, readers: 3 }]).admission.reader("cam"));
});

test("what is measured leaves less room", () => {
  const { budget, admission: at } = admission(8, []);
  budget.pool("sockets").measure(8 * MIB);
  assert.throws(() => at.reader("cam"), { code: "stream-reader-refused" });
  budget.pool("sockets").measure(MIB);
  assert.doesNotThrow(() => at.reader("cam"));
});

test("while memory is short no new reader is taken, but cameras are", () => {
  const { admission: at } = admission(64, [], ["refuse-readers"]);
  assert.throws(() => at.reader("cam"), {
    code: "stream-reader-refused",
    details: { path: "cam", bytes: 64 * MIB, cause: "group" },
  });
  assert.doesNotThrow(() => at.stream());
});
