import assert from "node:assert/strict";
import { test } from "node:test";
import type { ViewerReport } from "#api/contract/viewers.ts";
import { Experience } from "#web/live/experience.ts";
import type { Transport } from "#web/live/live-state.ts";
import { ManualPageClock } from "#test/support/manual-page-clock.ts";

function begin(transport: Transport = "webrtc") {
  const clock = new ManualPageClock();
  const reports: ViewerReport[] = [];
  const experience = new Experience({
    clock,
    sink: (report) => reports.push(report),
    player: "p1",
    camera: "yard",
    transport,
    reason: transport === "webrtc" ? undefined : "blocked",
  });
  return { clock, reports, experience };
}

test("the first picture is reported at once, with the session's id", () => {
  const { clock, reports, experience } = begin();
  experience.startedAs("abc");
  clock.advance(180);
  experience.frame();
  assert.deepEqual(reports, [
    {
      player: "p1",
      camera: "yard",
      kind: "webrtc",
      reader: "abc",
      firstPictureMs: 180,
      stalls: 0,
      stalledMs: 0,
      errors: 0,
      ended: false,
    },
  ]);
});

test("gaps of a second and more are stalls, counted from the beginning and reported every ten seconds", () => {
  const { clock, reports, experience } = begin("hls");
  experience.frame();
  clock.advance(999);
  experience.frame();
  clock.advance(1500);
  experience.frame();
  clock.advance(10_000);
  const last = reports.at(-1);
  assert.deepEqual([last?.stalls, last?.stalledMs, last?.kind, last?.fallbackReason], [1, 1500, "low-latency-hls", "blocked"]);
});

test("stills have gaps by nature", () => {
  const { clock, reports, experience } = begin("still");
  experience.frame();
  clock.advance(8000);
  experience.frame();
  experience.close();
  assert.equal(reports.at(-1)?.stalls, 0);
});

test("the end is the last report, and only one", () => {
  const { clock, reports, experience } = begin();
  experience.failed();
  experience.close();
  experience.close();
  clock.advance(60_000);
  assert.deepEqual(
    reports.map(({ ended, errors, firstPictureMs }) => [ended, errors, firstPictureMs]),
    [[true, 1, null]],
  );
  assert.equal(clock.open, 0);
});
