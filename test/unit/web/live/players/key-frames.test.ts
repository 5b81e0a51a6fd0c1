import assert from "node:assert/strict";
import { test } from "node:test";
import { onlyKeyFrames } from "#web/live/players/key-frames.ts";

const looks = (frames: number, keyFrames: number) =>
  Array.from({ length: 5 }, (_, index) => ({ frames: 100 + index * frames, keyFrames: 10 + index * keyFrames }));

for (const [what, given, told] of [
  ["all pictures, a key frame among them now and then", looks(50, 1), false],
  ["key frames alone, one in two seconds", looks(1, 1), true],
  ["a camera that sends nothing but key frames, many a second", looks(50, 50), false],
  ["nothing", looks(0, 0), undefined],
  ["too few looks", looks(1, 1).slice(0, 2), undefined],
] as const)
  test(`${what}: ${String(told)}`, () => assert.equal(onlyKeyFrames(given), told));
