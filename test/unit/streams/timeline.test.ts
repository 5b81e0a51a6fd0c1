import assert from "node:assert/strict";
import { test } from "node:test";
import { StreamTimeline } from "#streams/timeline.ts";

const TRACKS = [
  { clockRate: 90_000, synchronised: true },
  { clockRate: 48_000, synchronised: true },
];

test("without reports of the source, time follows the earliest arrivals", () => {
  const timeline = new StreamTimeline(TRACKS);
  for (let index = 0; index < 100; index += 1) timeline.observe(0, index * 3600, 10_000 + index * 40 + (index % 5) * 8);
  const wall = timeline.wallTime(0, 99 * 3600) ?? 0;
  assert.ok(Math.abs(wall - (10_000 + 99 * 40)) < 3, `${String(wall)} ms`);
});

test("with reports on every track, the source's own lip-sync is kept", () => {
  const timeline = new StreamTimeline(TRACKS);
  timeline.observe(0, 0, 5000);
  timeline.observe(1, 0, 5080);
  timeline.sourceReport(0, 0, 1_000_000);
  timeline.sourceReport(1, 0, 1_000_010);
  timeline.observe(0, 3600, 5040);
  timeline.observe(1, 1920, 5120);
  const apart = (timeline.wallTime(1, 0) ?? 0) - (timeline.wallTime(0, 0) ?? 0);
  assert.ok(Math.abs(apart - 10) < 0.01, `${String(apart)} ms apart`);
});

test("a report on one track only is not believed", () => {
  const timeline = new StreamTimeline(TRACKS);
  timeline.observe(0, 0, 5000);
  timeline.observe(1, 0, 5000);
  timeline.sourceReport(0, 0, 9_000_000);
  timeline.observe(0, 3600, 5040);
  assert.ok(Math.abs((timeline.wallTime(0, 3600) ?? 0) - 5040) < 1);
});

test("a source clock that steps by an hour re-anchors instead of carrying the step on", () => {
  const timeline = new StreamTimeline([{ clockRate: 90_000, synchronised: true }]);
  timeline.observe(0, 0, 5000);
  timeline.sourceReport(0, 0, 1_000_000);
  timeline.observe(0, 3600, 5040);
  timeline.sourceReport(0, 3600, 1_000_040 + 3_600_000);
  timeline.observe(0, 7200, 5080);
  assert.ok(Math.abs((timeline.wallTime(0, 7200) ?? 0) - 5080) < 1);
});

test("timestamps wrap without a jump in time", () => {
  const timeline = new StreamTimeline([{ clockRate: 90_000, synchronised: true }]);
  timeline.observe(0, 0xffff_f000, 5000);
  timeline.observe(0, (0xffff_f000 + 3600) >>> 0, 5040);
  timeline.observe(0, (0xffff_f000 + 7200) >>> 0, 5080);
  assert.ok(Math.abs((timeline.wallTime(0, (0xffff_f000 + 7200) >>> 0) ?? 0) - 5080) < 1);
  assert.equal(timeline.timestampAt(0, 5120, (0xffff_f000 + 7200) >>> 0), (0xffff_f000 + 10_800) >>> 0);
});

test("before the first packet nothing is known", () => {
  const timeline = new StreamTimeline(TRACKS);
  assert.equal(timeline.wallTime(0, 0), undefined);
  assert.equal(timeline.timestampAt(0, 5000, 77), 77);
});

test("the end of a busy moment doesn't take time back in one step", () => {
  const timeline = new StreamTimeline([{ clockRate: 90_000, synchronised: true }]);
  const offset = (): number => timeline.wallTime(0, 0) ?? 0;
  let least = 0;
  let before = 0;
  for (let index = 0; index < 2000; index += 1) {
    const isBusy = index >= 250 && index < 500;
    timeline.observe(0, index * 3600, 10_000 + index * 40 + (isBusy ? 500 : 0));
    if (index > 250) least = Math.min(least, offset() - before);
    before = offset();
  }
  assert.ok(least >= -0.25, `${String(least)} ms within a frame interval`);
  assert.ok(Math.abs(offset() - 10_000) < 1, "and it comes back");
});

test("tracks whose clocks are hours apart are aligned by arrival", () => {
  const timeline = new StreamTimeline(TRACKS);
  for (let index = 0; index < 10; index += 1) {
    timeline.observe(0, index * 3600, 5000 + index * 40);
    timeline.observe(1, index * 1920, 5000 + index * 40);
    timeline.sourceReport(0, index * 3600, 1_000_000 + index * 40);
    timeline.sourceReport(1, index * 1920, 1_000_000 + 7 * 3_600_000 + index * 40);
    const walls = [timeline.wallTime(0, index * 3600), timeline.wallTime(1, index * 1920)];
    for (const wall of walls) assert.ok(Math.abs((wall ?? 0) - (5000 + index * 40)) < 1, walls.join());
  }
});

for (const { name, ntp } of [
  { name: "steps forward", ntp: (ms: number) => ms + (ms >= 2000 ? 3000 : 0) },
  { name: "steps back", ntp: (ms: number) => ms - (ms >= 2000 ? 3000 : 0) },
  { name: "stands still", ntp: () => 0 },
]) {
  test(`time runs on with a source whose clock ${name}`, () => {
    const timeline = new StreamTimeline(TRACKS);
    for (let ms = 0; ms < 20_000; ms += 40) {
      if (ms % 1000 === 0) {
        timeline.sourceReport(0, ms * 90, 1_000_000 + ntp(ms));
        timeline.sourceReport(1, ms * 48, 1_000_000 + ntp(ms));
      }
      timeline.observe(0, ms * 90, 5000 + ms);
      timeline.observe(1, ms * 48, 5000 + ms);
      const walls = [timeline.wallTime(0, ms * 90), timeline.wallTime(1, ms * 48)];
      for (const wall of walls) assert.ok(Math.abs((wall ?? 0) - 5000 - ms) < 1, `${walls.join()} at ${String(ms)} ms`);
    }
  });
}

test("another source's clock is believed at once, wherever it stands", () => {
  const timeline = new StreamTimeline([{ clockRate: 90_000, synchronised: true }]);
  for (let ms = 0; ms < 10_000; ms += 40) {
    if (ms === 5000) timeline.sourceReplaced();
    if (ms % 1000 === 0) timeline.sourceReport(0, ms * 90, 1_000_000 + ms + (ms >= 5000 ? 3000 : 0));
    timeline.observe(0, ms * 90, 5000 + ms);
    assert.ok(Math.abs((timeline.wallTime(0, ms * 90) ?? 0) - 5000 - ms) < 1, `${String(ms)} ms`);
  }
});
