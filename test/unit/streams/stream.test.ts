import assert from "node:assert/strict";
import { test } from "node:test";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { streamError } from "#streams/errors.ts";
import { FakeStream, fakeTrack, SeeingReader } from "#test/support/fake-stream.ts";

const LOST = streamError("path-no-stream", { details: { path: "cam" } });

test("video is held back until the first key unit, which makes the stream ready", () => {
  const fake = new FakeStream();
  const reader = new SeeingReader(fake.stream);
  const input = fake.attach();
  fake.push(input, { payload: "d", timestamp: 0 });
  assert.equal(fake.stream.ready, false);
  fake.push(input, { payload: "K", timestamp: 3600 });
  fake.push(input, { payload: "d", timestamp: 7200 });
  assert.deepEqual(
    reader.on(0).map((packet) => packet.payload),
    ["K", "d"],
  );
  assert.equal(fake.stream.ready, true);
  assert.deepEqual(fake.events, ["ready"]);
});

test("audio alone makes a stream ready only when there is no video track", () => {
  const both = new FakeStream();
  both.push(both.attach(), { track: 1, payload: "a", timestamp: 0 });
  assert.equal(both.stream.ready, false);
  const audio = new FakeStream({ tracks: [fakeTrack("audio")] });
  audio.push(audio.attach(), { payload: "a", timestamp: 0 });
  assert.equal(audio.stream.ready, true);
});

test("a camera that never sends a key unit is passed on after ten seconds", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  for (let index = 0; index < 252; index += 1) {
    fake.push(input, { payload: "d", timestamp: index * 3600 });
    fake.clock.advance(40);
  }
  assert.equal(fake.stream.ready, true);
});

test("reports of the source that come before its first packet count too", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  input.pushSenderReport(0, { ntpSeconds: 1000, ntpFraction: 0, rtpTimestamp: 0 });
  input.pushSenderReport(1, { ntpSeconds: 1000, ntpFraction: 2 ** 31, rtpTimestamp: 0 });
  fake.push(input, { payload: "K", timestamp: 0 });
  fake.push(input, { track: 1, payload: "a", timestamp: 0 });
  fake.push(input, { track: 1, payload: "a", timestamp: 960 });
  const [video, audio] = fake.stream.tracks.map((track) => fake.stream.timeline.wallTime(track.index, track.timestamp) ?? 0);
  assert.equal(Math.round((audio ?? 0) - (video ?? 0)), 520);
});

test("gaps of the source survive in the outgoing sequence numbers", () => {
  const fake = new FakeStream();
  const reader = new SeeingReader(fake.stream);
  const input = fake.attach();
  fake.push(input, { payload: "K", timestamp: 0 });
  fake.push(input, { payload: "d", timestamp: 3600, skip: 3 });
  const [first, second] = reader.on(0);
  assert.equal(((second?.sequence ?? 0) - (first?.sequence ?? 0)) & 0xffff, 4);
});

test("a source whose numbers start again a little further back goes on in the outgoing ones", () => {
  const fake = new FakeStream();
  const reader = new SeeingReader(fake.stream);
  const input = fake.attach();
  fake.push(input, { payload: "K", timestamp: 0, skip: 500 });
  fake.push(input, { payload: "d", timestamp: 3600, skip: -400 });
  const [first, second] = reader.on(0);
  assert.equal(((second?.sequence ?? 0) - (first?.sequence ?? 0)) & 0xffff, 1);
});

test("parameter sets are inserted before a key unit that lacks them, and only there", () => {
  const sets = [Buffer.from("Ssets")];
  const fake = new FakeStream({ tracks: [fakeTrack("video", { sets })] });
  const reader = new SeeingReader(fake.stream);
  const input = fake.attach();
  fake.push(input, { payload: "K1", timestamp: 0 });
  fake.push(input, { payload: "Sown", timestamp: 3600, marker: false });
  fake.push(input, { payload: "K2", timestamp: 3600 });
  const video = reader.on(0);
  assert.deepEqual(
    video.map((packet) => packet.payload),
    ["Ssets", "K1", "Sown", "K2"],
  );
  const steps = video.slice(1).map((packet, index) => (packet.sequence - (video[index]?.sequence ?? 0)) & 0xffff);
  assert.deepEqual(steps, [1, 1, 1]);
  assert.equal(video[0]?.timestamp, video[1]?.timestamp);
});

test("a key unit's start is the first packet of its access unit", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  fake.play(input, { pictures: 3 });
  fake.push(input, { payload: "Ssets", timestamp: 3 * 3600, marker: false });
  fake.push(input, { payload: "K", timestamp: 3 * 3600 });
  const { ring } = fake.stream.feed;
  const key = ring.newestKey;
  const chunk = key === undefined ? undefined : ring.chunk(key.chunk);
  assert.ok(key !== undefined && chunk !== undefined);
  assert.equal(chunk.slab.buffer.toString("latin1", ring.startOf(key, chunk) + 16, ring.startOf(key, chunk) + 21), "Ssets");
});

