import assert from "node:assert/strict";
import { test } from "node:test";
import type { SluiceError } from "#base/errors.ts";
import { createRtspReader, type RtspReader } from "#protocols/rtsp/from-stream.ts";
import { streamError } from "#streams/errors.ts";
import type { Path } from "#streams/path.ts";
import { FakeOutput } from "#test/support/fake-output.ts";
import { FakeStream, fakeTrack, readFrames, type SeenPacket } from "#test/support/fake-stream.ts";

interface Opened {
  readonly reader: RtspReader;
  readonly output: FakeOutput;
  readonly closes: string[];
}

function open(
  fake: FakeStream,
  options: { channels?: readonly (number | undefined)[]; readerStart?: "live" | "keyframe" | "next" } = {},
): Opened {
  const { channels = fake.stream.tracks.map((track) => track.index * 2), readerStart = "live" } = options;
  const output = new FakeOutput();
  const closes: string[] = [];
  const stalled: Path["stalled"] = (silentMs, usualMs) =>
    silentMs < usualMs ? undefined : streamError("stream-reader-stalled", { details: { seconds: usualMs / 1000 } });
  const used = { name: "cam", stream: fake.stream, options: { readerStart }, countOutbound: () => undefined, stalled };
  const path = used as unknown as Path; // only what readers use
  const reader = createRtspReader({
    path,
    clock: fake.clock,
    slabs: fake.slabs,
    tracks: channels.flatMap((channel, track) =>
      channel === undefined ? [] : [{ track, target: { kind: "interleaved" as const, channel } }],
    ),
    sink: { kind: "tcp", output },
    writeTimeoutMs: 10_000,
    onClose: (error: SluiceError) => closes.push(error.code),
  });
  return { reader, output, closes };
}

const packetsOf = (output: FakeOutput, channel = 0): SeenPacket[] =>
  readFrames(output.bytes).filter((packet) => packet.channel === channel);

test("a new reader gets the GOP at once, squeezed into the last frame interval, then live pictures", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.play(input, { pictures: 90, gop: 100 });
  const { reader, output } = open(fake);
  const [position] = reader.play();
  reader.start();
  fake.play(input, { pictures: 2, from: 90, gop: 100 });
  const video = packetsOf(output);
  assert.equal(video.length, 92);
  assert.equal(video[0]?.payload, "K0");
  assert.deepEqual(
    { sequence: video[0]?.sequence, rtpTime: video[0]?.timestamp },
    { sequence: position?.sequence, rtpTime: position?.rtpTime },
  );
  const ticks = video.map((packet) => (packet.timestamp - (video[0]?.timestamp ?? 0)) >>> 0);
  assert.ok((ticks[89] ?? 0) <= 3600, "the past takes one frame interval");
  assert.deepEqual([(ticks[90] ?? 0) - (ticks[89] ?? 0), (ticks[91] ?? 0) - (ticks[90] ?? 0)], [3600, 3600]);
  assert.ok(
    ticks.every((tick, index) => index === 0 || tick > (ticks[index - 1] ?? 0)),
    "every unit has a time of its own",
  );
  reader.close();
});

test("the burst begins with the whole key unit in one write; who leaves then hasn't cost more", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  // Larger than a chunk of the ring and than a block of the burst.
  for (let part = 0; part < 100; part += 1) {
    fake.push(input, { payload: "K".repeat(1400), timestamp: 0, marker: part === 99 });
  }
  fake.clock.advance(40);
  fake.play(input, { pictures: 10, from: 1, gop: 100 });
  const { reader, output } = open(fake);
  reader.play();
  reader.start();
  const media = output.chunks.filter((chunk) => chunk[1] === 0);
  assert.deepEqual(
    media.map((chunk) => readFrames(chunk).length),
    [100],
  );
  fake.clock.advance(19);
  assert.equal(packetsOf(output).length, 100);
  fake.clock.advance(1);
  assert.equal(packetsOf(output).length, 110, "the rest follows");
  fake.play(input, { pictures: 1, from: 11, gop: 100 });
  assert.equal(packetsOf(output).at(-1)?.payload, "d11", "and it is live");
  reader.close();
});

test("a burst that is the key unit alone is followed by the next picture at once", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  fake.push(input, { payload: "K0", timestamp: 0 });
  const { reader, output } = open(fake);
  reader.play();
  reader.start();
  fake.push(input, { payload: "d1", timestamp: 3600 });
  assert.deepEqual(
    packetsOf(output).map((packet) => packet.payload),
    ["K0", "d1"],
  );
  reader.close();
});

