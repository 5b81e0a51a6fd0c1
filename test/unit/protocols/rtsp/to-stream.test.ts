import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRtcp, printSenderReport } from "#formats/rtcp/packet.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { MediaReceiver } from "#protocols/rtsp/to-stream.ts";
import { fakeTrack } from "#test/support/fake-stream.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { RecordingInput } from "#test/support/recording-input.ts";

interface Bench {
  readonly clock: ManualClock;
  readonly input: RecordingInput;
  readonly receiver: MediaReceiver;
  readonly rtp: (sequence: number, more?: { payloadType?: number; ssrc?: number; timestamp?: number }) => void;
}

function bench(reorder = false): Bench {
  const clock = new ManualClock();
  const input = new RecordingInput([fakeTrack("video"), fakeTrack("audio")], clock);
  const tracks = [
    { clockRate: 90_000, payloadType: 100 },
    { clockRate: 48_000, payloadType: 101 },
  ];
  const receiver = new MediaReceiver({ input, tracks, clock, reorder, localSsrc: 0xabc, cname: "us" });
  const rtp: Bench["rtp"] = (sequence, { payloadType = 100, ssrc = 5, timestamp = sequence * 3600 } = {}) => {
    const packet = printRtpPacket({ marker: true, payloadType, sequence, timestamp, ssrc }, Buffer.from("x"));
    receiver.pushRtp(0, packet, { start: 0, end: packet.length });
  };
  return { clock, input, receiver, rtp };
}

const sequences = (input: RecordingInput): number[] => input.packets.map(({ sequence }) => sequence);

test("hands packets on as they come where they can't overtake each other", () => {
  const { input, rtp } = bench();
  for (const sequence of [1, 2, 4, 3]) rtp(sequence);
  assert.deepEqual(sequences(input), [1, 2, 4, 3]);
});

test("puts packets in order and waits no longer than 50 ms for a lost one", () => {
  const { input, rtp, clock, receiver } = bench(true);
  for (const sequence of [1, 3, 2, 5]) rtp(sequence);
  assert.deepEqual(sequences(input), [1, 2, 3]);
  clock.advance(40);
  receiver.tick();
  assert.deepEqual(sequences(input), [1, 2, 3]);
  clock.advance(20);
  receiver.tick();
  assert.deepEqual(sequences(input), [1, 2, 3, 5]);
});

test("counts what arrives, what is lost, and what can't be read", () => {
  const { rtp, receiver } = bench();
  for (const sequence of [1, 2, 5]) rtp(sequence);
  receiver.pushRtp(0, Buffer.from("no RTP packet"), { start: 0, end: 13 });
  const { inboundRTPPackets, inboundRTPPacketsLost, inboundRTPPacketsInError, inboundBytes } = receiver.stats;
  assert.deepEqual([inboundRTPPackets, inboundRTPPacketsLost, inboundRTPPacketsInError, inboundBytes], [3, 2, 1, 52]);
});

test("keeps the count of lost packets when the sender changes", () => {
  const { rtp, receiver } = bench();
  for (const sequence of [1, 3]) rtp(sequence);
  for (const sequence of [9000, 9001]) rtp(sequence, { ssrc: 6 });
  assert.equal(receiver.stats.inboundRTPPacketsLost, 1);
});

test("a sender that changes is heard from its first packet, wherever its numbers begin", () => {
  const { input, rtp } = bench(true);
  rtp(2000);
  rtp(1950, { ssrc: 6 });
  rtp(1951, { ssrc: 6 });
  assert.deepEqual(sequences(input), [2000, 1950, 1951]);
});

test("drops packets of another payload type than agreed", () => {
  const { rtp, input, receiver } = bench();
  rtp(1);
  for (let sequence = 2; sequence < 60; sequence++) rtp(sequence, { payloadType: 110 });
  assert.equal(input.packets.length, 1);
  assert.equal(receiver.stats.inboundRTPPacketsInError, 58);
});

test("takes another payload type where the agreed one never comes, under the agreed name", () => {
  const { rtp, input } = bench();
  for (let sequence = 1; sequence <= 30; sequence++) rtp(sequence, { payloadType: 110 });
  assert.equal(input.packets.length, 6);
  assert.ok(input.packets.every(({ payloadType }) => payloadType === 100));
});

test("hands sender reports on, also those on the media's own way", () => {
  const { receiver, input, rtp } = bench();
  const report = printSenderReport({
    ssrc: 5,
    ntpSeconds: 3_900_000_000,
    ntpFraction: 1,
    rtpTimestamp: 77,
    packetCount: 1,
    octetCount: 1,
  });
  receiver.pushRtcp(1, report, { start: 0, end: report.length });
  receiver.pushRtp(0, report, { start: 0, end: report.length });
  rtp(1);
  assert.deepEqual(
    input.senderReports.map(({ track }) => track),
    [1, 0],
  );
  assert.equal(receiver.stats.inboundRTCPPackets, 2);
});

test("reports to the sender what arrived", () => {
  const { receiver, rtp } = bench();
  assert.equal(receiver.receiverReport(0), undefined);
  for (const sequence of [1, 2, 4]) rtp(sequence);
  const bytes = receiver.receiverReport(0) ?? Buffer.alloc(0);
  const [report, description] = parseRtcp(bytes, { start: 0, end: bytes.length });
  assert.ok(report?.kind === "receiver-report" && report.ssrc === 0xabc);
  assert.equal(report.reports[0]?.ssrc, 5);
  assert.equal(report.reports[0].cumulativeLost, 1);
  assert.ok(description?.kind === "source-description" && description.chunks[0]?.cname === "us");
});

test("survives junk in every place", () => {
  const { receiver, input } = bench(true);
  for (let length = 0; length < 60; length++) {
    const junk = Buffer.alloc(length, 0x80 + length);
    receiver.pushRtp(0, junk, { start: 0, end: length });
    receiver.pushRtcp(1, junk, { start: 0, end: length });
    receiver.pushRtp(9, junk, { start: 0, end: length });
  }
  assert.equal(input.packets.length, 0);
});

test("hands nothing on after it was closed", () => {
  const { receiver, rtp, input, clock } = bench(true);
  rtp(1);
  rtp(3);
  receiver.close();
  rtp(2);
  clock.advance(100);
  receiver.tick();
  assert.deepEqual(sequences(input), [1]);
});
