/**
 * ffmpeg as publisher sends sound 100 ms and more after the pictures it belongs to, five or six frames to a packet: its
 * players' `ffmpeg -f null` printed an error for each picture of a burst.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTrack } from "#codecs/registry.ts";
import { createRtspReader, type PlayPosition, type RtspReader } from "#protocols/rtsp/from-stream.ts";
import type { StreamInput } from "#streams/input.ts";
import type { Path } from "#streams/path.ts";
import type { OpenTrack } from "#streams/track.ts";
import { FakeOutput } from "#test/support/fake-output.ts";
import { FakeStream, fakeTrack, readFrames, type SeenPacket } from "#test/support/fake-stream.ts";
import { FakeUdpSocket } from "#test/support/fake-udp.ts";
import { audioFormat } from "#test/support/rtp-formats.ts";

/** Ticks of one packet of sound, 20 ms at 48 kHz. */
const AUDIO_TICKS = 960;

interface Opened {
  readonly reader: RtspReader;
  readonly audio: PlayPosition | undefined;
  /** Sound as it went out. */
  readonly heard: () => readonly SeenPacket[];
  readonly seen: () => readonly SeenPacket[];
}

function pathOf(fake: FakeStream): Path {
  const used = { name: "cam", stream: fake.stream, options: { readerStart: "live" }, countOutbound: () => undefined };
  return used as unknown as Path; // only what readers use
}

/** The carriers a session may have, each with tracks 0 (video) and 1. */
const carriers: Readonly<Record<"tcp" | "udp", (fake: FakeStream, tracks?: readonly number[]) => Opened>> = {
  tcp: (fake, tracks = [0, 1]) => {
    const output = new FakeOutput();
    const reader = createRtspReader({
      ...optionsOf(fake),
      tracks: tracks.map((track) => ({ track, target: { kind: "interleaved", channel: track * 2 } })),
      sink: { kind: "tcp", output },
    });
    const on = (channel: number) => (): SeenPacket[] => readFrames(output.bytes).filter((packet) => packet.channel === channel);
    return { reader, ...begin(reader), heard: on(2), seen: on(0) };
  },
  udp: (fake, tracks = [0, 1]) => {
    const [rtp, rtcp] = [new FakeUdpSocket(8000), new FakeUdpSocket(8001)];
    const to = (socket: FakeUdpSocket, port: number) => socket.destination({ address: "127.0.0.1", port });
    const reader = createRtspReader({
      ...optionsOf(fake),
      tracks: tracks.map((track) => ({
        track,
        target: { kind: "udp", rtp: to(rtp, 5000 + track), rtcp: to(rtcp, 6000 + track) },
      })),
      sink: { kind: "udp", rtp, rtcp, maxPacketBytes: 1452 },
    });
    return { reader, ...begin(reader), heard: () => rtp.packetsTo(5001), seen: () => rtp.packetsTo(5000) };
  },
};

function optionsOf(fake: FakeStream) {
  return { path: pathOf(fake), clock: fake.clock, slabs: fake.slabs, writeTimeoutMs: 10_000, onClose: () => undefined };
}

function begin(reader: RtspReader): { audio: PlayPosition | undefined } {
  const audio = reader.play().find(({ track }) => track === 1);
  reader.start();
  return { audio };
}

/** One second of pictures and sound that lags by `lagMs`, as the source's own clock tells. */
class LaggingSource {
  readonly fake: FakeStream;
  readonly input: StreamInput;
  readonly #sound: (index: number) => string;
  #pictures = 0;
  #packets = 0;

  constructor(options: { lagMs: number; audio?: OpenTrack; sound?: (index: number) => string }) {
    const audio = options.audio ?? fakeTrack("audio");
    this.fake = new FakeStream({ tracks: [fakeTrack("video"), audio] });
    this.#sound = options.sound ?? ((index) => `a${String(index)}`);
    this.input = this.fake.attach();
    this.picture();
    this.packet();
    this.input.pushSenderReport(0, { ntpSeconds: 1000, ntpFraction: 0, rtpTimestamp: 0 });
    const fraction = Math.round(((1000 - options.lagMs) / 1000) * 2 ** 32);
    this.input.pushSenderReport(1, { ntpSeconds: 999, ntpFraction: fraction, rtpTimestamp: 0 });
    for (let index = 0; index < 25; index += 1) this.next();
  }

