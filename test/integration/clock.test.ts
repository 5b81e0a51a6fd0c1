/** The machine's clock in real time: what comes every so many half-seconds comes together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemClock } from "#base/clock.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const PATIENCE_MS = 30_000;

test("timers of whole half-seconds share their wake-ups, whenever they were begun; the last one's end ends the ticks", async () => {
  const clock = new SystemClock();
  let pass = 0;
  const turns: Record<string, number[]> = { half: [], second: [], other: [], odd: [] };
  const record = (name: string) => () => {
    turns[name]?.push(pass);
    queueMicrotask(() => (pass += 1)); // none runs in between what comes together
  };
  const timers = [clock.every("half", 500, record("half"))];
  await clock.sleep("some time", 120);
  timers.push(clock.every("second", 1000, record("second")));
  await clock.sleep("some time", 70);
  timers.push(clock.every("other", 1000, record("other")), clock.every("odd", 330, record("odd")));
  await waitUntil(() => (turns["other"]?.length ?? 0) >= 3, { what: "three turns", timeoutMs: PATIENCE_MS });
  assert.deepEqual(turns["second"], turns["other"]);
  for (const turn of turns["second"] ?? []) assert.ok(turns["half"]?.includes(turn), JSON.stringify(turns));
  assert.ok((turns["half"]?.length ?? 0) > (turns["second"]?.length ?? 0));
  assert.ok((turns["odd"]?.length ?? 0) > 3, "others go by themselves");
  for (const timer of timers) timer.cancel();
  assert.deepEqual(clock.openTimers(), []);
  assert.ok(!process.getActiveResourcesInfo().includes("Timeout"), "nothing is left that would wake the machine");
});

test("a timer may cancel another, and itself, in its turn", async () => {
  const clock = new SystemClock();
  const came: string[] = [];
  const first = clock.every("first", 500, () => {
    came.push("first");
    second.cancel();
    first.cancel();
  });
  const second = clock.every("second", 500, () => came.push("second"));
  await waitUntil(() => came.length > 0, { what: "a turn", timeoutMs: PATIENCE_MS });
  assert.deepEqual(came, ["first"]);
  assert.deepEqual(clock.openTimers(), []);
});
