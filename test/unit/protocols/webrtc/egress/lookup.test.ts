import assert from "node:assert/strict";
import { test } from "node:test";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { findPacket } from "#protocols/webrtc/egress/lookup.ts";
import { MemoryBudget } from "#streams/ring/memory-budget.ts";
import { Ring } from "#streams/ring/ring.ts";
import { SlabPool } from "#streams/ring/slab.ts";

/** A ring with `count` video packets from `first` on, three to a chunk, an audio packet in each chunk. */
function ringOf(first: number, count: number): Ring {
  const ring = new Ring(new SlabPool(new MemoryBudget(1 << 24), "test"), () => 1 << 24);
  const put = (channel: number, sequence: number): void => {
    const packet = printRtpPacket(
      { marker: false, payloadType: 96, sequence, timestamp: 0, ssrc: 1 },
      Buffer.alloc(20, sequence & 0xff),
    );
    const into = ring.reserve(4 + packet.length, 0);
    assert.ok(into);
    const at = ring.position;
    Buffer.of(0x24, channel, 0, packet.length).copy(into, at);
    packet.copy(into, at + 4);
    ring.commit(4 + packet.length);
  };
  for (let index = 0; index < count; index += 1) {
    if (index % 3 === 0) put(2, 7000 + index);
    put(0, (first + index) & 0xffff);
    if (index % 3 === 2) ring.flush(0);
  }
  ring.flush(0);
  return ring;
}

test("every packet is found, over a wrap of the numbers too", () => {
  const ring = ringOf(65_500, 90);
  for (let index = 0; index < 90; index += 1) {
    const sequence = (65_500 + index) & 0xffff;
    const found = findPacket(ring, 0, sequence);
    assert.equal(found?.packet.readUInt16BE(2), sequence);
    assert.equal(found?.packet.readUInt8(12), sequence & 0xff);
    assert.equal(found?.chunk, Math.floor(index / 3));
  }
  ring.close();
});

test("what was never there, or not of this channel, is not found", () => {
  const ring = ringOf(100, 30);
  for (const sequence of [99, 130, 40_000, 7000]) assert.equal(findPacket(ring, 0, sequence), undefined, String(sequence));
  assert.ok(findPacket(ring, 2, 7003));
  assert.equal(findPacket(ring, 4, 100), undefined);
  ring.close();
});
