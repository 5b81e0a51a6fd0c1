import assert from "node:assert/strict";
import { test } from "node:test";
import { TrackMeter } from "#streams/track-meter.ts";

test("a group of pictures is what lies between two key units", () => {
  const meter = new TrackMeter();
  for (let picture = 0; picture < 51; picture += 1) {
    meter.unit(picture * 40);
    if (picture % 25 === 0) meter.key(picture * 40);
  }
  assert.deepEqual(meter.gop, { durationMs: 1000, units: 25 });
  assert.deepEqual([meter.units, meter.keyUnits, meter.keyAt, meter.unitAt], [51, 3, 2000, 2000]);
});

test("the pause between two sources is no group of pictures", () => {
  const meter = new TrackMeter();
  meter.unit(0);
  meter.key(0);
  meter.sourceReplaced();
  meter.unit(60_000);
  meter.key(60_000);
  assert.equal(meter.gop, undefined);
});
