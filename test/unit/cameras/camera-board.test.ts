import assert from "node:assert/strict";
import { test } from "node:test";
import { CameraBoard } from "#cameras/camera-board.ts";
import { cameraError } from "#cameras/errors.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const why = { error: undefined, quirk: undefined };
const lost = cameraError("camera-closed");

test("a camera that comes back tells how long there was no picture; attempts in between are the same outage", () => {
  const clock = new ManualClock();
  const board = new CameraBoard(clock);
  const told: (readonly [string, string, number | undefined])[] = [];
  board.onChange(({ from, state, outageMs }) => told.push([from, state.kind, outageMs]));
  const camera = board.observe("gate", () => undefined);
  camera.state({ kind: "connecting" }, why);
  camera.opened("tcp");
  camera.state({ kind: "live" }, why);
  camera.ended(lost);
  camera.state({ kind: "offline", retryAt: 1 }, { ...why, error: lost });
  clock.advance(2000);
  camera.ended(lost);
  camera.state({ kind: "offline", retryAt: 2 }, { ...why, error: lost });
  assert.equal(board.report("gate")?.error, lost);
  clock.advance(3000);
  camera.state({ kind: "live" }, why);
  assert.deepEqual(told, [
    ["discovered", "connecting", undefined],
    ["connecting", "live", undefined],
    ["live", "offline", undefined],
    ["offline", "live", 5000],
  ]);
  const report = board.report("gate");
  assert.deepEqual([report?.reconnects, report?.reconnectsLastDay, report?.error], [1, 1, undefined]);
  assert.deepEqual([...(report?.reconnectReasons ?? [])], [["camera-closed", 1]]);
  assert.deepEqual(
    report?.endings.map(({ outageMs, error }) => [outageMs, error.code]),
    [[5000, "camera-closed"]],
  );
});

test("reconnects of yesterday aren't today's, and endings are bounded", () => {
  const clock = new ManualClock();
  const board = new CameraBoard(clock);
  const camera = board.observe("gate", () => undefined);
  for (let index = 0; index < 50; index += 1) {
    camera.state({ kind: "live" }, why);
    camera.ended(lost);
    camera.state({ kind: "stalled" }, { ...why, error: lost });
  }
  assert.deepEqual([board.report("gate")?.endings.length, board.report("gate")?.reconnectsLastDay], [20, 50]);
  clock.advance(25 * 3_600_000);
  assert.deepEqual([board.report("gate")?.reconnects, board.report("gate")?.reconnectsLastDay], [50, 0]);
});

test("only cameras that are pulled can be made to try at once", () => {
  const board = new CameraBoard(new ManualClock());
  let tried = 0;
  board.observe("gate", () => (tried += 1));
  assert.equal(board.retry("gate"), true);
  assert.equal(board.retry("none"), false);
  assert.equal(tried, 1);
});

test("is bounded: the camera heard of longest ago is forgotten", () => {
  const board = new CameraBoard(new ManualClock());
  for (let index = 0; index < 4200; index += 1) board.observe(String(index), () => undefined);
  assert.equal(board.report("0"), undefined);
  assert.notEqual(board.report("4199"), undefined);
});

test("an outage has one beginning, however often the camera is called meanwhile", () => {
  const clock = new ManualClock();
  const board = new CameraBoard(clock);
  const camera = board.observe("gate", () => undefined);
  camera.state({ kind: "live" }, why);
  clock.advance(60_000);
  camera.state({ kind: "stalled" }, { ...why, error: lost });
  const since = board.report("gate")?.since;
  assert.equal(since, clock.wallNow());
  for (let index = 0; index < 10; index += 1) {
    clock.advance(2000);
    camera.state({ kind: "connecting" }, { ...why, error: lost });
    clock.advance(2000);
    camera.state({ kind: "offline", retryAt: 1 }, { ...why, error: lost });
  }
  assert.equal(board.report("gate")?.since, since);
  camera.state({ kind: "needs-credentials" }, { ...why, error: lost });
  assert.equal(board.report("gate")?.since, clock.wallNow());
});
