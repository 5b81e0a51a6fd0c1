import assert from "node:assert/strict";
import { test } from "node:test";
import { copyPackets } from "#protocols/rtsp/egress/packet-copy.ts";
import { TimestampSqueeze } from "#streams/ring/catch-up.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { readFrames } from "#test/support/fake-stream.ts";

interface Given {
  readonly channel: number;
  readonly timestamp?: number;
  readonly marker?: boolean;
}

/** Interleaved frames, the payload numbers them. */
function frames(packets: readonly Given[]): Buffer {
  const parts = packets.map(({ channel, timestamp = 0, marker = false }, sequence) => {
    const packet = printRtpPacket({ marker, payloadType: 96, sequence, timestamp, ssrc: 1 }, Buffer.from(`p${String(sequence)}`));
    return Buffer.concat([Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]), packet]);
  });
  return Buffer.concat(parts);
}

const whole = (buffer: Buffer): { buffer: Buffer; start: number; end: number } => ({ buffer, start: 0, end: buffer.length });

test("packets of tracks that weren't set up are left out between those that were, others change their channel", () => {
  const source = frames([{ channel: 2 }, { channel: 0 }, { channel: 0 }, { channel: 2 }, { channel: 0 }, { channel: 1 }]);
  const target = Buffer.alloc(1000);
  const copied = copyPackets(whole(source), { buffer: target, at: 10 }, { channels: [6, undefined] });
  const seen = readFrames(target, 10, copied.end);
  assert.deepEqual(
    seen.map(({ channel, payload }) => [channel, payload]),
    [
      [6, "p1"],
      [6, "p2"],
      [6, "p4"],
    ],
  );
  assert.deepEqual([copied.packets, copied.next], [3, source.length]);
  assert.deepEqual(target.subarray(0, 10), Buffer.alloc(10), "nothing before where it was to begin");
});

test("what doesn't fit is left for the next time, whole", () => {
  const source = frames([{ channel: 0 }, { channel: 0 }, { channel: 0 }]);
  const frame = source.length / 3;
  const target = Buffer.alloc(frame * 2 + 5, 0xff);
  const first = copyPackets(whole(source), { buffer: target, at: 0 }, { channels: [0] });
  assert.deepEqual([first.next, first.end, first.packets], [frame * 2, frame * 2, 2]);
  assert.deepEqual(target.subarray(frame * 2), Buffer.alloc(5, 0xff));
  const limited = copyPackets(whole(source), { buffer: target, at: 0 }, { channels: [0], limit: { until: frame, unit: false } });
  assert.equal(limited.packets, 1);
});

test("one access unit is copied up to its last packet, whatever lies between", () => {
  const source = frames([{ channel: 0 }, { channel: 2, marker: true }, { channel: 0, marker: true }, { channel: 0 }]);
  const squeeze = {
    channel: 0,
    timestamps: new TimestampSqueeze({ first: 0, newest: 0, reorderTicks: 0, frameTicks: 0, clockRate: 90_000 }),
  };
  const what = { channels: [0, 1, 2], squeeze, limit: { until: 1000, unit: true } };
  const target = Buffer.alloc(1000);
  const copied = copyPackets(whole(source), { buffer: target, at: 0 }, what);
  assert.deepEqual(
    readFrames(target, 0, copied.end).map(({ payload }) => payload),
    ["p0", "p2"],
  );
  assert.equal(copied.unitEnded, true);
  const rest = copyPackets({ buffer: source, start: copied.next, end: source.length }, { buffer: target, at: 0 }, what);
  assert.deepEqual([rest.packets, rest.unitEnded], [1, false]);
});

test("timestamps of the burst are mapped, sequence numbers stay", () => {
  const source = frames([0, 3600, 7200, 10_800].map((timestamp) => ({ channel: 0, timestamp })));
  const timestamps = new TimestampSqueeze({ first: 0, newest: 10_800, reorderTicks: 0, frameTicks: 3600, clockRate: 90_000 });
  const target = Buffer.alloc(1000);
  const copied = copyPackets(whole(source), { buffer: target, at: 0 }, { channels: [0], squeeze: { channel: 0, timestamps } });
  assert.deepEqual(
    readFrames(target, 0, copied.end).map(({ sequence, timestamp }) => [sequence, timestamp]),
    [0, 3600, 7200, 10_800].map((timestamp, sequence) => [sequence, timestamps.map(timestamp)]),
  );
});
