import assert from "node:assert/strict";
import { test } from "node:test";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { MAX_HELD_BYTES, ReorderBuffer } from "#formats/rtp/reorder-buffer.ts";

interface Bench {
  readonly buffer: ReorderBuffer;
  readonly delivered: number[];
  readonly push: (sequence: number, nowMs?: number, payloadBytes?: number) => void;
}

function bench(maxPackets = 64, maxDelayMs = 50): Bench {
  const delivered: number[] = [];
  const buffer = new ReorderBuffer({
    maxPackets,
    maxDelayMs,
    deliver: (packet, range) => delivered.push(packet.readUInt16BE(range.start + 2)),
  });
  return {
    buffer,
    delivered,
    push: (sequence, nowMs = 0, payloadBytes = 4) => {
      const fields = { marker: false, payloadType: 96, sequence, timestamp: 0, ssrc: 1 };
      const packet = printRtpPacket(fields, Buffer.alloc(payloadBytes));
      buffer.push(packet, { start: 0, end: packet.length }, nowMs);
    },
  };
}

const orders = [
  { name: "packets in order", pushed: [5, 6, 7, 8], out: [5, 6, 7, 8], lost: 0, duplicates: 0, reordered: 0 },
  { name: "two packets swapped", pushed: [5, 7, 6, 8], out: [5, 6, 7, 8], lost: 0, duplicates: 0, reordered: 1 },
  {
    name: "a packet three places late",
    pushed: [5, 7, 8, 9, 6, 10],
    out: [5, 6, 7, 8, 9, 10],
    lost: 0,
    duplicates: 0,
    reordered: 1,
  },
  {
    name: "packets in reverse behind a gap",
    pushed: [1, 5, 4, 3, 2, 6],
    out: [1, 2, 3, 4, 5, 6],
    lost: 0,
    duplicates: 0,
    reordered: 3,
  },
  {
    name: "a wrap of the numbers",
    pushed: [65534, 0, 65535, 1],
    out: [65534, 65535, 0, 1],
    lost: 0,
    duplicates: 0,
    reordered: 1,
  },
  { name: "a packet sent twice", pushed: [5, 6, 6, 7], out: [5, 6, 7], lost: 0, duplicates: 1, reordered: 0 },
  { name: "a held packet sent twice", pushed: [5, 7, 7, 6], out: [5, 6, 7], lost: 0, duplicates: 1, reordered: 1 },
  { name: "a packet from before the first", pushed: [5, 4, 6], out: [5, 6], lost: 0, duplicates: 0, reordered: 0 },
  { name: "a gap nothing has closed yet", pushed: [5, 7, 8], out: [5], lost: 0, duplicates: 0, reordered: 0 },
];
for (const { name, pushed, out, lost, duplicates, reordered } of orders) {
  test(`puts ${name} into order`, () => {
    const { buffer, delivered, push } = bench();
    for (const sequence of pushed) push(sequence);
    assert.deepEqual(delivered, out);
    assert.deepEqual([buffer.lost, buffer.duplicates, buffer.reordered], [lost, duplicates, reordered]);
  });
}

test("hands packets in order on without copying them", () => {
  const seen: [Buffer, number, number][] = [];
  const buffer = new ReorderBuffer({
    maxPackets: 64,
    maxDelayMs: 50,
    deliver: (packet, { start, end }) => seen.push([packet, start, end]),
  });
  const chunk = Buffer.concat([
    Buffer.alloc(4),
    printRtpPacket({ marker: false, payloadType: 0, sequence: 9, timestamp: 0, ssrc: 0 }, Buffer.alloc(3)),
  ]);
  buffer.push(chunk, { start: 4, end: chunk.length }, 0);
  assert.equal(seen.length, 1);
  assert.equal(seen[0]?.[0], chunk);
  assert.deepEqual(seen[0].slice(1), [4, 19]);
});

test("keeps its own copy of a held packet, since the chunk is reused", () => {
  const payloads: string[] = [];
  const buffer = new ReorderBuffer({
    maxPackets: 64,
    maxDelayMs: 50,
    deliver: (packet, range) => payloads.push(packet.toString("latin1", range.start + 12, range.end)),
  });
  const push = (sequence: number, payload: string): void => {
    const packet = printRtpPacket({ marker: false, payloadType: 0, sequence, timestamp: 0, ssrc: 0 }, Buffer.from(payload));
    buffer.push(packet, { start: 0, end: packet.length }, 0);
    packet.fill(0xff);
  };
  push(1, "one");
  push(3, "three");
  push(2, "two");
  assert.deepEqual(payloads, ["one", "two", "three"]);
});

test("gives a gap up when the delay is over and tells beforehand when that is", () => {
  const { buffer, delivered, push } = bench();
  push(1, 1000);
  assert.equal(buffer.nextDeadline(), undefined);
  push(3, 1010);
  push(4, 1030);
  assert.equal(buffer.nextDeadline(), 1060);
  buffer.flushExpired(1059);
  assert.deepEqual(delivered, [1]);
  buffer.flushExpired(1060);
  assert.deepEqual(delivered, [1, 3, 4]);
  assert.equal(buffer.lost, 1);
  assert.equal(buffer.nextDeadline(), undefined);
});

