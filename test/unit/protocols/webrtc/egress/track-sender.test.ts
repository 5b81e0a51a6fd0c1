import assert from "node:assert/strict";
import { test } from "node:test";
import type { SrtpContext } from "#base/network.ts";
import { TrackSender } from "#protocols/webrtc/egress/track-sender.ts";
import { TimestampSqueeze } from "#streams/ring/catch-up.ts";

const context: SrtpContext = { kind: "srtp-context", close: () => undefined };
const negotiated = { track: 0, kind: "video", ssrc: 5, payloadType: 96, retransmission: undefined } as const;

test("numbers are the ring's at first", () => {
  const sender = new TrackSender(negotiated, context);
  sender.startRun();
  sender.advance(100, 110);
  assert.equal(sender.sequenceOffset, 0);
  assert.deepEqual(sender.find(105), { sequence: 105, burst: undefined });
  assert.equal(sender.find(99), undefined, "before the beginning");
  assert.equal(sender.find(111), undefined, "not sent yet");
});

test("a skip leaves no gap, and packets of both sides of it are found", () => {
  const sender = new TrackSender(negotiated, context);
  sender.advance(65_530, 65_535);
  sender.startRun();
  sender.advance(500, 510);
  assert.equal((500 + sender.sequenceOffset) & 0xffff, 0, "goes on after 65535");
  assert.equal(sender.find(65_533)?.sequence, 65_533);
  assert.equal(sender.find(3)?.sequence, 503);
});

test("a burst is remembered with the numbers it had", () => {
  const squeeze = new TimestampSqueeze({ first: 0, newest: 90_000, reorderTicks: 0, frameTicks: 3600, clockRate: 90_000 });
  const sender = new TrackSender(negotiated, context);
  sender.advance(10, 20);
  sender.startRun({ endChunk: 7, squeeze });
  sender.advance(5, 30);
  assert.equal(sender.find(20)?.burst, undefined);
  assert.equal(sender.find(21)?.burst?.endChunk, 7);
  assert.equal(sender.find(21)?.sequence, 5);
});

test("only the last few runs are remembered", () => {
  const sender = new TrackSender(negotiated, context);
  for (let run = 0; run < 10; run += 1) {
    sender.startRun();
    sender.advance(1000 * run, 1000 * run + 9);
  }
  assert.equal(sender.find(5), undefined);
  assert.equal(sender.find(99)?.sequence, 9009);
});
