/**
 * What every `UdpSocket` does, whichever way it is made. Real sockets on loopback, ports the system chooses.
 */
import assert from "node:assert/strict";
import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { test, type TestContext } from "node:test";
import type { Network, PacketBatch, UdpBindOptions, UdpEndpoint, UdpSocket } from "#base/network.ts";
import { SluiceError } from "#base/errors.ts";

const WAIT_MS = 2000;
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

interface Received {
  readonly bytes: Buffer;
  readonly from: UdpEndpoint;
}

/** What a socket has received so far, copied out, with a way to wait for more. */
class Inbox {
  readonly items: Received[] = [];
  #wake: (() => void) | undefined;

  constructor(socket: UdpSocket) {
    socket.onDatagram((data, range, from) => {
      this.items.push({ bytes: Buffer.from(data.subarray(range.start, range.end)), from });
      this.#wake?.();
    });
  }

  async waitFor(count: number): Promise<readonly Received[]> {
    const deadline = AbortSignal.timeout(WAIT_MS);
    while (this.items.length < count && !deadline.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        deadline.addEventListener("abort", () => {
          resolve();
        });
      });
    }
    return this.items;
  }
}

/** Lays packets out as the ring does: `gapBytes` before each, which must not be sent. */
function batchOf(packets: readonly Buffer[], gapBytes = 4): PacketBatch {
  const total = packets.reduce((sum, packet) => sum + packet.length + gapBytes, 0);
  const buffer = Buffer.alloc(total, 0xee);
  const offsets = new Uint32Array(packets.length);
  const lengths = new Uint32Array(packets.length);
  let at = 0;
  for (const [index, packet] of packets.entries()) {
    at += gapBytes;
    packet.copy(buffer, at);
    offsets[index] = at;
    lengths[index] = packet.length;
    at += packet.length;
  }
  return { buffer, offsets, lengths, count: packets.length };
}

function packet(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (seed * 31 + index * 7) & 0xff;
  return bytes;
}

