import assert from "node:assert/strict";
import { test } from "node:test";
import { PressureLadder, RELIEF_STEPS, type PressureReadings } from "#streams/memory/pressure-ladder.ts";

const calm: PressureReadings = {
  budget: { usedBytes: 50, totalBytes: 100, refusals: 0 },
  group: { highBytes: 1000, usedBytes: 500, timesAtLimit: 4 },
  wait: { some: 0, full: 0 },
  machine: { totalBytes: 1000, availableBytes: 500 },
};
const group = (usedBytes: number, timesAtLimit = 4): PressureReadings => ({
  ...calm,
  group: { highBytes: 1000, usedBytes, timesAtLimit },
});

/** Looks every second with the same readings. */
function lookFor(ladder: PressureLadder, readings: PressureReadings, span: { from: number; seconds: number }): void {
  for (let second = 0; second < span.seconds; second += 1) ladder.look(readings, span.from + second * 1000);
}

test("calm stays calm, for ever", () => {
  const ladder = new PressureLadder();
  lookFor(ladder, calm, { from: 0, seconds: 3600 });
  assert.deepEqual(ladder.steps, []);
  assert.equal(ladder.cause, undefined);
});

const signs: readonly { title: string; cause: string; readings: PressureReadings }[] = [
  { title: "the group is near its limit", cause: "group", readings: group(960) },
  { title: "work waits for memory", cause: "waiting", readings: { ...calm, wait: { some: 25, full: 0 } } },
  { title: "all work waits for memory", cause: "waiting", readings: { ...calm, wait: { some: 6, full: 6 } } },
  {
    title: "the machine has nothing left",
    cause: "machine",
    readings: { ...calm, machine: { totalBytes: 1000, availableBytes: 30 } },
  },
];

for (const { title, cause, readings } of signs) {
  test(`a step is taken when ${title}`, () => {
    const ladder = new PressureLadder();
    assert.equal(ladder.look(readings, 0), true);
    assert.deepEqual(ladder.steps, ["shorten-hls"]);
    assert.equal(ladder.cause, cause);
  });
}

test("a refusal counts where the budget is nearly full, and only when it is new", () => {
  const full = (refusals: number): PressureReadings => ({ ...calm, budget: { usedBytes: 95, totalBytes: 100, refusals } });
  const ladder = new PressureLadder();
  ladder.look(full(3), 0);
  ladder.look(full(3), 3000);
  assert.deepEqual(ladder.steps, [], "those of before are history");
  ladder.look(full(4), 6000);
  assert.equal(ladder.cause, "budget");
  const roomy = new PressureLadder();
  roomy.look(calm, 0);
  roomy.look({ ...calm, budget: { usedBytes: 80, totalBytes: 100, refusals: 5 } }, 3000);
  assert.deepEqual(roomy.steps, [], "rings give way to each other");
});

test("meeting the limit counts where what can't be dropped is near it too", () => {
  const cache = new PressureLadder();
  cache.look(group(500, 4), 0);
  cache.look(group(500, 90), 3000);
  assert.deepEqual(cache.steps, [], "page cache alone met it");
  const own = new PressureLadder();
  own.look(group(880, 4), 0);
  own.look(group(880, 5), 3000);
  assert.equal(own.cause, "group");
});

test("steps are taken one after the other, two seconds apart, and all at last", () => {
  const ladder = new PressureLadder();
  const taken = [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 60_000].map((now) => {
    ladder.look(group(990), now);
    return ladder.steps.length;
  });
  assert.deepEqual(taken, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5]);
  assert.deepEqual(ladder.steps, RELIEF_STEPS);
});

test("they are taken back one by one, after a quiet while each", () => {
  const ladder = new PressureLadder();
  lookFor(ladder, group(990), { from: 0, seconds: 5 });
  assert.equal(ladder.steps.length, 3);
  lookFor(ladder, calm, { from: 5000, seconds: 14 });
  assert.equal(ladder.steps.length, 3, "not yet");
  lookFor(ladder, calm, { from: 19_000, seconds: 2 });
  assert.equal(ladder.steps.length, 2);
  lookFor(ladder, calm, { from: 21_000, seconds: 31 });
  assert.deepEqual([ladder.steps.length, ladder.cause], [0, undefined]);
});

test("a machine that tells nothing isn't short of memory", () => {
  const ladder = new PressureLadder();
  lookFor(ladder, { budget: calm.budget, group: undefined, wait: undefined, machine: undefined }, { from: 0, seconds: 60 });
  assert.deepEqual(ladder.steps, []);
});
