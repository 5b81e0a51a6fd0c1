import assert from "node:assert/strict";
import { test } from "node:test";
import { Allowance } from "#app/users/guessing/allowance.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

test("so many at once, then one every while, and never more than at first", async () => {
  const clock = new ManualClock();
  const allowance = new Allowance(clock, { atOnce: 2, everyMs: 1000 });
  allowance.take();
  assert.equal(allowance.wait, 0);
  allowance.take();
  assert.equal(allowance.wait, 1000);
  allowance.take();
  await clock.run(600);
  assert.equal(allowance.wait, 400);
  await clock.run(400);
  assert.equal(allowance.wait, 0);
  await clock.run(100_000);
  allowance.take();
  allowance.take();
  assert.equal(allowance.wait, 1000);
  await clock.run(5000);
  allowance.empty();
  assert.equal(allowance.wait, 1000);
});
