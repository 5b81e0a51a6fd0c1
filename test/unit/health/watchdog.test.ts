import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base/log.ts";
import { WATCHDOG_MS } from "#health/supervision.ts";
import { Watchdog } from "#health/watchdog.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

function open(t: { after: (run: () => void) => void }, fault: () => string | undefined = () => undefined) {
  const clock = new ManualClock();
  const fed: number[] = [];
  const errors: object[] = [];
  const log = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
  const vital = [{ name: "rtsp", fault }];
  const watchdog = new Watchdog({ clock, log, intervalMs: 2500, vital, feed: () => void fed.push(clock.now()) });
  t.after(() => {
    watchdog.close();
  });
  return { clock, fed, errors, watchdog };
}

test("it is fed while every part is well", (t) => {
  const { clock, fed } = open(t);
  clock.advance(60_000);
  assert.equal(fed.length, 24);
});

test("one part that isn't well starves it, which is said once with the reason", (t) => {
  let fault: string | undefined = "the listener is gone";
  const { clock, fed, errors, watchdog } = open(t, () => fault);
  clock.advance(60_000);
  assert.deepEqual(fed, []);
  assert.deepEqual(errors, [{ faults: ["rtsp: the listener is gone"] }]);
  assert.deepEqual(watchdog.faults(), ["rtsp: the listener is gone"]);
  fault = undefined;
  clock.advance(2500);
  assert.equal(fed.length, 1);
});

test("one stall of seven seconds passes within what the watchdog allows, wherever it falls", (t) => {
  // After so long (the last beat was at 2500), and whether it is late by more than two intervals.
  for (const [before, late] of [
    [2500, 0],
    [2501, 0],
    [3700, 1],
    [4999, 1],
  ] as const) {
    const { clock, fed, errors } = open(t);
    const began = clock.now();
    clock.advance(before);
    clock.stall(7000);
    clock.advance(5000);
    const times = [began, ...fed];
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    assert.ok(Math.max(...pauses) <= WATCHDOG_MS, `${String(before)}: ${pauses.join(" ")}`);
    assert.equal(errors.length, late, String(before));
  }
});

test("a loop that is late again and again starves it", (t) => {
  const { clock, fed, errors } = open(t);
  clock.advance(2500);
  for (let turn = 0; turn < 4; turn += 1) {
    clock.stall(8000);
    clock.advance(1);
  }
  assert.deepEqual(fed, [3500]);
  assert.equal(errors.length, 1);
  clock.advance(2500);
  assert.equal(fed.length, 3, "by its second look, and by the next beat");
});

test("nothing is fed after it was closed", (t) => {
  const { clock, fed, watchdog } = open(t);
  clock.stall(60_000);
  clock.advance(0);
  watchdog.close();
  watchdog.close();
  clock.advance(60_000);
  assert.deepEqual(fed, []);
  assert.deepEqual(clock.openTimers(), []);
});
