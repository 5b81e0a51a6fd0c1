import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base/log.ts";
import { Watchdog } from "#health/watchdog.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

function open(t: { after: (run: () => void) => void }, fault: () => string | undefined = () => undefined) {
  const clock = new ManualClock();
  const fed: number[] = [];
  const errors: object[] = [];
  const log = { ...silentLogger, error: (fields: object) => void errors.push(fields) };
  const vital = [{ name: "rtsp", fault }];
  const watchdog = new Watchdog({ clock, log, intervalMs: 10_000, vital, feed: () => void fed.push(clock.now()) });
  t.after(() => {
    watchdog.close();
  });
  return { clock, fed, errors, watchdog };
}

test("it is fed while every part is well", (t) => {
  const { clock, fed } = open(t);
  clock.advance(60_000);
  assert.equal(fed.length, 6);
});

test("one part that isn't well starves it, which is said once with the reason", (t) => {
  let fault: string | undefined = "the listener is gone";
  const { clock, fed, errors, watchdog } = open(t, () => fault);
  clock.advance(60_000);
  assert.deepEqual(fed, []);
  assert.deepEqual(errors, [{ faults: ["rtsp: the listener is gone"] }]);
  assert.deepEqual(watchdog.faults(), ["rtsp: the listener is gone"]);
  fault = undefined;
  clock.advance(10_000);
  assert.equal(fed.length, 1);
});

test("nothing is fed after it was closed", (t) => {
  const { clock, fed, watchdog } = open(t);
  watchdog.close();
  watchdog.close();
  clock.advance(60_000);
  assert.deepEqual(fed, []);
});