test("a second gap has its own deadline, from the oldest packet behind it", () => {
  const { buffer, delivered, push } = bench();
  push(1, 0);
  push(3, 10);
  push(5, 20);
  buffer.flushExpired(60);
  assert.deepEqual(delivered, [1, 3]);
  assert.equal(buffer.nextDeadline(), 70);
  buffer.flushExpired(70);
  assert.deepEqual(delivered, [1, 3, 5]);
  assert.equal(buffer.lost, 2);
});

test("a deadline of an earlier gap doesn't shorten that of a later one", () => {
  const { buffer, push } = bench(4);
  push(1, 0);
  push(3, 0);
  push(20, 10);
  push(22, 10);
  assert.equal(buffer.nextDeadline(), 60);
  push(40, 40);
  push(37, 40);
  push(38, 40);
  push(39, 40);
  push(43, 45);
  assert.equal(buffer.nextDeadline(), 95);
});

test("packets arriving also expire a gap, without a timer", () => {
  const { delivered, push } = bench();
  push(1, 0);
  push(3, 0);
  push(4, 50);
  assert.deepEqual(delivered, [1, 3, 4]);
});

test("holds no more than its packets: a wider gap is given up at once", () => {
  const { buffer, delivered, push } = bench(4);
  push(10);
  for (const sequence of [12, 13, 14]) push(sequence);
  assert.deepEqual(delivered, [10]);
  push(15);
  assert.deepEqual(delivered, [10, 12, 13, 14, 15]);
  assert.equal(buffer.lost, 1);
});

test("a jump ahead delivers what is held and counts the packets between as lost", () => {
  const { buffer, delivered, push } = bench(4);
  push(10);
  push(12);
  push(100);
  assert.deepEqual(delivered, [10, 12]);
  buffer.flush();
  assert.deepEqual(delivered, [10, 12, 100]);
  assert.equal(buffer.lost, 1 + 87);
});

test("a packet that was given up is dropped when it comes after all, and stays counted", () => {
  const { buffer, delivered, push } = bench();
  push(1, 0);
  push(3, 0);
  buffer.flushExpired(50);
  push(2, 51);
  assert.deepEqual(delivered, [1, 3]);
  assert.deepEqual([buffer.lost, buffer.duplicates], [1, 0]);
});

test("a source that starts again elsewhere is followed from its second packet", () => {
  const { buffer, delivered, push } = bench();
  push(50000);
  push(100);
  push(101);
  push(102);
  assert.deepEqual(delivered, [50000, 101, 102]);
  assert.equal(buffer.lost, 1);
});

test("a source that starts again not far behind is followed too, not taken for thousands of late packets", () => {
  const { buffer, delivered, push } = bench();
  push(2000);
  push(1);
  push(2);
  push(3);
  assert.deepEqual(delivered, [2000, 2, 3]);
  assert.deepEqual([buffer.lost, buffer.duplicates], [1, 0]);
});

test("another source begins with its first packet, whatever its numbers; what was held is delivered before", () => {
  const { buffer, delivered, push } = bench();
  push(2000);
  push(2002);
  buffer.startAnew();
  push(1990);
  push(1991);
  assert.deepEqual(delivered, [2000, 2002, 1990, 1991]);
  assert.equal(buffer.lost, 1);
});

test("one stray number far off changes nothing", () => {
  const { buffer, delivered, push } = bench();
  push(50000);
  push(100);
  push(50001);
  push(101);
  push(50002);
  assert.deepEqual(delivered, [50000, 50001, 50002]);
  assert.equal(buffer.lost, 0);
});

test("holds no more bytes than its bound", () => {
  const { buffer, delivered, push } = bench(64);
  push(1);
  const size = 60000;
  for (let sequence = 3; sequence < 3 + Math.ceil(MAX_HELD_BYTES / size) + 1; sequence++) push(sequence, 0, size);
  assert.ok(delivered.length > 1);
  assert.equal(buffer.lost, 1);
});

test("drops what is shorter than a header", () => {
  const { buffer, delivered } = bench();
  buffer.push(Buffer.from([0x80, 0, 0, 1]), { start: 0, end: 4 }, 0);
  assert.deepEqual(delivered, []);
  assert.equal(buffer.lost, 0);
});

test("whatever order packets come in, each is delivered at most once and in order, and the rest is counted", () => {
  let state = 7;
  const next = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const { buffer, delivered, push } = bench(64);
  const sent: number[] = [];
  for (let index = 0; index < 5000; index++) {
    if (next(20) === 0) continue;
    sent.push((60000 + index) & 0xffff);
  }
  for (let index = 0; index + 8 < sent.length; index++) {
    const other = index + next(8);
    [sent[index], sent[other]] = [sent[other] ?? 0, sent[index] ?? 0];
  }
  sent.forEach((sequence, index) => {
    push(sequence, index * 2);
    if (next(30) === 0) push(sequence, index * 2);
  });
  buffer.flush();
  const unwrapped = delivered.map((sequence) => (sequence - 60000) & 0xffff);
  for (let index = 1; index < unwrapped.length; index++) assert.ok((unwrapped[index] ?? 0) > (unwrapped[index - 1] ?? 0));
  const span = (unwrapped.at(-1) ?? 0) - (unwrapped[0] ?? 0) + 1;
  assert.equal(span, delivered.length + buffer.lost);
  assert.ok(delivered.length > 4600, String(delivered.length));
});
