import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventRecord, Snapshot } from "#api/contract/events.ts";
import { applyChange, applyEvent, applySnapshot, MAX_EVENTS } from "#web/box/apply-change.ts";
import { sceneOf } from "../../../peers/fake-box-scenes.ts";

const { snapshot } = sceneOf("healthy", 1_000_000);
const state = applySnapshot(undefined, snapshot);
const names = (cameras: Snapshot["cameras"]): readonly string[] => cameras.map((camera) => camera.name);
const note = (id: string): EventRecord => ({ id, at: 0, kind: "camera-added", camera: "x" });

test("what a change doesn't name stays as it was", () => {
  const after = applyChange(state, { now: 5 });
  assert.deepEqual(after, { ...state, now: 5 });
  assert.equal(after.cameras, state.cameras);
});

test("figures alone leave the rest of a camera as it was", () => {
  const [yard] = state.cameras;
  assert.ok(yard);
  const figures = { ...yard.figures, bitrate: 7 };
  const [after, ...others] = applyChange(state, { now: 5, figures: { yard: figures, gone: figures } }).cameras;
  assert.deepEqual(after, { ...yard, figures });
  assert.deepEqual(others, state.cameras.slice(1));
});

test("cameras come, change, go and move", () => {
  const [yard, till] = state.cameras;
  assert.ok(yard && till);
  const added = { ...yard, name: "new" };
  const renamed = { ...till, label: "Counter" };
  const after = applyChange(state, { now: 5, cameras: [renamed, added], removed: ["door"], order: ["new", "gate", "yard"] });
  assert.deepEqual(names(after.cameras), ["new", "gate", "yard", "till"]);
  assert.equal(after.cameras[3]?.label, "Counter");
});

test("a camera's details go when the box says so, and stay when it says nothing", () => {
  const details = sceneOf("healthy").details("yard") ?? null;
  const shown = applyChange(state, { now: 1, camera: details });
  assert.equal(applyChange(shown, { now: 2 }).camera, details);
  assert.equal(applyChange(shown, { now: 2, camera: null }).camera, null);
});

test("events stay over a reconnect, once each, and only so many", () => {
  let after = applyEvent(state, note("n1"));
  after = applySnapshot(after, { ...snapshot, events: [note("n1"), note("n2")] });
  assert.deepEqual(
    after.events.slice(-2).map(({ id }) => id),
    ["n1", "n2"],
  );
  assert.equal(applySnapshot(after, { ...snapshot, events: [note("z")], missedEvents: true }).events.length, 1);
  const many = Array.from({ length: MAX_EVENTS + 50 }, (_, index) => note(`m${String(index)}`));
  assert.equal(applySnapshot(state, { ...snapshot, events: many }).events.length, MAX_EVENTS);
});
