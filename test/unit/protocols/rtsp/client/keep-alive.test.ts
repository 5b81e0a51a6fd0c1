import assert from "node:assert/strict";
import { test } from "node:test";
import { firstMethod, keepAlivePeriod } from "#protocols/rtsp/client/keep-alive.ts";

const periods: readonly { timeoutMs: number; periodMs: number }[] = [
  { timeoutMs: 60_000, periodMs: 27_000 },
  { timeoutMs: 30_000, periodMs: 13_500 },
  { timeoutMs: 12_000, periodMs: 5400 },
  { timeoutMs: 11_000, periodMs: 5000 },
  { timeoutMs: 10_000, periodMs: 4900 },
  { timeoutMs: 4000, periodMs: 1960 },
  { timeoutMs: 1000, periodMs: 1000 },
];

for (const { timeoutMs, periodMs } of periods) {
  test(`asks every ${String(periodMs)} ms in a session of ${String(timeoutMs)} ms`, () => {
    assert.equal(keepAlivePeriod(timeoutMs), periodMs);
  });
}

test("asks by GET_PARAMETER where it is listed, else by OPTIONS, unless taught otherwise", () => {
  assert.equal(firstMethod(undefined, new Set(["OPTIONS", "GET_PARAMETER"])), "get-parameter");
  assert.equal(firstMethod(undefined, new Set(["OPTIONS"])), "options");
  assert.equal(firstMethod(undefined, undefined), "options");
  assert.equal(firstMethod("set-parameter", new Set(["GET_PARAMETER"])), "set-parameter");
});
