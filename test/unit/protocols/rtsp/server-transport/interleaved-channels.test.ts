import assert from "node:assert/strict";
import { test } from "node:test";
import { type FrameOwner, InterleavedChannels } from "#protocols/rtsp/server-transport/interleaved-channels.ts";

function owner(): FrameOwner & { seen: number[] } {
  const seen: number[] = [];
  return { seen, onFrame: (channel) => seen.push(channel) };
}

const NOTHING = { start: 0, end: 0 };

test("gives what is asked for where it is a free pair, odd ones too", () => {
  const channels = new InterleavedChannels();
  assert.deepEqual(channels.claim([7, 8], owner()), [7, 8]);
  assert.deepEqual(channels.claim([254, 255], owner()), [254, 255]);
});

test("gives the lowest free even pair otherwise", () => {
  const channels = new InterleavedChannels();
  assert.deepEqual(channels.claim([1, 2], owner()), [1, 2]);
  assert.deepEqual(channels.claim([2, 3], owner()), [4, 5]);
  assert.deepEqual(channels.claim(undefined, owner()), [6, 7]);
  assert.deepEqual(channels.claim([10, 12], owner()), [8, 9]);
  assert.deepEqual(channels.claim([255, 256], owner()), [10, 11]);
});

test("runs out after 128 pairs, and frees those of one owner", () => {
  const channels = new InterleavedChannels();
  const first = owner();
  assert.deepEqual(channels.claim(undefined, first), [0, 1]);
  for (let count = 1; count < 128; count += 1) assert.notEqual(channels.claim(undefined, owner()), undefined);
  assert.equal(channels.claim(undefined, owner()), undefined);
  channels.release(first);
  assert.deepEqual(channels.claim(undefined, owner()), [0, 1]);
});

test("hands frames to the owner of their channel", () => {
  const channels = new InterleavedChannels();
  const [one, other] = [owner(), owner()];
  channels.claim([0, 1], one);
  channels.claim([2, 3], other);
  assert.deepEqual(
    [1, 2, 9].map((channel) => channels.deliver(channel, Buffer.alloc(0), NOTHING)),
    [true, true, false],
  );
  assert.deepEqual([one.seen, other.seen], [[1], [2]]);
});
