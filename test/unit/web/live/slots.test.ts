import assert from "node:assert/strict";
import { test } from "node:test";
import { Reachability } from "#web/live/reachability.ts";
import { Slots } from "#web/live/slots.ts";
import { ManualPageClock } from "#test/support/manual-page-clock.ts";

test("there are only so many slots, and a released one goes to who waits longest", () => {
  const slots = new Slots(2);
  const first = slots.take();
  assert.ok(first && slots.take());
  assert.equal(slots.take(), undefined);
  const served: string[] = [];
  slots.wait(() => served.push("a"));
  slots.wait(() => served.push("b"));
  first.release();
  first.release();
  assert.deepEqual(served, ["a", "b"], "the first didn't take it, so the next was asked");
  assert.ok(slots.take());
  assert.equal(slots.take(), undefined, "a slot is given back once");
});

test("who takes the slot keeps the next one waiting; who stopped waiting isn't asked", () => {
  const slots = new Slots(1);
  const held = slots.take();
  const served: string[] = [];
  const stop = slots.wait(() => served.push("gone"));
  slots.wait(() => {
    served.push("taker");
    slots.take();
  });
  slots.wait(() => served.push("later"));
  stop();
  held?.release();
  assert.deepEqual(served, ["taker"]);
});

test("a network found blocked is believed for a while, or until WebRTC works", () => {
  const clock = new ManualPageClock();
  const reachability = new Reachability(clock);
  assert.equal(reachability.blocked, false);
  reachability.failed();
  assert.equal(reachability.blocked, true);
  clock.advance(120_000);
  assert.equal(reachability.blocked, false);
  reachability.failed();
  reachability.worked();
  assert.equal(reachability.blocked, false);
});
