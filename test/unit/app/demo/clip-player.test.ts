import assert from "node:assert/strict";
import { test } from "node:test";
import { ClipPlayer } from "#app/demo/clip-player.ts";
import type { Clip } from "#app/demo/clip.ts";
import { openTrack } from "#codecs/registry.ts";
import { emptyRtpHeader, readRtpHeader, sequenceDistance, timestampDistance } from "#formats/rtp/packet.ts";
import type { StreamInput } from "#streams/input.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const PERIOD_MS = 40;
const UNITS = 5;

const clip: Clip = {
  durationMs: PERIOD_MS * UNITS,
  tracks: [{ kind: "video", encodingName: "H264", payloadType: 96, clockRate: 90_000, fmtp: { "packetization-mode": "1" } }],
  units: Array.from({ length: UNITS }, (_, i) => ({
    track: 0,
    type: i === 0 ? ("key" as const) : ("delta" as const),
    timestamp: i * 3600,
    units: [Buffer.of(i === 0 ? 0x65 : 0x41, 0x88, i)],
  })),
};

interface Seen {
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly unit: number | undefined;
}

/** A clock whose time has passed without its timers firing: the process was held up. */
class HeldUpClock extends ManualClock {
  heldUpMs = 0;

  override now(): number {
    return super.now() + this.heldUpMs;
  }
}

/** A player on a clock that stands still, and what it has sent. */
function play(): { clock: HeldUpClock; player: ClipPlayer; seen: Seen[]; reports: number[] } {
  const clock = new HeldUpClock();
  const seen: Seen[] = [];
  const reports: number[] = [];
  const input: StreamInput = {
    pushRtp: (_track, buffer, range) => {
      const header = emptyRtpHeader();
      assert.ok(readRtpHeader(buffer, range, header));
      const { sequence, timestamp, marker, payloadEnd } = header;
      seen.push({ sequence, timestamp, marker, unit: buffer[payloadEnd - 1] });
    },
    pushSenderReport: (_track, report) => reports.push(report.rtpTimestamp),
    lastPacketAt: () => undefined,
    lastKeyAt: () => undefined,
    frameInterval: () => undefined,
    ready: true,
    onReady: () => undefined,
    close: () => undefined,
  };
  // Near the ends of their ranges, so that sequence numbers and timestamps wrap in the test.
  const random = { bytes: (count: number) => Buffer.alloc(count), unit: () => 0, uint32: () => 0xffff_fff0 };
  const tracks = [
    openTrack({ kind: "video", encodingName: "H264", payloadType: 96, clockRate: 90_000, channels: undefined, fmtp: new Map() }),
  ];
  const player = new ClipPlayer({ clip, tracks, input, clock, random });
  return { clock, player, seen, reports };
}

test("sends each unit at its time", () => {
  const { clock, player, seen } = play();
  assert.equal(seen.length, 1);
  clock.advance(PERIOD_MS - 1);
  assert.equal(seen.length, 1);
  clock.advance(1);
  assert.deepEqual(
    seen.map((packet) => packet.unit),
    [0, 1],
  );
  player.close();
});

test("runs on without a seam when the clip begins anew", () => {
  const { clock, player, seen, reports } = play();
  clock.advance(PERIOD_MS * UNITS * 3 - 1);
  player.close();
  assert.equal(seen.length, UNITS * 3);
  seen.slice(1).forEach((packet, i) => {
    const before = seen[i];
    assert.ok(before);
    assert.equal(sequenceDistance(before.sequence, packet.sequence), 1, `packet ${String(i + 1)}`);
    assert.equal(timestampDistance(before.timestamp, packet.timestamp), 3600, `packet ${String(i + 1)}`);
  });
  assert.deepEqual(
    seen.map((packet) => packet.unit),
    Array.from({ length: UNITS * 3 }, (_, i) => i % UNITS),
  );
  assert.deepEqual(
    reports.map((timestamp) => timestampDistance(seen[0]?.timestamp ?? 0, timestamp)),
    [0, UNITS * 3600, 2 * UNITS * 3600, 3 * UNITS * 3600].slice(0, reports.length),
  );
  assert.equal(reports.length, 3 + 1);
});

test("goes on from where it was when the process was held up for long", () => {
  const { clock, player, seen } = play();
  clock.heldUpMs = 60_000;
  clock.advance(PERIOD_MS);
  assert.equal(seen.length, 2);
  clock.advance(PERIOD_MS);
  assert.equal(seen.length, 3);
  player.close();
});

test("stops for good", () => {
  const { clock, player, seen } = play();
  player.close();
  player.close();
  clock.advance(1000);
  assert.equal(seen.length, 1);
  assert.deepEqual(clock.openTimers(), []);
});
