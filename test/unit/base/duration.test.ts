import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, parseDuration } from "#base/duration.ts";

const spellings: readonly (readonly [ms: number, text: string])[] = [
  [0, "0s"],
  [250, "250ms"],
  [10_000, "10s"],
  [90_000, "1m30s"],
  [3_600_000, "1h0m0s"],
  [86_400_000, "1d"],
  [129_600_000, "1d12h0m0s"],
  [-1500, "-1.5s"],
];

for (const [ms, text] of spellings) {
  test(`${text} is printed and read again`, () => {
    assert.equal(formatDuration(ms), text);
    assert.equal(parseDuration(text), ms);
  });
}

test("what is no duration is refused", () => {
  for (const text of ["", "10", "10 s", "s", "1y", "1h 30m", "x".repeat(65)]) assert.equal(parseDuration(text), undefined, text);
});