test("a source that comes back with the same tracks goes on in sequence and time", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const reader = new SeeingReader(fake.stream);
  const first = fake.attach();
  fake.play(first, { pictures: 10 });
  first.close(LOST);
  assert.equal(fake.stream.ready, false);
  fake.clock.advance(5000);
  assert.equal(fake.stream.accepts([fakeTrack("video")]), true);
  const second = fake.attach();
  fake.push(second, { payload: "d", timestamp: 999 });
  fake.push(second, { payload: "K back", timestamp: 4599 });
  const video = reader.on(0);
  const last = video.at(-1);
  const before = video.at(-2);
  assert.equal(last?.payload, "K back");
  assert.equal(((last?.sequence ?? 0) - (before?.sequence ?? 0)) & 0xffff, 1);
  const elapsedMs = (((last?.timestamp ?? 0) - (before?.timestamp ?? 0)) >>> 0) / 90;
  assert.ok(Math.abs(elapsedMs - 5040) < 1, `media time went on by ${String(elapsedMs)} ms`);
  assert.equal(reader.ended, undefined);
  assert.deepEqual(fake.events, ["ready", "lost path-no-stream", "ready"]);
});

test("readers are closed when nobody comes back within the grace and the time for a new connection", () => {
  const fake = new FakeStream({ graceMs: 20_000 });
  const reader = new SeeingReader(fake.stream);
  const input = fake.attach();
  fake.play(input, { pictures: 2 });
  input.close(LOST);
  fake.clock.advance(24_999);
  assert.equal(reader.ended, undefined);
  fake.clock.advance(1);
  assert.equal(reader.ended, "stream-source-gone");
  assert.deepEqual(fake.clock.openTimers(), []);
  assert.equal(fake.budget.used, 0);
});

test("tracks of another codec, number or clock are not accepted", () => {
  const fake = new FakeStream();
  assert.equal(fake.stream.accepts([fakeTrack("video")]), false);
  assert.equal(fake.stream.accepts([fakeTrack("video", { encodingName: "OTHER" }), fakeTrack("audio")]), false);
  assert.equal(fake.stream.accepts([fakeTrack("audio"), fakeTrack("audio")]), false);
  assert.equal(fake.stream.accepts([fakeTrack("video"), fakeTrack("audio")]), true);
});

test("a timestamp jump of hours is joined onto the outgoing timeline", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const reader = new SeeingReader(fake.stream);
  const input = fake.attach();
  fake.push(input, { payload: "K", timestamp: 0 });
  fake.clock.advance(40);
  fake.push(input, { payload: "K", timestamp: 3600 * 25 * 7200 });
  const [first, second] = reader.on(0);
  const step = ((second?.timestamp ?? 0) - (first?.timestamp ?? 0)) >>> 0;
  assert.equal(step, 3600);
});

test("a picture is one flush, audio rides along with the next picture, at most 45 ms", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.push(input, { payload: "K", timestamp: 0 });
  const reader = new SeeingReader(fake.stream);
  fake.push(input, { track: 1, payload: "a1", timestamp: 0 });
  fake.clock.advance(10);
  fake.push(input, { payload: "d1", timestamp: 3600, marker: false });
  fake.push(input, { payload: "d2", timestamp: 3600 });
  assert.equal(reader.wakes.length, 1);
  fake.push(input, { track: 1, payload: "a2", timestamp: 1024 });
  fake.clock.advance(44);
  assert.equal(reader.wakes.length, 1);
  fake.clock.advance(2);
  assert.equal(reader.wakes.length, 2);
});

test("part of a picture waits no longer than 5 ms", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  fake.push(input, { payload: "K", timestamp: 0, marker: false });
  const reader = new SeeingReader(fake.stream);
  fake.clock.advance(5);
  assert.equal(reader.wakes.length, 1);
});

test("sender reports go out with the first packet and every 2.5 s", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const reader = new SeeingReader(fake.stream);
  fake.play(fake.attach(), { pictures: 200 });
  assert.ok(reader.on(1).length >= 3 && reader.on(1).length <= 4, `${String(reader.on(1).length)} reports in 8 s`);
});

test("garbage and foreign payload types are counted, not thrown", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  input.pushRtp(0, Buffer.from([1, 2, 3]), { start: 0, end: 3 });
  const foreign = printRtpPacket({ marker: true, payloadType: 13, sequence: 1, timestamp: 1, ssrc: 1 }, Buffer.from("K"));
  input.pushRtp(0, foreign, { start: 0, end: foreign.length });
  input.pushRtp(9, foreign, { start: 0, end: foreign.length });
  assert.equal(fake.stream.inboundInError, 1);
  assert.equal(fake.stream.ready, false);
});

test("a stream never holds more than the budget, whatever its share", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")], budgetBytes: 1024 * 1024 });
  const input = fake.attach();
  fake.play(input, { pictures: 500, gop: 1000, bytes: 20_000 });
  assert.ok(fake.budget.used <= fake.budget.total);
  assert.equal(fake.stream.feed.ring.newestKey, undefined);
  assert.equal(fake.stream.feed.ring.keyEvicted, true);
});

test("old chunks leave: the ring keeps the newest GOP and two seconds", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  fake.play(fake.attach(), { pictures: 1000, gop: 25, bytes: 10_000 });
  const { ring } = fake.stream.feed;
  const oldest = ring.chunk(ring.first);
  assert.ok(oldest !== undefined && fake.clock.now() - oldest.at <= 2100);
  assert.ok(ring.newestKey !== undefined && ring.newestKey.chunk >= ring.first);
  assert.ok(fake.budget.used <= 4 * 256 * 1024);
});

test("a finished GOP stays 1.5 s for readers still catching up with it, then leaves", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  fake.play(input, { pictures: 130, gop: 100 });
  const { ring } = fake.stream.feed;
  const reachMs = (): number => fake.clock.now() - (ring.chunk(ring.first)?.at ?? 0);
  assert.ok(reachMs() > 5000, "the GOP before is still there");
  fake.play(input, { pictures: 20, from: 130, gop: 100 });
  assert.ok(reachMs() <= 2100, "only the newest GOP is left");
});
