/** What every way of sending SRTP to many viewers does alike; each implementation runs this suite. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Network, PacketBatch, SrtpFanOut, SrtpTarget, UdpSocket } from "#base/network.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { deriveSessionKeys, srtpProfiles, type SrtpSessionKeys } from "#formats/srtp/profile.ts";
import { SrtpReceiver } from "#formats/srtp/rtp.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** What is tested, and the network its sockets come from. */
export interface SrtpSubject {
  readonly srtp: SrtpFanOut;
  readonly network: Network;
}

const PAYLOAD_BYTES = 1000;
const [GCM, COUNTER] = srtpProfiles;

function keysOf(profile: (typeof srtpProfiles)[number], fill: number): SrtpSessionKeys {
  return deriveSessionKeys({ profile, key: Buffer.alloc(16, fill), salt: Buffer.alloc(profile.saltBytes, fill + 1) }, "rtp");
}

function packet(sequence: number, bytes = PAYLOAD_BYTES): Buffer {
  const header = { marker: sequence % 5 === 0, payloadType: 96, sequence, timestamp: 1000 + sequence, ssrc: 1 };
  return printRtpPacket(header, Buffer.alloc(bytes, sequence & 0xff));
}

function batchOf(packets: readonly Buffer[]): PacketBatch {
  const offsets = new Uint32Array(packets.length);
  let at = 0;
  for (const [index, each] of packets.entries()) {
    offsets[index] = at;
    at += each.length + 4;
  }
  const buffer = Buffer.alloc(at);
  for (const [index, each] of packets.entries()) each.copy(buffer, offsets[index] ?? 0);
  return { buffer, offsets, lengths: Uint32Array.from(packets, (each) => each.length), count: packets.length };
}

/** A viewer's socket and what it has opened. */
class Viewer {
  readonly opened: Buffer[] = [];
  datagrams = 0;
  readonly socket: UdpSocket;
  readonly #receiver: SrtpReceiver;

  constructor(socket: UdpSocket, keys: SrtpSessionKeys) {
    this.socket = socket;
    this.#receiver = new SrtpReceiver(keys);
    socket.onDatagram((data, range) => {
      this.datagrams += 1;
      const plain = this.#receiver.open(Buffer.from(data.subarray(range.start, range.end)));
      if (plain !== undefined) this.opened.push(plain);
    });
  }

  async got(count: number): Promise<void> {
    await waitUntil(() => this.opened.length >= count, { what: `${String(count)} packets`, timeoutMs: 3000 });
  }

  get sequences(): number[] {
    return this.opened.map((each) => each.readUInt16BE(2));
  }
}

