import assert from "node:assert/strict";
import { test } from "node:test";
import { LinkWatch } from "#protocols/webrtc/egress/link-watch.ts";

const MUCH = 80;

test("much loss in three reports in a row is too much, with a good one between it isn't", () => {
  const link = new LinkWatch();
  assert.deepEqual(
    [MUCH, MUCH, 0, MUCH, MUCH].map((loss, second) => link.report(loss, second * 1000)),
    [false, false, false, false, false],
  );
  assert.equal(link.report(MUCH, 5000), true);
  assert.equal(link.constrained(5000), true);
});

test("it is tried again after a while that grows with each failure, to a bound", () => {
  const link = new LinkWatch();
  const pauses: number[] = [];
  let now = 200_000;
  for (let failure = 0; failure < 6; failure += 1) {
    while (!link.report(MUCH, now)) now += 1000;
    const failedAt = now;
    while (link.constrained(now)) now += 1000;
    pauses.push((now - failedAt) / 1000);
  }
  assert.deepEqual(pauses, [10, 20, 40, 80, 80, 80]);
  now += 200_000;
  while (!link.report(MUCH, now)) now += 1000;
  const failedAt = now;
  while (link.constrained(now)) now += 1000;
  assert.equal((now - failedAt) / 1000, 10, "forgotten after a good time");
});

test("reports that come while only key units go out count for nothing", () => {
  const link = new LinkWatch();
  for (let second = 0; second < 3; second += 1) link.report(MUCH, 200_000 + second * 1000);
  for (let second = 0; second < 5; second += 1) assert.equal(link.report(255, 203_000 + second * 1000), false);
});