test("audio starts at live: none of the burst's, nor what waits for the next picture", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.push(input, { payload: "K", timestamp: 0 });
  fake.push(input, { track: 1, payload: "old", timestamp: 0 });
  const { reader, output } = open(fake);
  const audio = reader.play().find((position) => position.track === 1);
  reader.start();
  fake.push(input, { track: 1, payload: "new", timestamp: 1024 });
  fake.clock.advance(50);
  const heard = packetsOf(output, 2);
  assert.deepEqual(
    heard.map((packet) => packet.payload),
    ["new"],
  );
  assert.equal(heard[0]?.sequence, audio?.sequence);
  reader.close();
});

test("readerStart keyframe keeps true timestamps, next waits for the next key unit", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.play(input, { pictures: 10 });
  const truthful = open(fake, { readerStart: "keyframe" });
  const patient = open(fake, { readerStart: "next" });
  for (const { reader } of [truthful, patient]) {
    reader.play();
    reader.start();
  }
  fake.play(input, { pictures: 20, from: 10 });
  const video = packetsOf(truthful.output);
  assert.equal(video.length, 30);
  assert.equal(((video[29]?.timestamp ?? 0) - (video[0]?.timestamp ?? 0)) >>> 0, 29 * 3600);
  assert.deepEqual(
    packetsOf(patient.output).map((packet) => packet.payload),
    ["K25", "d26", "d27", "d28", "d29"],
  );
  truthful.reader.close();
  patient.reader.close();
});

test("readerStart keyframe names the first packet of every track in RTP-Info", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.push(input, { track: 1, payload: "before", timestamp: 0 });
  fake.push(input, { payload: "K", timestamp: 0 });
  for (let index = 1; index < 10; index += 1) {
    fake.push(input, { track: 1, payload: `a${String(index)}`, timestamp: index * 1920 });
    fake.push(input, { payload: "d", timestamp: index * 3600 });
    fake.clock.advance(40);
  }
  const { reader, output } = open(fake, { readerStart: "keyframe" });
  const positions = reader.play();
  reader.start();
  assert.equal(packetsOf(output, 2)[0]?.payload, "a1");
  assert.deepEqual(
    positions.map(({ sequence }) => sequence),
    [0, 2].map((channel) => packetsOf(output, channel)[0]?.sequence),
  );
  reader.close();
});

test("sender reports come before media", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.play(input, { pictures: 5 });
  const { reader, output } = open(fake);
  reader.play();
  reader.start();
  assert.equal(readFrames(output.bytes)[0]?.channel, 1);
  reader.close();
});

test("other channels and a subset of tracks get copies of their own", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.play(input, { pictures: 3 });
  const { reader, output } = open(fake, { channels: [10, undefined] });
  reader.play();
  reader.start();
  fake.push(input, { track: 1, payload: "audio", timestamp: 0 });
  fake.play(input, { pictures: 3, from: 3 });
  assert.equal(packetsOf(output, 10).length, 6);
  assert.equal(packetsOf(output, 2).length, 0);
  reader.close();
});

test("a reader that takes nothing loses whole GOPs, is counted, and is closed after writeTimeout", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.play(input, { pictures: 2 });
  const { reader, output, closes } = open(fake);
  reader.play();
  reader.start();
  output.stuck = true;
  fake.play(input, { pictures: 100, from: 2 });
  output.release();
  const resumed = packetsOf(output).at(-1);
  assert.ok(reader.statistics.discardedPackets > 0);
  assert.ok(resumed?.payload.startsWith("d") === true || resumed?.payload.startsWith("K") === true);
  output.stuck = true;
  fake.play(input, { pictures: 300, from: 102 });
  assert.deepEqual(closes, ["stream-reader-stalled"]);
});

test("after a skip the first picture is a key unit", () => {
  const fake = new FakeStream();
  const input = fake.attach();
  fake.play(input, { pictures: 2 });
  const { reader, output } = open(fake);
  reader.play();
  reader.start();
  fake.play(input, { pictures: 1, from: 2 });
  output.stuck = true;
  fake.play(input, { pictures: 120, from: 3 });
  const before = packetsOf(output).length;
  output.release();
  assert.equal(packetsOf(output)[before]?.payload, "K75");
  reader.close();
});

test("pause stops media, a new start begins at a key unit again", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  fake.play(input, { pictures: 5 });
  const { reader, output } = open(fake);
  reader.play();
  reader.start();
  reader.pause();
  const paused = output.chunks.length;
  const packets = packetsOf(output).length;
  fake.play(input, { pictures: 30, from: 5 });
  assert.equal(output.chunks.length, paused);
  reader.play();
  reader.start();
  assert.equal(packetsOf(output)[packets]?.payload, "K25");
  reader.close();
});

test("memory and timers are given back, even with a write in flight", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  fake.play(input, { pictures: 5 });
  const { reader, output } = open(fake);
  reader.play();
  output.stuck = true;
  reader.start();
  reader.close();
  reader.close();
  output.release(new Error("gone"));
  fake.stream.close({ code: "stream-closed" } as SluiceError);
  assert.equal(fake.budget.used, 0);
  assert.deepEqual(fake.clock.openTimers(), []);
});
