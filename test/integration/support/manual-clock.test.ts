import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#test/support/manual-clock.ts";

test("fires timers in the order of their times, each at its own time", () => {
  const clock = new ManualClock({ now: 0 });
  const fired: string[] = [];
  clock.after("late", 20, () => fired.push(`late ${String(clock.now())}`));
  clock.after("early", 10, () => {
    fired.push(`early ${String(clock.now())}`);
    clock.after("nested", 5, () => fired.push(`nested ${String(clock.now())}`));
  });
  clock.advance(30);
  assert.deepEqual(fired, ["early 10", "nested 15", "late 20"]);
  assert.equal(clock.now(), 30);
});

test("repeats until cancelled", () => {
  const clock = new ManualClock();
  let count = 0;
  const timer = clock.every("tick", 10, () => {
    count += 1;
    if (count === 3) timer.cancel();
  });
  clock.advance(100);
  assert.equal(count, 3);
  assert.deepEqual(clock.openTimers(), []);
});

test("lets promises settle between timers", async () => {
  const clock = new ManualClock({ now: 0 });
  const woken: number[] = [];
  const sleeper = (async () => {
    for (let round = 0; round < 3; round++) {
      await clock.sleep("nap", 10);
      woken.push(clock.now());
    }
  })();
  await clock.run(100);
  await sleeper;
  assert.deepEqual(woken, [10, 20, 30]);
});

test("keeps monotonic time when the wall clock is set", () => {
  const clock = new ManualClock();
  const before = clock.now();
  clock.setWall(0);
  assert.equal(clock.wallNow(), 0);
  assert.equal(clock.now(), before);
});
