import assert from "node:assert/strict";
import { test } from "node:test";
import { ViewerReports } from "#api/monitor/viewer-reports.ts";
import type { ViewerReport } from "#api/contract/viewers.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const by = { address: "10.0.0.9", userAgent: "test" };
const report: ViewerReport = {
  player: "p1",
  camera: "gate",
  kind: "webrtc",
  reader: "r1",
  firstPictureMs: null,
  stalls: 0,
  stalledMs: 0,
  errors: 0,
  ended: false,
};

test("a later report of the same player replaces the one before, totals take what is new", () => {
  const reports = new ViewerReports(new ManualClock());
  reports.take(report, by);
  reports.take({ ...report, firstPictureMs: 120, stalls: 1, stalledMs: 300 }, by);
  reports.take({ ...report, firstPictureMs: 120, stalls: 3, stalledMs: 900, errors: 1 }, by);
  assert.equal(reports.list().length, 1);
  assert.equal(reports.experienceOf("r1")?.stalls, 3);
  assert.deepEqual(reports.totals.get("webrtc"), {
    players: 1,
    pictures: 1,
    firstPictureMs: 120,
    stalls: 3,
    stalledMs: 900,
    errors: 1,
  });
});

test("a player that ends, or is silent, is gone", () => {
  const clock = new ManualClock();
  const reports = new ViewerReports(clock);
  reports.take(report, by);
  reports.take({ ...report, ended: true }, by);
  assert.equal(reports.experienceOf("r1"), null);
  reports.take({ ...report, player: "p2" }, by);
  clock.advance(61_000);
  assert.deepEqual(reports.list(), []);
});

test("players of other addresses can't take each other's place, and there is a bound", () => {
  const reports = new ViewerReports(new ManualClock());
  reports.take(report, by);
  reports.take(report, { ...by, address: "10.0.0.10" });
  assert.equal(reports.list().length, 2);
  for (let index = 0; index < 1000; index += 1) reports.take({ ...report, player: `x${String(index)}` }, by);
  assert.equal(reports.list().length, 500);
});
