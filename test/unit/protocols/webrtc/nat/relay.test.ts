/** A relay under a manual clock, with a TURN server of a few lines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import { integrity, printAttribute, printHeader, setLength, xorAddress } from "#formats/stun/encoding.ts";
import { longTermKey } from "#formats/stun/server-message.ts";
import type { Remote } from "#protocols/webrtc/ice/remote.ts";
import { ServerExchange } from "#protocols/webrtc/nat/exchange.ts";
import { Relay } from "#protocols/webrtc/nat/relay.ts";
import { FakeUdpSocket } from "#test/support/fake-udp.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const SERVER = { address: "203.0.113.3", port: 3478 };
const RELAYED = { address: "203.0.113.3", port: 50_001 };
const PEER = { address: "198.51.100.7", port: 40_000 };
const key = longTermKey("ann", "box", "pass");
const Names: Readonly<Record<number, string>> = { 0x0003: "allocate", 0x0004: "refresh", 0x0008: "permit", 0x0016: "send" };

/** Answers what has been sent since the last time; `nonce` is the one it wants. */
class Stage {
  readonly clock = new ManualClock();
  readonly socket = new FakeUdpSocket(8189);
  readonly packets: { text: string; from: Remote }[] = [];
  readonly relay: Relay;
  nonce = "one";
  silent = false;
  #answered = 0;

  constructor() {
    const { clock, socket } = this;
    this.relay = new Relay({
      exchange: new ServerExchange({ socket, server: SERVER, clock, random: systemRandom }),
      credentials: () => ({ username: "ann", password: "pass" }),
      clock,
      random: systemRandom,
      log: silentLogger,
      onPacket: (packet, from) => this.packets.push({ text: packet.toString(), from }),
    });
  }

  /** Lets `ms` pass, answering; what was asked meanwhile. */
  async run(ms: number): Promise<string[]> {
    const asked: string[] = [];
    for (let left = ms; left >= 0; left -= 100) {
      for (; this.#answered < this.socket.sent.length; this.#answered += 1) {
        const packet = this.socket.sent[this.#answered]?.bytes ?? Buffer.alloc(20);
        asked.push(Names[packet.readUInt16BE(0)] ?? "?");
        if (!this.silent) this.#answer(packet);
      }
      await this.clock.run(left === 0 ? 0 : Math.min(100, left));
      if (left > 0 && left < 100) break;
    }
    return asked;
  }

  receive(bytes: Buffer): void {
    this.relay.receive(bytes, { start: 0, end: bytes.length });
  }

  #answer(packet: Buffer): void {
    const type = packet.readUInt16BE(0);
    const id = packet.subarray(8, 20);
    if (type === 0x0016) return;
    if (!packet.includes(this.nonce)) {
      const code = packet.includes("ann") ? Buffer.of(0, 0, 4, 38) : Buffer.of(0, 0, 4, 1);
      const parts = [
        printAttribute(9, code),
        printAttribute(0x14, Buffer.from("box")),
        printAttribute(0x15, Buffer.from(this.nonce)),
      ];
      this.receive(setLength(Buffer.concat([printHeader(type | 0x0110, id), ...parts])));
      return;
    }
    const lifetime = Buffer.of(0, 0, 2, 88); // 600 s
    const parts = [printAttribute(0x16, xorAddress(id, RELAYED)), printAttribute(0x0d, lifetime)];
    const open = Buffer.concat([printHeader(type | 0x0100, id), ...parts]);
    this.receive(setLength(Buffer.concat([open, printAttribute(8, integrity(open, key))])));
  }
}

test("a port is had with the realm and nonce the server names, kept by refreshing, and given back", async () => {
  const it = new Stage();
  it.relay.start();
  assert.deepEqual(await it.run(500), ["allocate", "allocate"]);
  assert.deepEqual(it.relay.relayed, RELAYED);
  assert.deepEqual(await it.run(299_000), []);
  assert.deepEqual(await it.run(2_000), ["refresh"]);
  it.nonce = "two";
  assert.deepEqual(await it.run(301_000), ["refresh", "refresh"], "once more with the fresh nonce");
  it.relay.close();
  assert.equal(it.relay.relayed, undefined);
  assert.deepEqual(await it.run(100), ["refresh"]);
  assert.deepEqual(it.clock.openTimers(), []);
});

test("permissions are renewed as long as somebody needs them", async () => {
  const it = new Stage();
  it.relay.start();
  await it.run(500);
  it.relay.allow([PEER.address]);
  it.relay.allow([PEER.address]);
  assert.deepEqual(await it.run(200), ["permit"]);
  it.relay.forbid([PEER.address]);
  assert.ok((await it.run(240_000)).includes("permit"));
  it.relay.forbid([PEER.address]);
  assert.ok(!(await it.run(240_000)).includes("permit"));
  it.relay.close();
  await it.run(100);
});

test("what comes through it has its sender, and the way back", async () => {
  const it = new Stage();
  it.relay.start();
  await it.run(500);
  const id = systemRandom.bytes(12);
  const data = [printAttribute(0x12, xorAddress(id, PEER)), printAttribute(0x13, Buffer.from("hello"))];
  it.receive(setLength(Buffer.concat([printHeader(0x0017, id), ...data])));
  const [packet] = it.packets;
  assert.equal(packet?.text, "hello");
  assert.deepEqual([packet.from.endpoint, packet.from.local], [PEER, "relay"]);
  assert.ok(packet.from.send(Buffer.from("back")));
  assert.deepEqual(await it.run(100), ["send"]);
  assert.ok(it.socket.sent.at(-1)?.bytes.includes("back"));
  it.relay.close();
  await it.run(100);
});

test("a silent server is asked again later, more and more rarely", async () => {
  const it = new Stage();
  it.silent = true;
  it.relay.start();
  const first = await it.run(16_000);
  assert.equal(first.length, 5);
  assert.equal((await it.run(5_000)).length > 0, true);
  it.silent = false;
  await it.run(60_000);
  assert.deepEqual(it.relay.relayed, RELAYED);
  it.relay.close();
  await it.run(100);
});
