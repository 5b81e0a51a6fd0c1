import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryTrim } from "#platform/memory/memory-trim.ts";

const MIB = 1024 * 1024;

/** A process of a given size, whose free memory is what trimming gives back. */
function given(sizes: { resident: number; free: number }): {
  memory: MemoryTrim;
  sizes: { resident: number; free: number; trims: number };
} {
  const state = { ...sizes, trims: 0 };
  const native = {
    trimMemory: (): boolean => {
      state.resident -= state.free;
      state.free = 0;
      state.trims += 1;
      return true;
    },
  };
  return { memory: new MemoryTrim(native, () => state.resident), sizes: state };
}

test("memory is given back after the start, and again only when the process has grown", () => {
  const { memory, sizes } = given({ resident: 100 * MIB, free: 20 * MIB });
  memory.look();
  assert.deepEqual(sizes, { resident: 80 * MIB, free: 0, trims: 1 });
  sizes.resident += MIB;
  for (let look = 0; look < 5; look += 1) memory.look();
  assert.equal(sizes.trims, 2, "once more, in vain");
  sizes.resident += 10 * MIB;
  sizes.free = 8 * MIB;
  memory.look();
  assert.deepEqual(sizes, { resident: 83 * MIB, free: 0, trims: 3 });
});

test("what becomes free after a rush is given back too", () => {
  const { memory, sizes } = given({ resident: 100 * MIB, free: 0 });
  memory.look();
  sizes.free = 10 * MIB;
  memory.look();
  assert.deepEqual(sizes, { resident: 90 * MIB, free: 0, trims: 2 });
  for (let look = 0; look < 5; look += 1) memory.look();
  assert.equal(sizes.trims, 3, "until there is nothing left");
});

test("a process that has shrunk by itself counts from there", () => {
  const { memory, sizes } = given({ resident: 100 * MIB, free: 0 });
  memory.look();
  sizes.resident = 50 * MIB;
  memory.look();
  memory.look();
  sizes.resident = 60 * MIB;
  memory.look();
  assert.equal(sizes.trims, 3);
});

test("without the native module nothing happens", () => {
  const memory = new MemoryTrim(undefined, () => assert.fail("nobody needs to know"));
  memory.look();
});
