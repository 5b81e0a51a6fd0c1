import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ownHeap } from "#platform/memory/heap-collection.ts";

const MIB = 1024 * 1024;

test("the heap gives back what nobody needs any more", { timeout: 60_000 }, async () => {
  const heap = ownHeap();
  const full = fill();
  let least = full;
  heap.favorMemory(true);
  try {
    // Marking begins when something asks for memory, as a server does all the time.
    for (let round = 0; round < 400 && least > full - 20 * MIB; round += 1) {
      Array.from({ length: 20_000 }, (_, index) => ({ index }));
      least = Math.min(least, heap.committedBytes());
      await sleep(20);
    }
  } finally {
    heap.favorMemory(false);
  }
  assert.ok(least <= full - 20 * MIB, `${String(full)} → ${String(least)}`);
});

/** Bytes of the heap when it is full of things nobody refers to any more. */
function fill(): number {
  const kept = Array.from({ length: 400_000 }, (_, index) => ({ index, text: [index] }));
  return kept.length > 0 ? ownHeap().committedBytes() : 0;
}
