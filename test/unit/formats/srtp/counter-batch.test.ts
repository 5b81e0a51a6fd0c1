import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import type { PacketBatch } from "#base/network.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { CounterBatch, CounterKeys } from "#formats/srtp/counter-batch.ts";
import { PacketIndex } from "#formats/srtp/packet-index.ts";
import { deriveSessionKeys, srtpProfiles, type SrtpSessionKeys } from "#formats/srtp/profile.ts";
import { SrtpSender } from "#formats/srtp/rtp.ts";

const [, profile] = srtpProfiles;
const TARGET = { ssrc: 0xdecafbad, payloadType: 101, sequenceOffset: 40_000 };

function keysOf(fill: number): SrtpSessionKeys {
  return deriveSessionKeys({ profile, key: Buffer.alloc(16, fill), salt: Buffer.alloc(14, fill + 1) }, "rtp");
}

function packet(sequence: number, payload: Buffer): Buffer {
  return printRtpPacket({ marker: sequence % 2 === 0, payloadType: 96, sequence, timestamp: 77, ssrc: 1 }, payload);
}

/** The packets one after another, each at an odd place. */
function batchOf(packets: readonly Buffer[]): PacketBatch {
  const offsets = new Uint32Array(packets.length);
  const parts: Buffer[] = [];
  let at = 0;
  for (const [index, each] of packets.entries()) {
    const gap = Buffer.alloc(1 + ((at + each.length) % 2), 0xee);
    at += gap.length;
    offsets[index] = at;
    parts.push(gap, each);
    at += each.length;
  }
  return {
    buffer: Buffer.concat(parts),
    offsets,
    lengths: Uint32Array.from(packets, (each) => each.length),
    count: packets.length,
  };
}

function sealedOf(batch: CounterBatch): Buffer[] {
  return Array.from({ length: batch.count }, (_, index) => {
    const at = batch.offsets[index] ?? 0;
    return Buffer.from(batch.buffer.subarray(at, at + (batch.lengths[index] ?? 0)));
  });
}

/** What the way packet by packet makes of a packet for `TARGET`. */
function sealOne(sender: SrtpSender, plain: Buffer): Buffer {
  const out = Buffer.from(plain);
  out[1] = ((out[1] ?? 0) & 0x80) | TARGET.payloadType;
  out.writeUInt16BE((out.readUInt16BE(2) + TARGET.sequenceOffset) & 0xffff, 2);
  out.writeUInt32BE(TARGET.ssrc, 8);
  const into = Buffer.alloc(out.length + 16);
  return into.subarray(0, sender.protect(out, into, 0));
}

/** Seals the packets in as many batches as they need. */
function sealAll(packets: readonly Buffer[], keys: CounterKeys, index: PacketIndex): Buffer[] {
  const batch = new CounterBatch();
  const from = batchOf(packets);
  const sealed: Buffer[] = [];
  for (let first = 0; first < from.count;) {
    first = batch.layOut(from, first);
    batch.seal(keys, TARGET, index);
    sealed.push(...sealedOf(batch));
  }
  return sealed;
}

test("the keystream is RFC 3711's (B.2)", () => {
  const key = Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex");
  const salt = Buffer.from("f0f1f2f3f4f5f6f7f8f9fafbfcfd", "hex");
  const keys = { profile, key, salt, authKey: Buffer.alloc(20), cipherKey: createSecretKey(key) };
  const batch = new CounterBatch();
  batch.layOut(batchOf([packet(0, Buffer.alloc(48))]), 0);
  batch.seal(new CounterKeys(keys), { ssrc: 0, payloadType: 96, sequenceOffset: 0 }, new PacketIndex());
  const [sealed] = sealedOf(batch);
  assert.equal(
    sealed?.subarray(12, 60).toString("hex"),
    "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0",
  );
});

test("packets of every length come out as one by one", () => {
  const packets = Array.from({ length: 300 }, (_, length) => packet(length, Buffer.alloc(length, length)));
  const sender = new SrtpSender(keysOf(1));
  const sealed = sealAll(packets, new CounterKeys(keysOf(1)), new PacketIndex());
  assert.deepEqual(
    sealed,
    packets.map((each) => sealOne(sender, each)),
  );
});

test("a header with sources and an extension stays readable", () => {
  const plain = Buffer.concat([Buffer.from("9161000500000001000000020000000abede0001aabbccdd", "hex"), Buffer.from("secret")]);
  const [sealed] = sealAll([plain], new CounterKeys(keysOf(2)), new PacketIndex());
  assert.deepEqual(sealed, sealOne(new SrtpSender(keysOf(2)), plain));
  assert.deepEqual(sealed.subarray(12, 24), plain.subarray(12, 24));
});

test("numbers that wrap count up, and a packet of before the wrap is sealed as it was", () => {
  const keys = new CounterKeys(keysOf(3));
  const [index, sender] = [new PacketIndex(), new SrtpSender(keysOf(3))];
  const numbers = [25_530, 25_534, 25_535, 25_536, 25_537, 25_535, 58_000, 25_000, 26_000];
  const packets = numbers.map((each) => packet(each, Buffer.alloc(50, each & 0xff)));
  const sealed = packets.flatMap((each) => sealAll([each], keys, index));
  assert.deepEqual(
    sealed,
    packets.map((each) => sealOne(sender, each)),
  );
  assert.deepEqual(sealed[5], sealed[2]);
});

test("what is no RTP packet is left out, and more than has room goes on with the next batch", () => {
  const large = Array.from({ length: 4 }, (_, index) => packet(index, Buffer.alloc(40_000, index)));
  const small = Array.from({ length: 200 }, (_, index) => packet(10 + index, Buffer.alloc(index, index)));
  const packets = [...large, Buffer.alloc(30), Buffer.alloc(5, 0x80), ...small, packet(300, Buffer.alloc(65_523))];
  const sealed = sealAll(packets, new CounterKeys(keysOf(4)), new PacketIndex());
  assert.deepEqual(
    sealed.map((each) => each.length),
    [...large, ...small, packet(300, Buffer.alloc(65_523))].map((each) => each.length + 10),
  );
});

test("nothing of what was sealed, nor the keys, is there after it is cleared", () => {
  const batch = new CounterBatch();
  for (const bytes of [1000, 500]) {
    batch.layOut(batchOf([packet(1, Buffer.alloc(bytes, 1)), packet(2, Buffer.alloc(bytes, 2))]), 0);
    batch.seal(new CounterKeys(keysOf(5)), TARGET, new PacketIndex());
  }
  batch.clear();
  assert.ok(batch.buffer.every((byte) => byte === 0));
});

test("closed keys seal nothing", () => {
  const keys = new CounterKeys(keysOf(6));
  keys.close();
  const batch = new CounterBatch();
  batch.layOut(batchOf([packet(1, Buffer.alloc(100))]), 0);
  assert.throws(() => batch.seal(keys, TARGET, new PacketIndex()));
});
