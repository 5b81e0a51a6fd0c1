import assert from "node:assert/strict";
import { test } from "node:test";
import { ReceptionStatistics } from "#formats/rtp/reception.ts";

/** Packets every 40 ms at 90 kHz, all on time. */
function receive(statistics: ReceptionStatistics, sequences: readonly number[], firstMs = 0): void {
  sequences.forEach((sequence, index) => {
    statistics.packet(sequence, ((sequence * 3600) & 0xffffffff) >>> 0, firstMs + index * 40);
  });
}

const cases = [
  { name: "every packet", sequences: [10, 11, 12, 13], received: 4, lost: 0, highest: 13 },
  { name: "one packet missing", sequences: [10, 11, 13], received: 3, lost: 1, highest: 13 },
  { name: "two packets swapped", sequences: [10, 12, 11, 13], received: 4, lost: 0, highest: 13 },
  { name: "a packet twice", sequences: [10, 11, 11, 12], received: 4, lost: 0, highest: 12 },
  { name: "a wrap", sequences: [65534, 65535, 0, 1], received: 4, lost: 0, highest: 0x10001 },
  { name: "a wrap with loss around it", sequences: [65530, 5], received: 2, lost: 10, highest: 0x10005 },
  { name: "an old packet after the wrap", sequences: [65535, 1, 0], received: 3, lost: 0, highest: 0x10001 },
  { name: "a restart", sequences: [1000, 1001, 40000, 40001, 40002], received: 4, lost: 0, highest: 40002 },
  { name: "a stray number", sequences: [1000, 1001, 40000, 1002], received: 3, lost: 0, highest: 1002 },
  { name: "nothing", sequences: [], received: 0, lost: 0, highest: 0 },
];
for (const { name, sequences, received, lost, highest } of cases) {
  test(`counts ${name}`, () => {
    const statistics = new ReceptionStatistics(90000);
    receive(statistics, sequences);
    assert.deepEqual([statistics.received, statistics.lost, statistics.highestSequence], [received, lost, highest]);
  });
}

test("a report covers the interval since the one before", () => {
  const statistics = new ReceptionStatistics(90000);
  receive(statistics, [1, 2, 3, 5]);
  const first = statistics.report(7, 160);
  assert.deepEqual([first.ssrc, first.fractionLost, first.cumulativeLost], [7, Math.floor(256 / 5), 1]);
  receive(statistics, [6, 7, 8, 9]);
  const second = statistics.report(7, 320);
  assert.deepEqual([second.fractionLost, second.cumulativeLost, second.highestSequence], [0, 1, 9]);
  const third = statistics.report(7, 330);
  assert.equal(third.fractionLost, 0);
});

test("everything lost in an interval is 255/256", () => {
  const statistics = new ReceptionStatistics(90000);
  receive(statistics, [1]);
  statistics.report(1, 0);
  receive(statistics, [2001]);
  assert.equal(statistics.report(1, 0).fractionLost, 255);
});

test("duplicates make the cumulative loss negative, and the fraction zero", () => {
  const statistics = new ReceptionStatistics(8000);
  for (const sequence of [1, 1, 1, 2]) statistics.packet(sequence, 0, 0);
  const report = statistics.report(1, 0);
  assert.deepEqual([report.cumulativeLost, report.fractionLost], [-2, 0]);
  assert.equal(statistics.lost, 0);
});

test("packets spaced as their timestamps say have no jitter", () => {
  const statistics = new ReceptionStatistics(90000);
  receive(statistics, [1, 2, 3, 4, 5]);
  assert.equal(statistics.jitterTicks, 0);
});

test("jitter follows the deviation with a gain of a sixteenth", () => {
  const statistics = new ReceptionStatistics(90000);
  statistics.packet(1, 0, 0);
  statistics.packet(2, 3600, 56);
  // 16 ms late: 1440 ticks, of which a sixteenth is taken.
  assert.equal(statistics.jitterTicks, 90);
  statistics.packet(3, 7200, 96);
  assert.equal(statistics.jitterTicks, 84);
});

test("jitter is counted across a wrap of the timestamps", () => {
  const statistics = new ReceptionStatistics(90000);
  statistics.packet(1, 0xffffff00, 0);
  statistics.packet(2, (0xffffff00 + 3600) >>> 0, 40);
  assert.equal(statistics.jitterTicks, 0);
});

test("a jump of the source's clock is not jitter", () => {
  const statistics = new ReceptionStatistics(90000);
  statistics.packet(1, 0, 0);
  statistics.packet(2, 90000 * 3600, 40);
  assert.equal(statistics.jitterTicks, 0);
});

test("the report says which sender report came last, and how long ago", () => {
  const statistics = new ReceptionStatistics(90000);
  receive(statistics, [1, 2]);
  const before = statistics.report(1, 100);
  assert.deepEqual([before.lastSenderReport, before.delaySinceLastSenderReport], [0, 0]);
  statistics.senderReport(0xb705_1234, 0x5678_9abc, 1000);
  const after = statistics.report(1, 1500);
  assert.equal(after.lastSenderReport, 0x12345678);
  assert.equal(after.delaySinceLastSenderReport, 32768);
});

test("numbers stay within their fields however long it goes on", () => {
  const statistics = new ReceptionStatistics(90000);
  statistics.senderReport(1, 1, 0);
  let sequence = 0;
  for (let index = 0; index < 40000; index++) {
    sequence = (sequence + 2999) & 0xffff;
    statistics.packet(sequence, 0, index * 1000);
  }
  const report = statistics.report(1, 1e12);
  assert.equal(report.cumulativeLost, 0x7fffff);
  assert.equal(report.delaySinceLastSenderReport, 0xffffffff);
  assert.ok(report.highestSequence >= 0 && report.highestSequence <= 0xffffffff);
  assert.ok(report.jitter >= 0 && report.jitter <= 0xffffffff);
});
