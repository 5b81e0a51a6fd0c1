import assert from "node:assert/strict";
import { test } from "node:test";
import { nextLiveState, patienceOf } from "#web/live/live-state.ts";
import type { LiveEvent, LiveState, Reason } from "#web/live/live-state.ts";

const look: LiveEvent = { kind: "look", best: "webrtc", reason: undefined };
const frame: LiveEvent = { kind: "frame" };
const silence: LiveEvent = { kind: "silence" };
const failed = (reason: Reason): LiveEvent => ({ kind: "failed", reason });
const after = (...events: readonly LiveEvent[]): LiveState => events.reduce<LiveState>(nextLiveState, { phase: "paused" });

test("a tile that is seen opens WebRTC, and plays from its first frame on", () => {
  assert.deepEqual(after(look), { phase: "opening", transport: "webrtc", reason: undefined, attempt: 0 });
  assert.deepEqual(after(look, frame), { phase: "playing", transport: "webrtc", reason: undefined });
});

test("what lies with the way falls back to the next one, and says why", () => {
  assert.deepEqual(after(look, failed("blocked")), { phase: "opening", transport: "hls", reason: "blocked", attempt: 0 });
  assert.deepEqual(after(look, failed("b-frames"), frame), { phase: "playing", transport: "hls", reason: "b-frames" });
});

test("a tile without an HLS slot shows stills, and moves on when a slot is free", () => {
  const still = after(look, failed("blocked"), failed("busy"));
  assert.deepEqual(still, { phase: "opening", transport: "still", reason: "busy", attempt: 0 });
  assert.deepEqual(nextLiveState(nextLiveState(still, frame), { kind: "slot" }), {
    phase: "opening",
    transport: "hls",
    reason: "blocked",
    attempt: 0,
  });
});

test("what lies with the stream waits and tries the same way again", () => {
  const waiting = after(look, failed("not-there"));
  assert.equal(waiting.phase, "waiting");
  assert.deepEqual(nextLiveState(waiting, { kind: "retry" }), {
    phase: "opening",
    transport: "webrtc",
    reason: undefined,
    attempt: 1,
  });
});

test("a picture that stops is frozen, never playing, and is opened anew when it stays so", () => {
  const frozen = after(look, frame, silence);
  assert.equal(frozen.phase, "frozen");
  assert.equal(nextLiveState(frozen, frame).phase, "playing");
  const waiting = nextLiveState(frozen, silence);
  assert.equal(waiting.phase, "waiting");
  assert.deepEqual(nextLiveState(waiting, { kind: "retry" }), {
    phase: "opening",
    transport: "webrtc",
    reason: undefined,
    attempt: 1,
  });
});

test("a frozen picture whose camera is back is opened anew at once, if the old session doesn't show it", () => {
  const frozen = after(look, frame, silence);
  const returned = nextLiveState(frozen, { kind: "returned" });
  assert.deepEqual(patienceOf(returned), { ms: 500, then: "silence" });
  assert.equal(nextLiveState(returned, { kind: "returned" }), returned);
  assert.equal(nextLiveState(returned, frame).phase, "playing");
  assert.equal(nextLiveState(returned, silence).phase, "opening");
  assert.equal(nextLiveState(after(look, failed("not-there")), { kind: "returned" }).phase, "opening");
  const playing = after(look, frame);
  assert.equal(nextLiveState(playing, { kind: "returned" }), playing);
});

test("when not even a still comes, it begins again with the best way", () => {
  const state = after(look, failed("codec"), failed("codec"), failed("no-picture"));
  assert.deepEqual(state, { phase: "waiting", transport: "webrtc", reason: "no-picture", attempt: 1, kept: undefined });
});

test("pauses grow with failures in a row, and a frame forgets them", () => {
  let state = after(look, failed("not-there"));
  const pauses: number[] = [];
  for (let round = 0; round < 7; round++) {
    pauses.push(patienceOf(state)?.ms ?? -1);
    state = nextLiveState(nextLiveState(state, { kind: "retry" }), failed("not-there"));
  }
  assert.deepEqual(pauses, [250, 1000, 2000, 4000, 5000, 5000, 5000]);
  const recovered = nextLiveState(nextLiveState(state, { kind: "retry" }), frame);
  assert.equal(patienceOf(nextLiveState(recovered, failed("ended")))?.ms, 250);
});

test("looking away ends everything, at any moment", () => {
  for (const events of [[look], [look, frame], [look, frame, silence], [look, failed("ended")]])
    assert.deepEqual(nextLiveState(after(...events), { kind: "look-away" }), { phase: "paused" });
});

test("a silence of no more than a few frames is none: a still picture may be older", () => {
  assert.deepEqual(patienceOf(after(look, frame)), { ms: 2500, then: "silence" });
  assert.deepEqual(patienceOf({ phase: "playing", transport: "still", reason: "busy" }), { ms: 30_000, then: "silence" });
  assert.equal(patienceOf({ phase: "paused" }), undefined);
});

test("events that come late change nothing", () => {
  assert.deepEqual(nextLiveState({ phase: "paused" }, frame), { phase: "paused" });
  assert.deepEqual(nextLiveState({ phase: "paused" }, failed("ended")), { phase: "paused" });
  const playing = after(look, frame);
  assert.equal(nextLiveState(playing, { kind: "retry" }), playing);
  assert.equal(nextLiveState(playing, look), playing);
});
