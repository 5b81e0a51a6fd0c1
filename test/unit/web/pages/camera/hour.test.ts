import assert from "node:assert/strict";
import { test } from "node:test";
import type { CameraFigures, CameraHistory } from "#api/contract/cameras.ts";
import { carryOn, hasValues } from "#web/pages/camera/hour.ts";

const STEP = 10_000;
const figures = { bitrate: 4_000_000, fps: 25, lossRatio: 0 } as CameraFigures;
const live = { figures, mark: "live" } as const;
const history = (values: readonly (number | null)[]): CameraHistory => ({
  from: 1_000_000,
  stepMs: STEP,
  bitrate: values,
  fps: values,
  lossRatio: values,
});

test("within the newest step nothing is added", () => {
  const before = history([1, 2]);
  assert.equal(carryOn(before, live, 1_000_000 + 2 * STEP - 1), before);
});

test("a new step takes the figures of now; steps that nobody saw stay empty", () => {
  const after = carryOn(history([1, 2]), live, 1_000_000 + 4 * STEP);
  assert.deepEqual(after.bitrate, [1, 2, null, null, 4_000_000]);
  assert.deepEqual(after.fps, [1, 2, null, null, 25]);
});

test("a camera that is away has no figures", () => {
  assert.deepEqual(carryOn(history([1]), { figures, mark: "working" }, 1_000_000 + STEP).bitrate, [1, null]);
});

test("it stays an hour long: what is older goes", () => {
  const whole = history(Array.from({ length: 360 }, (_, index) => index));
  const after = carryOn(whole, live, 1_000_000 + 361 * STEP);
  assert.equal(after.bitrate.length, 360);
  assert.equal(after.from, 1_000_000 + 2 * STEP);
  assert.equal(after.bitrate[0], 2);
  const muchLater = carryOn(whole, live, 1_000_000 + 9999 * STEP);
  assert.equal(muchLater.bitrate.length, 360);
});

test("an hour without figures has nothing to draw", () => {
  assert.equal(hasValues(history([null, null])), false);
  assert.equal(hasValues(history([null, 3])), true);
});
