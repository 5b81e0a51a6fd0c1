import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decideStart,
  failed,
  MAX_STARTS,
  parseStartRecord,
  printStartRecord,
  settled,
  WINDOW_MS,
  type StartRecord,
} from "#health/crash-loop.ts";

const BOOT = "7c1f";
const START_MS = 60_000;

/** Starts the process `times`, `everyMs` apart, each ending by itself. */
function crash(times: number, everyMs: number, from?: StartRecord): { record: StartRecord | undefined; nextMs: number } {
  let record = from;
  let at = START_MS;
  for (let index = 0; index < times; index += 1, at += everyMs) record = decideStart(record, { boot: BOOT, uptimeMs: at }).record;
  return { record, nextMs: at };
}

test("the first start is a normal one", () => {
  assert.deepEqual(decideStart(undefined, { boot: BOOT, uptimeMs: START_MS }).decision, { kind: "normal" });
});

test("many starts that ended by themselves in a short time make the next one safe, and it says why", () => {
  const { record, nextMs } = crash(MAX_STARTS - 1, 1500);
  assert.ok(record !== undefined);
  const last = decideStart(record, { boot: BOOT, uptimeMs: nextMs });
  assert.equal(last.decision.kind, "normal");
  const after = decideStart(failed(last.record, "out of luck"), { boot: BOOT, uptimeMs: nextMs + 1500 });
  assert.deepEqual(after.decision, { kind: "safe", starts: MAX_STARTS, reason: "out of luck", quietMs: 600_000 });
});

test("starts that lie apart never add up", () => {
  const { record, nextMs } = crash(50, WINDOW_MS / (MAX_STARTS - 1));
  assert.equal(decideStart(record, { boot: BOOT, uptimeMs: nextMs }).decision.kind, "normal");
});

test("a start that ended as asked takes the others with it", () => {
  const { record, nextMs } = crash(MAX_STARTS, 1000);
  assert.ok(record !== undefined);
  assert.equal(decideStart(settled(record), { boot: BOOT, uptimeMs: nextMs }).decision.kind, "normal");
});

test("another boot of the machine begins anew, whatever its uptime", () => {
  const { record } = crash(MAX_STARTS, 1000);
  assert.equal(decideStart(record, { boot: "other", uptimeMs: START_MS + 9000 }).decision.kind, "normal");
});

test("what is remembered stays small", () => {
  const { record } = crash(500, 10);
  assert.ok(record !== undefined && printStartRecord(record).length < 4096);
});

test("a record reads back; anything else is none", () => {
  const record = { boot: BOOT, starts: [1, 2], reason: "“x”" };
  assert.deepEqual(parseStartRecord(printStartRecord(record)), record);
  const broken = ["", "{", "[]", "null", "{}", '{"boot":1,"starts":[],"reason":""}', '{"boot":"","starts":["1"],"reason":""}'];
  for (const text of broken) assert.equal(parseStartRecord(text), undefined, text);
});
