import assert from "node:assert/strict";
import { test } from "node:test";
import { FragmentBuffer } from "#codecs/fragment-buffer.ts";

test("hands out what was added, once", () => {
  const buffer = new FragmentBuffer(100);
  assert.equal(buffer.append(Buffer.from("ab")), true);
  assert.equal(buffer.append(Buffer.from("cd")), true);
  assert.equal(buffer.length, 4);
  assert.equal(buffer.take().toString(), "abcd");
  assert.equal(buffer.length, 0);
  assert.equal(buffer.take().length, 0);
});

test("gives bytes that later fragments don't overwrite", () => {
  const buffer = new FragmentBuffer(100);
  buffer.append(Buffer.from("first"));
  const first = buffer.take();
  buffer.append(Buffer.from("other"));
  assert.equal(first.toString(), "first");
});

test("refuses what exceeds its bound and keeps what it has", () => {
  const buffer = new FragmentBuffer(10_000);
  assert.equal(buffer.append(Buffer.alloc(9999, 1)), true);
  assert.equal(buffer.append(Buffer.alloc(2)), false);
  assert.equal(buffer.append(Buffer.alloc(1)), true);
  assert.equal(buffer.length, 10_000);
});

test("grows over many fragments without losing bytes", () => {
  const buffer = new FragmentBuffer(1 << 20);
  const fragments = Array.from({ length: 300 }, (_, i) => Buffer.alloc(i, i & 0xff));
  for (const fragment of fragments) buffer.append(fragment);
  assert.deepEqual(buffer.view(), Buffer.concat(fragments));
});

test("forgets when told to", () => {
  const buffer = new FragmentBuffer(10);
  buffer.append(Buffer.alloc(8));
  buffer.clear();
  assert.equal(buffer.append(Buffer.alloc(10)), true);
});