/** Runs the suite. */
export function testSrtpFanOut(name: string, subject: SrtpSubject): void {
  const { srtp, network } = subject;
  const bind = (): Promise<UdpSocket> =>
    network.bindUdp({ address: "127.0.0.1", port: 0, receiveBufferBytes: 1 << 20, sendBufferBytes: 1 << 20 });

  for (const profile of srtpProfiles) {
    test(`${name}, ${profile.name}: every viewer gets every packet, with its own keys and header fields`, async (t) => {
      const sender = await bind();
      t.after(() => sender.close());
      const packets = Array.from({ length: 20 }, (_, index) => packet(65_530 + index > 65_535 ? index - 6 : 65_530 + index));
      const viewers: Viewer[] = [];
      const targets = [];
      for (let index = 0; index < 3; index += 1) {
        const keys = keysOf(profile, index);
        const viewer = new Viewer(await bind(), keys);
        t.after(() => viewer.socket.close());
        viewers.push(viewer);
        const context = srtp.open(keys);
        t.after(() => context.close());
        const destination = sender.destination({ address: "127.0.0.1", port: viewer.socket.port });
        targets.push({
          context,
          ssrc: 0xf0000000 + index,
          payloadType: 100 + index,
          sequenceOffset: index * 30_000,
          destination,
        });
      }
      assert.equal(srtp.send(sender, batchOf(packets), targets), packets.length * viewers.length);
      for (const [index, viewer] of viewers.entries()) {
        await viewer.got(packets.length);
        assert.deepEqual(
          viewer.sequences,
          packets.map((each) => (each.readUInt16BE(2) + index * 30_000) & 0xffff),
        );
        for (const [at, plain] of viewer.opened.entries()) {
          assert.equal(plain.readUInt32BE(8), 0xf0000000 + index);
          assert.equal(plain.readUInt8(1), (packets[at]?.readUInt8(1) ?? 0) + 4 + index);
          assert.deepEqual(plain.subarray(12), packets[at]?.subarray(12));
        }
      }
    });

    test(`${name}, ${profile.name}: a packet from before a wrap of the numbers can be sent again`, (t) => {
      const keys = keysOf(profile, 9);
      const context = srtp.open(keys);
      t.after(() => context.close());
      const target: SrtpTarget = { context, ssrc: 7, payloadType: 96, sequenceOffset: 0 };
      const into = Buffer.alloc(2000);
      const seal = (sequence: number): Buffer =>
        Buffer.from(into.subarray(0, srtp.protect(target, packet(sequence), { into, at: 0 })));
      const receiver = new SrtpReceiver(keys);
      const first = seal(65_534);
      const lost = seal(65_535);
      const afterWrap = seal(0);
      assert.ok(receiver.open(first));
      assert.ok(receiver.open(afterWrap));
      assert.deepEqual(seal(65_535), lost, "the same bytes as the first time");
      assert.ok(receiver.open(lost));
      for (let round = 1; round < 200; round += 1) assert.ok(receiver.open(seal((round * 1000) & 0xffff)), String(round));
    });
  }

  test(`${name}: what isn't RTP, or has no room, is left out`, async (t) => {
    const keys = keysOf(GCM, 3);
    const context = srtp.open(keys);
    t.after(() => context.close());
    const target: SrtpTarget = { context, ssrc: 7, payloadType: 96, sequenceOffset: 0 };
    const into = Buffer.alloc(2000);
    assert.equal(srtp.protect(target, Buffer.alloc(11, 0x80), { into, at: 0 }), 0, "short");
    assert.equal(srtp.protect(target, Buffer.alloc(40, 0), { into, at: 0 }), 0, "version 0");
    assert.equal(srtp.protect(target, Buffer.alloc(40, 0x8f), { into, at: 0 }), 0, "more sources than it has bytes");
    assert.equal(srtp.protect(target, packet(1), { into, at: 2000 - PAYLOAD_BYTES }), 0, "no room");
    assert.equal(srtp.protect(target, packet(1), { into, at: 5 }), 12 + PAYLOAD_BYTES + 16);
    const sender = await bind();
    t.after(() => sender.close());
    const viewer = new Viewer(await bind(), keys);
    t.after(() => viewer.socket.close());
    const destination = sender.destination({ address: "127.0.0.1", port: viewer.socket.port });
    srtp.send(sender, batchOf([packet(5), Buffer.alloc(30), packet(6, 20), packet(7)]), [{ ...target, destination }]);
    await viewer.got(3);
    assert.deepEqual(viewer.sequences, [5, 6, 7]);
  });

  test(`${name}: a closed context sends nothing`, async (t) => {
    const context = srtp.open(keysOf(COUNTER, 4));
    context.close();
    context.close();
    const target: SrtpTarget = { context, ssrc: 7, payloadType: 96, sequenceOffset: 0 };
    assert.equal(srtp.protect(target, packet(1), { into: Buffer.alloc(2000), at: 0 }), 0);
    const sender = await bind();
    t.after(() => sender.close());
    const destination = sender.destination({ address: "127.0.0.1", port: 9 });
    assert.equal(srtp.send(sender, batchOf([packet(1)]), [{ ...target, destination }]), 0);
  });

  test(`${name}: a profile nobody knows is refused`, () => {
    const keys = keysOf(GCM, 1);
    assert.throws(() => srtp.open({ ...keys, profile: { id: 2 } }), RangeError);
  });
}
