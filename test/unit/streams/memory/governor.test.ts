import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryGovernor } from "#streams/memory/governor.ts";
import { PressureLadder } from "#streams/memory/pressure-ladder.ts";
import { MemoryBudget } from "#streams/ring/memory-budget.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { silentLogger, type Logger } from "#base/log.ts";

function governed() {
  const clock = new ManualClock();
  const budget = new MemoryBudget(1000);
  const ladder = new PressureLadder();
  const done = { idle: 0, spare: 0 };
  const told: string[] = [];
  const note = (_fields: object, message: string): void => void told.push(message);
  const log: Logger = { ...silentLogger, warn: note, info: note };
  const group = { highBytes: 1000, usedBytes: 100, timesAtLimit: 0 };
  const governor = new MemoryGovernor({
    clock,
    log,
    budget,
    ladder,
    readings: () => ({ group, wait: undefined, machine: undefined }),
    measure: () => ({ sockets: 70, sessions: 20, parsers: 10 }),
    relief: {
      closeIdle: () => {
        done.idle += 1;
        return done.idle === 1 ? 2 : 0;
      },
      dropSpare: () => {
        done.spare += 1;
        return 0;
      },
    },
  });
  return { clock, budget, ladder, done, told, group, governor };
}

test("pools that can't be asked beforehand are measured once a second", () => {
  const { clock, budget, governor } = governed();
  clock.advance(1000);
  assert.deepEqual(
    budget.uses().map(({ name, used }) => [name, used]),
    [
      ["sockets", 70],
      ["sessions", 20],
      ["parsers", 10],
      ["streams", 0],
      ["readers", 0],
    ],
  );
  governor.close();
  assert.deepEqual(clock.openTimers(), []);
});

test("while memory is short spare slabs go first, then streams nobody reads; each step is told once", () => {
  const { clock, ladder, done, told, group, governor } = governed();
  group.usedBytes = 990;
  clock.advance(1000);
  assert.deepEqual(done, { idle: 0, spare: 1 });
  clock.advance(2000);
  assert.deepEqual(ladder.steps, ["shorten-hls", "close-idle"]);
  assert.equal(done.idle, 1);
  group.usedBytes = 100;
  clock.advance(60_000);
  assert.deepEqual(ladder.steps, []);
  assert.deepEqual(told, [
    "memory is short: letting go of more",
    "memory is short: letting go of more",
    "idle on-demand streams closed, because memory is short",
    "memory suffices again: a step taken back",
    "memory suffices again: a step taken back",
  ]);
  governor.close();
});

test("whom admission turned away is told of once in a while, not each time", () => {
  const { clock, budget, told, governor } = governed();
  budget.pool("readers").refuse();
  clock.advance(1000);
  budget.pool("readers").refuse();
  clock.advance(5000);
  assert.equal(told.length, 1);
  clock.advance(5000);
  assert.equal(told.length, 2);
  governor.close();
});
