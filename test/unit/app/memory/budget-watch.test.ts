import assert from "node:assert/strict";
import { test } from "node:test";
import { BudgetWatch } from "#app/memory/budget-watch.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

test("a budget that isn't met for a minute is a fault, one that is met meanwhile isn't", () => {
  const clock = new ManualClock();
  const budget = { used: 120, total: 100, measured: 0 };
  const watch = new BudgetWatch(budget, clock);
  assert.equal(watch.fault(), undefined);
  clock.advance(59_000);
  assert.equal(watch.fault(), undefined);
  budget.used = 100;
  assert.equal(watch.fault(), undefined);
  budget.used = 120;
  clock.advance(30_000);
  assert.equal(watch.fault(), undefined);
  clock.advance(60_000);
  assert.equal(watch.fault(), "120 of 100 bytes");
});

test("what is only measured is no fault of those who ask", () => {
  const clock = new ManualClock();
  const watch = new BudgetWatch({ used: 150, total: 100, measured: 60 }, clock);
  watch.fault();
  clock.advance(600_000);
  assert.equal(watch.fault(), undefined);
});
