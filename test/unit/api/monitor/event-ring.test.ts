import assert from "node:assert/strict";
import { test } from "node:test";
import { EventRing } from "#api/monitor/event-ring.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const added = (ring: EventRing, camera: string): void => ring.add({ kind: "camera-added", camera });

test("goes on after the id that was seen last", () => {
  const ring = new EventRing(new ManualClock(), "ab");
  const empty = ring.newest;
  added(ring, "a");
  const seen = ring.newest;
  added(ring, "b");
  assert.deepEqual(
    ring.since(seen).events.map((event) => ("camera" in event ? event.camera : "")),
    ["b"],
  );
  assert.equal(ring.since(seen).missed, false);
  assert.equal(ring.since(empty).events.length, 2);
  assert.deepEqual(ring.since(ring.newest), { events: [], missed: false });
});

test("an id of another process gets everything, and is told so", () => {
  const ring = new EventRing(new ManualClock(), "ab");
  added(ring, "a");
  for (const id of ["cd-1", "nonsense", "ab-", "ab-99999999999999999999"]) {
    assert.deepEqual([ring.since(id).events.length, ring.since(id).missed], [1, true], id);
  }
  assert.deepEqual([ring.since(undefined).events.length, ring.since(undefined).missed], [1, false]);
});

test("is bounded, and says when something was missed", () => {
  const ring = new EventRing(new ManualClock(), "ab");
  const first = ring.newest;
  for (let index = 0; index < 700; index += 1) added(ring, String(index));
  const { events, missed } = ring.since(first);
  assert.deepEqual([events.length, missed, events.at(-1)?.id], [500, true, "ab-700"]);
});

test("listeners hear each event until they stop", () => {
  const ring = new EventRing(new ManualClock(), "ab");
  const heard: string[] = [];
  const stop = ring.onEvent(({ id }) => heard.push(id));
  added(ring, "a");
  stop();
  added(ring, "b");
  assert.deepEqual(heard, ["ab-1"]);
});
