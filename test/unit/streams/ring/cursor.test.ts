import assert from "node:assert/strict";
import { test } from "node:test";
import { Cursor } from "#streams/ring/cursor.ts";
import { FakeStream, fakeTrack, readFrames } from "#test/support/fake-stream.ts";

function videoStream(options: { share?: number } = {}): FakeStream {
  return new FakeStream({ tracks: [fakeTrack("video")], ...options });
}

function taken(cursor: Cursor, maxBytes = 1 << 20): string[] {
  const slice = cursor.take(maxBytes);
  if (slice === undefined) return [];
  return readFrames(slice.slab.buffer, slice.start, slice.end)
    .filter((packet) => packet.sequence >= 0)
    .map((packet) => packet.payload);
}

test("begins at the key unit it is told and gathers what lies together", () => {
  const fake = videoStream();
  fake.play(fake.attach(), { pictures: 30 });
  const cursor = new Cursor(fake.stream.feed, fake.clock);
  const key = fake.stream.feed.ring.newestKey;
  assert.ok(key !== undefined);
  cursor.startAt(key);
  assert.deepEqual(taken(cursor), ["K25", "d26", "d27", "d28", "d29"]);
  assert.deepEqual(taken(cursor), []);
  assert.equal(cursor.live, true);
  assert.equal(cursor.discarded, 0);
});

test("a write is bounded, but never less than a chunk", () => {
  const fake = videoStream();
  const input = fake.attach();
  fake.play(input, { pictures: 1 });
  const cursor = new Cursor(fake.stream.feed, fake.clock);
  fake.play(input, { pictures: 9, from: 1, bytes: 1000 });
  assert.equal(taken(cursor, 2500).length, 2);
  assert.equal(taken(cursor, 10).length, 1);
});

test("a reader two seconds behind skips to the next young key unit and what it missed is counted", () => {
  const fake = videoStream();
  const input = fake.attach();
  fake.play(input, { pictures: 10 });
  const cursor = new Cursor(fake.stream.feed, fake.clock);
  fake.play(input, { pictures: 100, from: 10 });
  const [first] = taken(cursor);
  assert.equal(first, "K75");
  assert.ok(cursor.discarded >= 65, `${String(cursor.discarded)} counted`);
});

test("overtaken without a key unit in reach it waits for the next one", () => {
  const fake = videoStream({ share: 64 * 1024 });
  const input = fake.attach();
  fake.play(input, { pictures: 2, gop: 1000, bytes: 9000 });
  const cursor = new Cursor(fake.stream.feed, fake.clock);
  fake.play(input, { pictures: 100, from: 2, gop: 1000, bytes: 9000 });
  assert.deepEqual(taken(cursor), []);
  assert.equal(cursor.waitingForKey, true);
  fake.push(input, { payload: "K now", timestamp: 102 * 3600 });
  assert.deepEqual(taken(cursor), ["K now"]);
});

test("a new reader may lag as far as the ring reaches until it has caught up once", () => {
  const fake = videoStream();
  fake.play(fake.attach(), { pictures: 90, gop: 100 });
  const cursor = new Cursor(fake.stream.feed, fake.clock);
  const key = fake.stream.feed.ring.newestKey;
  assert.ok(key !== undefined && fake.clock.now() - key.at > 3000);
  cursor.startAt(key);
  assert.equal(taken(cursor)[0], "K0");
});