/** Runs the suite on the network that `create` makes; `name` says which. */
export function testUdpSockets(name: string, create: () => Network): void {
  const network = create();
  async function open(t: TestContext, options: Partial<UdpBindOptions> = {}): Promise<UdpSocket> {
    const socket = await network.bindUdp({ address: "127.0.0.1", port: 0, receiveBufferBytes: RECEIVE_BUFFER_BYTES, ...options });
    t.after(() => {
      socket.close();
    });
    return socket;
  }

  for (const address of ["127.0.0.1", "::1"]) {
    test(`${name}: datagrams of any size arrive whole and say who sent them (${address})`, async (t) => {
      const [a, b] = [await open(t, { address }), await open(t, { address })];
      const inbox = new Inbox(b);
      const packets = [0, 1, 12, 1200, 1472, 9000, 65_507].map((length, index) => packet(length, index));
      const handed = a.sendBatch(batchOf(packets), [a.destination(b)]);
      assert.equal(handed, packets.length);
      const received = await inbox.waitFor(packets.length);
      assert.deepEqual(
        received.map((item) => item.bytes),
        packets,
      );
      assert.deepEqual({ address: received[0]?.from.address, port: received[0]?.from.port }, { address, port: a.port });
      assert.ok(
        received.every((item) => item.from === received[0]?.from),
        "one sender, one endpoint object",
      );
      assert.equal(a.dropped, 0);
    });

    test(`${name}: a batch reaches many destinations in order and without loss (${address})`, async (t) => {
      const sender = await open(t, { address, sendBufferBytes: 4 * 1024 * 1024 });
      const receivers = await Promise.all(Array.from({ length: 20 }, () => open(t, { address })));
      const inboxes = receivers.map((socket) => new Inbox(socket));
      const destinations = receivers.map((socket) => sender.destination(socket));
      const sizes = [1400, 1400, 1400, 1400, 700, 1400, 1400, 33, 200, 200, 200, 1];
      const packets = sizes.map((length, index) => packet(length, index));
      for (let round = 0; round < 5; round += 1) assert.equal(sender.sendBatch(batchOf(packets), destinations), 240);
      for (const inbox of inboxes) {
        const received = await inbox.waitFor(60);
        assert.deepEqual(
          received.map((item) => item.bytes),
          [0, 1, 2, 3, 4].flatMap(() => packets),
        );
      }
      assert.equal(sender.dropped, 0);
    });
  }

  test(`${name}: batches of more packets than one system call takes arrive in order`, async (t) => {
    const [a, b] = [await open(t), await open(t, { receiveBufferBytes: 4 * 1024 * 1024 })];
    const inbox = new Inbox(b);
    const packets = Array.from({ length: 700 }, (_, index) => packet(100 + (index % 5), index));
    assert.equal(a.sendBatch(batchOf(packets, 0), [a.destination(b)]), 700);
    const received = await inbox.waitFor(700);
    assert.deepEqual(
      received.map((item) => item.bytes),
      packets,
    );
  });

  test(`${name}: an oversize packet is dropped and counted, its neighbours go out`, async (t) => {
    const [a, b] = [await open(t), await open(t)];
    const inbox = new Inbox(b);
    const packets = [packet(20, 1), packet(65_508, 2), packet(20, 3)];
    assert.equal(a.sendBatch(batchOf(packets), [a.destination(b)]), 2);
    assert.equal(a.dropped, 1);
    const received = await inbox.waitFor(2);
    assert.deepEqual(
      received.map((item) => item.bytes),
      [packets[0], packets[2]],
    );
  });

  test(`${name}: what the kernel refuses is counted, and other destinations get theirs`, async (t) => {
    const [a, b] = [await open(t), await open(t)];
    const inbox = new Inbox(b);
    const packets = [packet(20, 1), packet(30, 2), packet(40, 3)];
    // From an address of loopback nothing goes anywhere else.
    a.sendBatch(batchOf(packets), [a.destination({ address: "203.0.113.9", port: 9 }), a.destination(b)]);
    assert.equal((await inbox.waitFor(3)).length, 3);
    assert.equal(a.dropped, 3);
  });

  test(`${name}: an empty batch and an empty list of destinations send nothing`, async (t) => {
    const [a, b] = [await open(t), await open(t)];
    assert.equal(a.sendBatch(batchOf([]), [a.destination(b)]), 0);
    assert.equal(a.sendBatch(batchOf([packet(10, 1)]), []), 0);
    assert.equal(a.dropped, 0);
  });

  test(`${name}: a socket on every address serves both families, IPv4 stays dotted`, async (t) => {
    const server = await open(t, { address: "" });
    const inbox = new Inbox(server);
    for (const address of ["127.0.0.1", ...(isIPv6(server.address) ? ["::1"] : [])]) {
      const client = await open(t, { address });
      const answers = new Inbox(client);
      client.sendBatch(batchOf([packet(100, 1)]), [client.destination({ address, port: server.port })]);
      const from = (await inbox.waitFor(inbox.items.length + 1)).at(-1)?.from;
      assert.deepEqual({ address: from?.address, port: from?.port }, { address, port: client.port });
      assert.equal(server.sendBatch(batchOf([packet(50, 2), packet(50, 3)]), [server.destination(from ?? client)]), 2);
      assert.equal((await answers.waitFor(2)).length, 2);
    }
  });

  test(`${name}: a taken port is refused with the process that holds it; a shared one is not`, async (t) => {
    const first = await open(t, { reuseAddress: true });
    await assert.rejects(open(t, { port: first.port }), (error: unknown) => {
      assert.ok(error instanceof SluiceError);
      assert.equal(error.code, "port-in-use");
      assert.equal(error.details["pid"], process.pid);
      return true;
    });
    const second = await open(t, { port: first.port, reuseAddress: true });
    assert.equal(second.port, first.port);
  });

  test(`${name}: an address this machine doesn't have is refused`, async (t) => {
    await assert.rejects(open(t, { address: "203.0.113.9" }), { code: "address-not-available" });
  });

  test(`${name}: a closed socket sends nothing, delivers nothing, and can be closed again`, async (t) => {
    const [a, b] = [await open(t), await open(t)];
    const inbox = new Inbox(b);
    const destination = a.destination(b);
    a.sendBatch(batchOf([packet(10, 1)]), [destination]);
    b.close();
    a.close();
    a.close();
    assert.equal(a.sendBatch(batchOf([packet(10, 1), packet(10, 2)]), [destination]), 0);
    assert.equal(a.dropped, 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(inbox.items.length, 0);
    const again = await open(t, { port: b.port });
    assert.equal(again.port, b.port);
  });

  test(`${name}: a socket may be closed, and others opened, while it delivers`, async (t) => {
    const [a, b] = [await open(t), await open(t)];
    let calls = 0;
    b.onDatagram(() => {
      calls += 1;
      b.close();
    });
    a.sendBatch(batchOf([packet(10, 1), packet(10, 2), packet(10, 3)]), [a.destination(b)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(calls, 1);
  });

  test(`${name}: a full receiver loses datagrams without holding the sender up`, async (t) => {
    const [a, b] = [await open(t), await open(t, { receiveBufferBytes: 8192 })];
    const packets = Array.from({ length: 64 }, (_, index) => packet(1000, index));
    for (let round = 0; round < 20; round += 1) a.sendBatch(batchOf(packets), [a.destination(b)]);
    const inbox = new Inbox(b);
    a.sendBatch(batchOf(packets), [a.destination(b)]);
    assert.ok((await inbox.waitFor(1)).length >= 1);
  });

  const groups = [
    { group: "239.255.77.1", address: "0.0.0.0", via: "127.0.0.1" },
    { group: "ff15::7701", address: "::", via: ipv6Address() },
  ];
  for (const { group, address, via } of groups) {
    const skip = via === undefined ? "no interface to send through" : false;
    test(`${name}: members of a multicast group get what is sent to it (${group})`, { skip }, async (t) => {
      if (via === undefined) return;
      const receivers = [await open(t, { address, reuseAddress: true })];
      const port = receivers[0]?.port ?? 0;
      receivers.push(await open(t, { address: group, port, reuseAddress: true }));
      const inboxes = receivers.map((socket) => new Inbox(socket));
      for (const socket of receivers) socket.joinGroup(group, via);
      const sender = await open(t, { address });
      sender.setMulticastInterface(via);
      sender.setMulticastTtl(0); // stays on this machine
      const packets = [packet(500, 1), packet(500, 2), packet(20, 3)];
      assert.equal(sender.sendBatch(batchOf(packets), [sender.destination({ address: group, port })]), 3);
      for (const inbox of inboxes) {
        const received = await inbox.waitFor(3);
        assert.deepEqual(
          received.map((item) => item.bytes),
          packets,
        );
      }
      assert.throws(() => {
        sender.joinGroup("127.0.0.1");
      });
    });
  }
}

/** An IPv6 address to send multicast through: loopback has no route for it. */
function ipv6Address(): string | undefined {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find((entry) => entry.family === "IPv6" && !entry.internal && entry.scopeid === 0);
    if (found !== undefined) return found.address;
  }
  return undefined;
}
