import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestWord } from "#config/nearest.ts";

const known = ["logLevel", "readTimeout", "rtspAddress", "rtspsAddress", "api"];

test("the nearest word is found across case, swaps, gaps and surplus", () => {
  const table: readonly [string, string | undefined][] = [
    ["loglevel", "logLevel"],
    ["redaTimeout", "readTimeout"],
    ["rtspAdress", "rtspAddress"],
    ["rtpsAddress", "rtspAddress"],
    ["aip", "api"],
    ["frobnicate", undefined],
    ["", undefined],
  ];
  for (const [word, near] of table) assert.equal(nearestWord(word, known), near, word);
});

test("a very long word costs little", () => {
  assert.equal(nearestWord("x".repeat(100_000), known), undefined);
});
