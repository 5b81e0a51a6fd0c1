import assert from "node:assert/strict";
import { test } from "node:test";
import { HeapCollection } from "#platform/memory/heap-collection.ts";

const MIB = 1024 * 1024;

/** A heap of a given size, and what was asked of it. */
function given(committed: number) {
  const state = { committed, utilization: 0, asked: [] as string[] };
  const collection = new HeapCollection(
    {
      committedBytes: () => state.committed,
      utilization: () => state.utilization,
      favorMemory: (favored) => state.asked.push(favored ? "begin" : "end"),
    },
    () => state.asked.push("collected"),
  );
  return { state, collection };
}

test("garbage of a rush is collected once the rush is over, from one look to the next", () => {
  const { state, collection } = given(40 * MIB);
  collection.look();
  state.committed = 44 * MIB;
  collection.look();
  assert.deepEqual(state.asked, [], "it still grows");
  collection.look();
  assert.deepEqual(state.asked, ["begin"]);
  state.committed = 38 * MIB;
  collection.look();
  assert.deepEqual(state.asked, ["begin", "end", "collected"]);
});

test("a program that is busy isn't disturbed", () => {
  const { state, collection } = given(40 * MIB);
  collection.look();
  state.committed = 50 * MIB;
  collection.look();
  state.utilization = 0.8;
  collection.look();
  assert.deepEqual(state.asked, []);
  state.utilization = 0.3;
  collection.look();
  assert.deepEqual(state.asked, ["begin"]);
});

test("growth counts from what a collection has left, and the next one waits half a minute", () => {
  const { state, collection } = given(40 * MIB);
  collection.look();
  state.committed = 50 * MIB;
  for (let look = 0; look < 3; look += 1) collection.look();
  state.asked.length = 0;
  for (let look = 0; look < 20; look += 1) collection.look();
  assert.deepEqual(state.asked, [], "what is in use stays");
  state.committed = 54 * MIB;
  collection.look();
  collection.look();
  collection.look();
  assert.deepEqual(state.asked, ["begin", "end", "collected"]);
  state.asked.length = 0;
  state.committed = 60 * MIB;
  for (let look = 0; look < 7; look += 1) collection.look();
  assert.deepEqual(state.asked, []);
  collection.look();
  assert.deepEqual(state.asked, ["begin"]);
});
