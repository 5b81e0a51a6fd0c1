import assert from "node:assert/strict";
import { test } from "node:test";
import { isFlowing, markOf, type CameraMark, type CameraState } from "#cameras/camera-state.ts";

const states: readonly { state: CameraState; mark: CameraMark }[] = [
  { state: { kind: "discovered" }, mark: "needs-you" },
  { state: { kind: "needs-activation" }, mark: "needs-you" },
  { state: { kind: "needs-credentials" }, mark: "needs-you" },
  { state: { kind: "locked-out", until: 0 }, mark: "needs-you" },
  { state: { kind: "unsupported", reason: "no-usable-track" }, mark: "needs-you" },
  { state: { kind: "probing" }, mark: "working" },
  { state: { kind: "connecting" }, mark: "working" },
  { state: { kind: "stalled" }, mark: "working" },
  { state: { kind: "offline", retryAt: 0 }, mark: "working" },
  { state: { kind: "live" }, mark: "live" },
  { state: { kind: "degraded", reason: "no-key-frame" }, mark: "degraded" },
  { state: { kind: "disabled" }, mark: "off" },
];

for (const { state, mark } of states) {
  test(`draws ${state.kind} as ${mark}`, () => {
    assert.equal(markOf(state), mark);
  });
}

test("media flows live and degraded, and in no other state", () => {
  const flowing = states.filter(({ state }) => isFlowing(state)).map(({ state }) => state.kind);
  assert.deepEqual(flowing, ["live", "degraded"]);
});
