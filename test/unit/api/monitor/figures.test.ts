import assert from "node:assert/strict";
import { test } from "node:test";
import { PathFigures } from "#api/monitor/figures.ts";
import type { MeasuredPath } from "#api/monitor/figures.ts";
import { TrackMeter } from "#streams/track-meter.ts";
import type { Track } from "#streams/track.ts";

interface Fake {
  readonly kind: string;
  octets: number;
  readonly meter: TrackMeter;
}

const fake = (kind: string): Fake => ({ kind, octets: 0, meter: new TrackMeter() });

function pathOf(...tracks: readonly Fake[]): MeasuredPath {
  const stream = { tracks: tracks as unknown as readonly Track[], feed: { ring: { bytes: 7 } } };
  return { inboundBytes: 1, outboundBytes: 2, stream };
}

/** One second of 25 pictures and 1000 bytes each. */
function second(track: Fake, from: number, { lost = 0 } = {}): void {
  for (let picture = 0; picture < 25; picture += 1) {
    track.meter.unit(from + picture * 40);
    if (picture === 0) track.meter.key(from);
    track.meter.packets += 1;
    track.octets += 1000;
  }
  track.meter.lost += lost;
}

const context = { wallOffset: 1000, limitBytes: 99 };

test("rates come from what was counted in two seconds", () => {
  const video = fake("video");
  const path = pathOf(video, fake("audio"));
  const figures = new PathFigures();
  figures.sample(path, 0);
  assert.equal(figures.view(path, context).fps, null);
  for (let s = 0; s < 5; s += 1) {
    second(video, s * 1000);
    figures.sample(path, (s + 1) * 1000);
  }
  const view = figures.view(path, context);
  assert.deepEqual([view.bitrate, view.fps, view.lossRatio], [200_000, 25, 0]);
  assert.deepEqual(view.gop, { durationMs: 1000, pictures: 25 });
  assert.deepEqual([view.keyframeAt, view.lastMediaAt], [5000, 5960]);
  assert.deepEqual([view.memoryBytes, view.memoryLimitBytes], [7, 99]);
});

test("a picture that stands still has no pictures per second", () => {
  const video = fake("video");
  const path = pathOf(video);
  const figures = new PathFigures();
  second(video, 0);
  for (let s = 1; s < 6; s += 1) figures.sample(path, s * 1000);
  assert.deepEqual([figures.view(path, context).fps, figures.view(path, context).bitrate], [0, 0]);
});

test("loss is a share of ten seconds, and counted over streams that follow each other", () => {
  const [first, next] = [fake("video"), fake("video")];
  const figures = new PathFigures();
  figures.sample(pathOf(first), 0);
  second(first, 0, { lost: 25 });
  figures.sample(pathOf(first), 1000);
  assert.deepEqual([figures.view(pathOf(first), context).lossRatio, figures.view(pathOf(first), context).lostPackets], [0.5, 25]);
  next.meter.lost = 5;
  figures.sample(pathOf(next), 2000);
  assert.deepEqual([figures.view(pathOf(next), context).lossRatio, figures.view(pathOf(next), context).lostPackets], [0, 30]);
});

test("the last hour is kept in steps of ten seconds, and no more", () => {
  const video = fake("video");
  const path = pathOf(video);
  const figures = new PathFigures();
  assert.deepEqual(figures.history(0).bitrate, []);
  for (let s = 0; s <= 3700; s += 1) {
    second(video, s * 1000);
    figures.sample(path, s * 1000);
  }
  const { from, stepMs, bitrate, fps } = figures.history(0);
  assert.deepEqual([bitrate.length, fps.length, stepMs], [360, 360, 10_000]);
  assert.equal(from, 3_700_000 - 3_600_000);
  assert.deepEqual([bitrate.at(-1), fps.at(-1)], [200_000, 25]);
});
