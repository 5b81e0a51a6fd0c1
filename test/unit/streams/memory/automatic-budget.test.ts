import assert from "node:assert/strict";
import { test } from "node:test";
import { budgetFor, RUNTIME_BYTES } from "#streams/memory/automatic-budget.ts";

const MIB = 1024 * 1024;

const machines = [
  { title: "a quarter of a board with 1 GiB", totalBytes: 1024 * MIB, limitBytes: undefined, mib: 256 },
  { title: "no more than 512 MiB however large the machine is", totalBytes: 64 * 1024 * MIB, limitBytes: undefined, mib: 512 },
  { title: "no less than 16 MiB", totalBytes: 32 * MIB, limitBytes: undefined, mib: 16 },
  { title: "what the group leaves beside the program", totalBytes: 4096 * MIB, limitBytes: 300 * MIB, mib: 76 },
  { title: "no less than 16 MiB in a group too small for the program", totalBytes: 4096 * MIB, limitBytes: 64 * MIB, mib: 16 },
  { title: "96 MiB where nothing is known", totalBytes: undefined, limitBytes: undefined, mib: 96 },
];

for (const { title, mib, ...there } of machines) {
  test(`the automatic budget: ${title}`, () => {
    assert.equal(budgetFor(0, there) / MIB, mib);
  });
}

test("a budget that is configured is taken as it is", () => {
  assert.equal(budgetFor(10 * MIB, { totalBytes: 1, limitBytes: 1 }), 10 * MIB);
});

test("the limit made from a budget gives the same budget back", () => {
  const totalBytes = 2000 * MIB;
  const budget = budgetFor(0, { totalBytes, limitBytes: undefined });
  assert.equal(budgetFor(0, { totalBytes, limitBytes: budget + RUNTIME_BYTES }), budget);
});
