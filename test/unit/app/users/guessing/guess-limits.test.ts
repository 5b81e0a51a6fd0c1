import assert from "node:assert/strict";
import { test } from "node:test";
import { GuessLimits } from "#app/users/guessing/guess-limits.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const joe = { address: "192.168.1.9", account: "joe" };

test("the wait doubles up to a minute and is forgotten after a quarter of an hour", async () => {
  const clock = new ManualClock();
  const limits = new GuessLimits(clock);
  const waits: number[] = [];
  for (let failure = 0; failure < 13; failure += 1) {
    await clock.run(limits.waitFor(joe));
    limits.failed(joe);
    waits.push(limits.waitFor(joe) / 1000);
  }
  assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  await clock.run(16 * 60_000);
  limits.failed(joe);
  assert.equal(limits.waitFor(joe), 0);
});

test("all of one IPv6 network count as one", () => {
  const limits = new GuessLimits(new ManualClock());
  for (let failure = 0; failure < 5; failure += 1)
    limits.failed({ address: `2001:db8:1:2::${String(failure)}`, account: `user${String(failure)}` });
  assert.ok(limits.waitFor({ address: "2001:db8:1:2:ffff::1", account: "somebody" }) > 0);
  assert.equal(limits.waitFor({ address: "2001:db8:1:3::1", account: "somebody" }), 0);
});

test("a success clears the address, and the account for it alone", () => {
  const limits = new GuessLimits(new ManualClock());
  const other = { ...joe, address: "192.168.1.10" };
  for (let failure = 0; failure < 5; failure += 1) {
    limits.failed(joe);
    limits.failed(other);
  }
  limits.succeeded(joe);
  assert.equal(limits.waitFor(joe), 0);
  assert.ok(limits.waitFor(other) > 0);
});

test("neither table grows without end, nor what is remembered of an account", () => {
  const limits = new GuessLimits(new ManualClock());
  const attempt = (index: number): { address: string; account: string } => ({
    address: `10.${String(index >> 16)}.${String((index >> 8) & 255)}.${String(index & 255)}`,
    account: `user${String(index)}`,
  });
  for (let failure = 0; failure < 5; failure += 1) limits.failed(attempt(0));
  assert.ok(limits.waitFor(attempt(0)) > 0);
  for (let index = 1; index <= 5000; index += 1) limits.failed(attempt(index));
  assert.equal(limits.waitFor(attempt(0)), 0, "the entry that was quiet longest went");
});

test("peeking at what is remembered ends", () => {
  const limits = new GuessLimits(new ManualClock());
  limits.failed(joe);
  const allowed = Array.from({ length: 200 }, () => limits.mayPeek(joe.address)).filter((may) => may);
  assert.equal(allowed.length, 100);
});
