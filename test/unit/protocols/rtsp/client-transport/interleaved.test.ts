import assert from "node:assert/strict";
import { test } from "node:test";
import { InterleavedTransport } from "#protocols/rtsp/client-transport/interleaved.ts";

const VIDEO = { payloadType: 96, connection: undefined, port: 0 };
const AUDIO = { payloadType: 97, connection: undefined, port: 0 };

interface Seen {
  readonly seen: string[];
  readonly sent: Buffer[];
  readonly transport: InterleavedTransport;
  readonly frame: (channel: number, packet: Buffer) => void;
}

function transport(): Seen {
  const seen: string[] = [];
  const sent: Buffer[] = [];
  const made = new InterleavedTransport(
    { rtp: (slot) => seen.push(`rtp ${String(slot)}`), rtcp: (slot) => seen.push(`rtcp ${String(slot)}`) },
    (bytes) => sent.push(bytes),
  );
  return {
    seen,
    sent,
    transport: made,
    frame: (channel, packet) => made.frame(channel, packet, { start: 0, end: packet.length }),
  };
}

const rtp = (type: number, ssrc = 7): Buffer => Buffer.from([0x80, type, 0, 1, 0, 0, 0, 1, 0, 0, 0, ssrc, 1, 2]);
const report = (ssrc = 7): Buffer => Buffer.from([0x80, 200, 0, 2, 0, 0, 0, ssrc, 0, 0, 0, 0]);

test("offers two channels per slot and takes what the camera answers", async () => {
  const { transport: made, seen, frame } = transport();
  assert.deepEqual((await made.offer(1, AUDIO)).interleaved, [2, 3]);
  await made.offer(0, VIDEO);
  await made.accept(0, { protocol: "RTP/AVP/TCP", delivery: "unicast", interleaved: [8, 9] });
  frame(8, rtp(96));
  frame(9, report());
  assert.deepEqual(seen, ["rtp 0", "rtcp 0"]);
});

test("tells packets on unknown channels by their type, and reports by their sender", async () => {
  const { transport: made, seen, frame } = transport();
  await made.offer(0, VIDEO);
  await made.offer(1, AUDIO);
  await made.accept(0, { protocol: "RTP/AVP/TCP", delivery: "unicast", interleaved: [40, 41] });
  await made.accept(1, { protocol: "RTP/AVP/TCP", delivery: "unicast", interleaved: [42, 43] });
  frame(0, rtp(96, 7));
  frame(2, rtp(0x80 | 97, 8));
  frame(3, report(8));
  frame(1, report(7));
  assert.deepEqual(seen, ["rtp 0", "rtp 1", "rtcp 1", "rtcp 0"]);
});

test("counts and drops what is nobody's", async () => {
  const { transport: made, seen, frame } = transport();
  await made.offer(0, VIDEO);
  await made.offer(1, AUDIO);
  await made.accept(0, undefined);
  await made.accept(1, undefined);
  frame(77, rtp(33));
  frame(78, Buffer.from("no RTP at all"));
  frame(79, Buffer.alloc(0));
  assert.deepEqual(seen, []);
  assert.equal(made.strayFrames, 3);
});

test("takes anything for the only slot", async () => {
  const { transport: made, seen, frame } = transport();
  await made.offer(0, VIDEO);
  await made.accept(0, undefined);
  frame(6, rtp(33));
  assert.deepEqual(seen, ["rtp 0"]);
});

test("a slot that was abandoned gets nothing", async () => {
  const { transport: made, seen, frame } = transport();
  await made.offer(0, VIDEO);
  await made.accept(0, undefined);
  await made.offer(1, AUDIO);
  made.abandon(1);
  frame(2, Buffer.from([0, 97, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
  assert.deepEqual(seen, []);
});

test("slots of the same payload type are told by channel only", async () => {
  const { transport: made, seen, frame } = transport();
  await made.offer(0, VIDEO);
  await made.offer(1, VIDEO);
  await made.accept(0, undefined);
  await made.accept(1, undefined);
  frame(2, rtp(96));
  frame(0, rtp(96));
  assert.deepEqual(seen, ["rtp 1", "rtp 0"]);
});

test("sends reports on the slot's own channel", async () => {
  const { transport: made, sent } = transport();
  await made.offer(0, VIDEO);
  await made.accept(0, { protocol: "RTP/AVP/TCP", delivery: "unicast", interleaved: [4, 5] });
  made.sendRtcp(0, Buffer.from([1, 2, 3]));
  assert.deepEqual(sent, [Buffer.from([0x24, 5, 0, 3, 1, 2, 3])]);
});

test("gives nothing out after it was closed", async () => {
  const { transport: made, seen, frame } = transport();
  await made.offer(0, VIDEO);
  await made.accept(0, undefined);
  made.close();
  frame(0, rtp(96));
  assert.deepEqual(seen, []);
});
