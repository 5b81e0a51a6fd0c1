import assert from "node:assert/strict";
import { test } from "node:test";
import { GuessLimits } from "#app/users/guessing/guess-limits.ts";
import { systemRandom } from "#base/random.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const joe = { address: "192.168.1.9", account: "joe" };

test("the wait doubles up to a minute and is forgotten after a quarter of an hour", async () => {
  const clock = new ManualClock();
  const limits = new GuessLimits({ clock, random: systemRandom });
  const waits: number[] = [];
  for (let failure = 0; failure < 13; failure += 1) {
    await clock.run(60_000);
    limits.failed(joe);
    waits.push(limits.waitFor(joe) / 1000);
  }
  assert.deepEqual(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
  await clock.run(16 * 60_000);
  limits.failed(joe);
  assert.equal(limits.waitFor(joe), 0);
});

test("ten thousand guesses in an hour from fifty addresses: at most 300 are looked at, and the owner gets in", async () => {
  const clock = new ManualClock();
  const limits = new GuessLimits({ clock, random: systemRandom });
  let looked = 0;
  const inMinute: number[] = Array<number>(60).fill(0);
  for (let guess = 0; guess < 10_000; guess += 1) {
    await clock.run(360);
    const attempt = { address: `203.0.113.${String(guess % 50)}`, account: "joe" };
    if (limits.waitFor(attempt) > 0) continue;
    looked += 1;
    const minute = Math.min(59, Math.floor((guess * 360) / 60_000));
    inMinute[minute] = (inMinute[minute] ?? 0) + 1;
    limits.failed(attempt);
    assert.ok(limits.waitFor(joe) <= 2000, "from an address that hasn't failed");
  }
  assert.ok(looked >= 100 && looked <= 300, String(looked));
  assert.ok(Math.max(...inMinute.slice(2)) <= 10, String(inMinute));
  limits.failed(joe);
  assert.equal(limits.waitFor(joe), 0, "a typing error");
  limits.succeeded(joe);
  for (let failure = 0; failure < 4; failure += 1) limits.failed(joe);
  assert.equal(limits.waitFor(joe), 0, "who was right lately shares with nobody");
  assert.equal(limits.waitFor({ address: "127.0.0.1", account: "joe" }), 0);
});

test("a flood of addresses is looked at every two seconds", async () => {
  const clock = new ManualClock();
  const limits = new GuessLimits({ clock, random: systemRandom });
  let looked = 0;
  for (let guess = 0; guess < 2000; guess += 1) {
    await clock.run(30);
    const attempt = { address: `2001:db8:${guess.toString(16)}::1`, account: `user${String(guess)}` };
    if (limits.waitFor(attempt) > 0) continue;
    looked += 1;
    limits.failed(attempt);
  }
  assert.ok(looked >= 60 && looked <= 91, String(looked));
});

test("what is kept closes the same doors again, for as long as is left, and names nobody", () => {
  const clock = new ManualClock();
  const limits = new GuessLimits({ clock, random: systemRandom });
  for (let failure = 0; failure < 10; failure += 1) limits.failed(joe);
  limits.failed({ address: "192.168.1.77", account: "typo" });
  limits.succeeded({ address: "192.168.1.30", account: "ann" });
  const kept = limits.kept();
  assert.doesNotMatch(JSON.stringify(kept), /joe|typo|ann|\.77/);
  const later = new ManualClock();
  later.setWall(clock.wallNow() + 12_000);
  const again = new GuessLimits({ clock: later, random: systemRandom }, kept);
  assert.equal(again.waitFor(joe), 20_000);
  assert.equal(again.waitFor({ address: "192.168.1.77", account: "x" }), 0);
  assert.ok(again.waitFor({ ...joe, account: "other" }) > 0);
  const jumped = new ManualClock();
  jumped.setWall(0);
  assert.equal(new GuessLimits({ clock: jumped, random: systemRandom }, kept).waitFor(joe), 32_000, "a clock that was set back");
});

test("all of one IPv6 network count as one", () => {
  const limits = new GuessLimits({ clock: new ManualClock(), random: systemRandom });
  for (let failure = 0; failure < 5; failure += 1)
    limits.failed({ address: `2001:db8:1:2::${String(failure)}`, account: `user${String(failure)}` });
  assert.ok(limits.waitFor({ address: "2001:db8:1:2:ffff::1", account: "somebody" }) > 0);
  assert.equal(limits.waitFor({ address: "2001:db8:1:3::1", account: "somebody" }), 0);
});

test("a success clears the address, and the account for it alone", () => {
  const limits = new GuessLimits({ clock: new ManualClock(), random: systemRandom });
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
  const limits = new GuessLimits({ clock: new ManualClock(), random: systemRandom });
  const attempt = (index: number): { address: string; account: string } => ({
    address: `10.${String(index >> 16)}.${String((index >> 8) & 255)}.${String(index & 255)}`,
    account: `user${String(index)}`,
  });
  for (let failure = 0; failure < 5; failure += 1) limits.failed(attempt(0));
  assert.ok(limits.waitFor(attempt(0)) > 0);
  for (let index = 1; index <= 5000; index += 1) limits.failed(attempt(index));
  // Two seconds is what strangers wait in such a flood.
  assert.ok(limits.waitFor(attempt(0)) <= 2000, "the entry that was quiet longest went");
  const text = JSON.stringify(limits.kept());
  assert.ok(text.length < 150_000, String(text.length));
});

test("peeking at what is remembered ends", () => {
  const limits = new GuessLimits({ clock: new ManualClock(), random: systemRandom });
  limits.failed(joe);
  const allowed = Array.from({ length: 200 }, () => limits.mayPeek(joe.address)).filter((may) => may);
  assert.equal(allowed.length, 100);
});
