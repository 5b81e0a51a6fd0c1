import assert from "node:assert/strict";
import { test } from "node:test";
import { openTrack } from "#codecs/registry.ts";
import { createRtspReader, type RtspReader } from "#protocols/rtsp/from-stream.ts";
import type { Path } from "#streams/path.ts";
import { FakeStream, fakeTrack } from "#test/support/fake-stream.ts";
import { FakeUdpSocket } from "#test/support/fake-udp.ts";
import { audioFormat } from "#test/support/rtp-formats.ts";

const rtp = (): { rtp: FakeUdpSocket; rtcp: FakeUdpSocket } => ({ rtp: new FakeUdpSocket(8000), rtcp: new FakeUdpSocket(8001) });

function open(fake: FakeStream, sockets: ReturnType<typeof rtp>, port = 5000): RtspReader {
  const path = {
    name: "cam",
    stream: fake.stream,
    options: { readerStart: "live" },
    countOutbound: () => undefined,
  } as unknown as Path; // only what readers use
  const reader = createRtspReader({
    path,
    clock: fake.clock,
    slabs: fake.slabs,
    tracks: fake.stream.tracks.map(({ index }) => ({
      track: index,
      target: {
        kind: "udp",
        rtp: sockets.rtp.destination({ address: "127.0.0.1", port: port + index * 2 }),
        rtcp: sockets.rtcp.destination({ address: "127.0.0.1", port: port + index * 2 + 1 }),
      },
    })),
    sink: { kind: "udp", ...sockets, maxPacketBytes: 1452 },
    writeTimeoutMs: 10_000,
    onClose: () => undefined,
  });
  reader.play();
  return reader;
}

test("catches up from the key unit at eight times the bitrate, then follows live without a gap", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  fake.play(input, { pictures: 90, gop: 100, bytes: 1400 });
  const sockets = rtp();
  const reader = open(fake, sockets);
  reader.start();
  const atOnce = sockets.rtp.packetsTo(5000).length;
  assert.ok(atOnce > 0 && atOnce < 90, `${String(atOnce)} of 90 packets at once`);
  fake.play(input, { pictures: 30, from: 90, gop: 200, bytes: 1400 });
  const video = sockets.rtp.packetsTo(5000);
  assert.equal(video.length, 120);
  assert.ok(
    video.every((packet, index) => index === 0 || ((packet.sequence - (video[index - 1]?.sequence ?? 0)) & 0xffff) === 1),
  );
  const first = video[0]?.timestamp ?? 0;
  assert.ok(((video[89]?.timestamp ?? 0) - first) >>> 0 <= 3600, "the past is squeezed into a frame interval");
  reader.close();
});

test("live readers share one call per track and chunk", () => {
  const fake = new FakeStream({ tracks: [fakeTrack("video")] });
  const input = fake.attach();
  fake.play(input, { pictures: 3 });
  const sockets = rtp();
  const readers = [5000, 6000, 7000].map((port) => open(fake, sockets, port));
  for (const reader of readers) reader.start();
  const before = sockets.rtp.calls;
  fake.play(input, { pictures: 10, from: 3 });
  assert.equal(sockets.rtp.calls - before, 10);
  for (const port of [5000, 6000, 7000]) assert.equal(sockets.rtp.packetsTo(port).length, 13);
  for (const reader of readers) reader.close();
  fake.play(input, { pictures: 1, from: 13 });
  assert.equal(sockets.rtp.packetsTo(5000).length, 13);
});

test("packets larger than a datagram may be are cut anew, with sequence numbers of their own", () => {
  const sps = "Z0LAHtkDxWhAAAADAEAAAAwDxYuS";
  const fmtp = new Map([
    ["packetization-mode", "1"],
    ["sprop-parameter-sets", `${sps},aMuMsg==`],
  ]);
  const format = { kind: "video", payloadType: 96, encodingName: "H264", clockRate: 90_000, channels: undefined, fmtp } as const;
  const fake = new FakeStream({ tracks: [openTrack(format)] });
  const input = fake.attach();
  const picture = (index: number): void => {
    const nal = (index === 0 ? "\x65" : "\x61") + "x".repeat(4000);
    fake.push(input, { payload: nal, timestamp: index * 3600 });
    fake.clock.advance(40);
  };
  picture(0);
  const sockets = rtp();
  const reader = open(fake, sockets);
  reader.start();
  for (let index = 1; index < 10; index += 1) picture(index);
  const video = sockets.rtp.packetsTo(5000);
  assert.ok(sockets.rtp.sent.every(({ bytes }) => bytes.length <= 1452));
  assert.equal(video.filter((packet) => packet.marker).length, 10);
  assert.ok(
    video.every((packet, index) => index === 0 || ((packet.sequence - (video[index - 1]?.sequence ?? 0)) & 0xffff) === 1),
  );
  reader.close();
  fake.clock.advance(20_000);
  picture(10);
  assert.equal(fake.stream.feed.readerCount, 0, "an unread rendition goes away");
});

test("samples cut to smaller packets have a time each", () => {
  const fake = new FakeStream({ tracks: [openTrack(audioFormat("L16", 48_000, { channels: 2 }))] });
  const input = fake.attach();
  const block = (index: number): void => {
    fake.push(input, { payload: "x".repeat(3840), timestamp: index * 960 });
    fake.clock.advance(20);
  };
  block(0);
  const sockets = rtp();
  const reader = open(fake, sockets);
  reader.start();
  for (let index = 1; index < 5; index += 1) block(index);
  const sent = sockets.rtp.sent.map(({ bytes }) => ({ timestamp: bytes.readUInt32BE(4), samples: (bytes.length - 12) / 4 }));
  assert.ok(sent.length > 4);
  const first = sent[0]?.timestamp ?? 0;
  let expected = 0;
  for (const { timestamp, samples } of sent) {
    assert.equal((timestamp - first) >>> 0, expected);
    expected += samples;
  }
  reader.close();
});