  /** 40 ms go by. */
  next(): void {
    this.fake.clock.advance(20);
    this.packet();
    this.fake.clock.advance(20);
    this.packet();
    this.picture();
  }

  packet(): void {
    this.fake.push(this.input, { track: 1, payload: this.#sound(this.#packets), timestamp: this.#packets * AUDIO_TICKS });
    this.#packets += 1;
  }

  picture(): void {
    const payload = (this.#pictures === 0 ? "K" : "d") + String(this.#pictures);
    this.fake.push(this.input, { payload, timestamp: this.#pictures * 3600 });
    this.#pictures += 1;
  }
}

for (const [carrier, open] of Object.entries(carriers)) {
  test(`sound that lags behind the burst begins where the burst is, as RTP-Info says, over ${carrier}`, () => {
    const source = new LaggingSource({ lagMs: 100 });
    const { fake } = source;
    const { reader, audio, heard, seen } = open(fake);
    for (let index = 0; index < 25; index += 1) source.next();
    assert.equal(heard()[0]?.sequence, audio?.sequence);
    const wall = (track: number, packet: SeenPacket | undefined): number =>
      fake.stream.timeline.wallTime(track, packet?.timestamp ?? 0) ?? 0;
    const late = wall(1, heard()[0]) - wall(0, seen()[0]);
    assert.ok(late >= 0 && late <= 25, `sound begins ${String(late)} ms after the picture`);
    const numbers = heard().map(({ sequence }) => sequence);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => ((numbers[0] ?? 0) + index) & 0xffff),
    );
    assert.equal(heard().at(-1)?.payload, "a100", "and runs on");
    assert.equal(seen().length, 51, "no picture is missing");
    reader.close();
  });

  test(`sound that doesn't lag begins with its next packet, over ${carrier}`, () => {
    const source = new LaggingSource({ lagMs: 0 });
    const { reader, audio, heard } = open(source.fake);
    source.next();
    assert.equal(heard()[0]?.payload, "a51");
    assert.equal(heard()[0]?.sequence, audio?.sequence);
    reader.close();
  });

  test(`sound that lags by more than a second isn't waited for, nor by a session without pictures, over ${carrier}`, () => {
    const cases = [
      { lagMs: 2000, tracks: [0, 1] },
      { lagMs: 100, tracks: [1] },
    ];
    for (const { lagMs, tracks } of cases) {
      const source = new LaggingSource({ lagMs });
      const { reader, heard } = open(source.fake, tracks);
      source.next();
      assert.equal(heard()[0]?.payload, "a51", `${String(lagMs)} ms`);
      reader.close();
    }
  });

  test(`a packet of several frames begins with its last one, the next are whole, over ${carrier}`, () => {
    const audio = openTrack(audioFormat("MPEG4-GENERIC", 48_000, { fmtp: { config: "1188" } }));
    // AU headers for two frames of two bytes each (RFC 3640 §3.2.1).
    const sound = (): string => "\0\x20\0\x10\0\x10f1f2";
    const source = new LaggingSource({ lagMs: 0, audio, sound });
    const { reader, audio: position, heard } = open(source.fake);
    source.next();
    source.next();
    const [first, second] = heard();
    assert.equal(first?.payload, "\0\x10\0\x10f2");
    assert.equal(first.sequence, position?.sequence);
    assert.equal(second?.payload, sound());
    assert.equal((second.timestamp - first.timestamp) >>> 0 > 2 ** 31, true, "1024 ticks into a packet of 960");
    reader.close();
  });
}

test("a track that falls silent costs no copies for ever", () => {
  const source = new LaggingSource({ lagMs: 100 });
  const { reader, seen } = carriers.tcp(source.fake);
  for (let index = 0; index < 60; index += 1) {
    source.fake.clock.advance(40);
    source.picture();
  }
  assert.equal(seen().length, 86);
  reader.close();
});
