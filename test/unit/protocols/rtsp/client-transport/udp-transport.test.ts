import assert from "node:assert/strict";
import { test } from "node:test";
import type { DatagramHandler, Network, UdpBindOptions, UdpSocket } from "#base/network.ts";
import { platformError } from "#platform/errors.ts";
import { UdpTransport } from "#protocols/rtsp/client-transport/udp-transport.ts";

const random = { bytes: (count: number) => Buffer.alloc(count), unit: () => 0, uint32: () => 0 };

/** Sockets that exist in memory only. */
class FakeSocket implements UdpSocket {
  readonly address: string;
  readonly port: number;
  readonly dropped = 0;
  readonly sent: { port: number; bytes: Buffer }[] = [];
  closed = false;
  handler: DatagramHandler = () => undefined;

  constructor(options: UdpBindOptions) {
    this.address = options.address;
    this.port = options.port;
  }

  onDatagram(handler: DatagramHandler): void {
    this.handler = handler;
  }

  destination({ address, port }: { address: string; port: number }): ReturnType<UdpSocket["destination"]> {
    return { kind: "udp-destination", address, port };
  }

  sendBatch(...[batch, destinations]: Parameters<UdpSocket["sendBatch"]>): number {
    for (const { port } of destinations) this.sent.push({ port, bytes: Buffer.from(batch.buffer) });
    return destinations.length;
  }

  joinGroup(): void {
    throw new Error("nobody joins here");
  }

  setMulticastTtl(): void {
    throw new Error("nobody sends to groups here");
  }

  setMulticastInterface(): void {
    throw new Error("nobody sends to groups here");
  }

  close(): void {
    this.closed = true;
  }
}

interface Bench {
  readonly transport: UdpTransport;
  readonly sockets: FakeSocket[];
  readonly seen: string[];
  readonly taken: Set<number>;
}

function bench(options: { anyPort?: boolean; ports?: readonly [number, number]; cameraAddress?: string } = {}): Bench {
  const sockets: FakeSocket[] = [];
  const seen: string[] = [];
  const taken = new Set<number>();
  const bindUdp = (asked: UdpBindOptions): Promise<UdpSocket> => {
    if (taken.has(asked.port)) return Promise.reject(platformError("port-in-use", { details: {} }));
    const socket = new FakeSocket(asked);
    sockets.push(socket);
    return Promise.resolve(socket);
  };
  const transport = new UdpTransport({
    network: { bindUdp } as Partial<Network> as Network,
    random,
    handler: { rtp: (slot) => seen.push(`rtp ${String(slot)}`), rtcp: (slot) => seen.push(`rtcp ${String(slot)}`) },
    host: "cam",
    cameraAddress: options.cameraAddress ?? "10.0.0.9",
    ports: options.ports ?? [40_000, 40_009],
    anyPort: options.anyPort ?? false,
  });
  return { transport, sockets, seen, taken };
}

const answer = (serverPort?: readonly [number, number]): Parameters<UdpTransport["accept"]>[1] => ({
  protocol: "RTP/AVP",
  delivery: "unicast",
  serverPort,
});
const RANGE = { start: 0, end: 4 };
const PACKET = Buffer.alloc(4);

test("offers an even port and the next one of its range", async () => {
  const { transport } = bench({ ports: [40_001, 40_009] });
  assert.deepEqual((await transport.offer(0)).clientPort, [40_002, 40_003]);
});

test("goes on to the next pair where one of the ports is taken, leaving nothing open", async () => {
  const { transport, taken, sockets } = bench();
  taken.add(40_001);
  assert.deepEqual((await transport.offer(0)).clientPort, [40_002, 40_003]);
  assert.deepEqual(
    sockets.map(({ port, closed }) => [port, closed]),
    [
      [40_000, true],
      [40_002, false],
      [40_003, false],
    ],
  );
});

test("says so where no pair is free", async () => {
  const { transport, taken } = bench();
  for (let port = 40_000; port <= 40_009; port++) taken.add(port);
  await assert.rejects(transport.offer(0), { code: "source-no-udp-port" });
  await assert.rejects(bench({ ports: [5, 5] }).transport.offer(0), { code: "source-no-udp-port" });
});

test("takes packets from the camera's address and ports only", async () => {
  const { transport, sockets, seen } = bench();
  await transport.offer(0);
  await transport.accept(0, answer([6000, 6001]));
  const [rtp, rtcp] = sockets;
  rtp?.handler(PACKET, RANGE, { address: "10.0.0.9", port: 6000 });
  rtp?.handler(PACKET, RANGE, { address: "10.0.0.9", port: 6002 });
  rtp?.handler(PACKET, RANGE, { address: "10.0.0.8", port: 6000 });
  rtcp?.handler(PACKET, RANGE, { address: "10.0.0.9", port: 6001 });
  rtcp?.handler(PACKET, RANGE, { address: "10.0.0.9", port: 6000 });
  assert.deepEqual(seen, ["rtp 0", "rtcp 0"]);
  assert.equal(transport.foreignPackets, 3);
});

test("with any port, takes packets from the camera's address only, and reports to where they come from", async () => {
  const { transport, sockets, seen } = bench({ anyPort: true });
  await transport.offer(0);
  await transport.accept(0, answer());
  const [rtp, rtcp] = sockets;
  rtp?.handler(PACKET, RANGE, { address: "10.0.0.9", port: 1234 });
  rtp?.handler(PACKET, RANGE, { address: "10.0.0.8", port: 1234 });
  transport.sendRtcp(0, PACKET);
  assert.deepEqual(rtcp?.sent, []);
  rtcp?.handler(PACKET, RANGE, { address: "10.0.0.9", port: 4321 });
  transport.sendRtcp(0, PACKET);
  assert.deepEqual(seen, ["rtp 0", "rtcp 0"]);
  assert.deepEqual(
    rtcp?.sent.map(({ port }) => port),
    [4321],
  );
});

test("a zone doesn't make a link-local address another one", async () => {
  const { transport, sockets, seen } = bench({ cameraAddress: "fe80::9" });
  await transport.offer(0);
  await transport.accept(0, answer([6000, 6001]));
  assert.equal(sockets[0]?.address, "::");
  sockets[0].handler(PACKET, RANGE, { address: "fe80::9%eth0", port: 6000 });
  assert.deepEqual(seen, ["rtp 0"]);
});

test("opens the way from both ports before PLAY", async () => {
  const { transport, sockets } = bench();
  await transport.offer(0);
  await transport.accept(0, answer([6000, 6001]));
  transport.punch();
  assert.deepEqual(
    sockets.map(({ sent }) => sent.map(({ port }) => port)),
    [[6000], [6001]],
  );
});

for (const [name, refused, code] of [
  ["no ports", answer(), "source-server-port-missing"],
  ["ports of zero", answer([0, 0]), "source-server-port-missing"],
  ["multicast", { protocol: "RTP/AVP", delivery: "multicast" }, "source-transport-refused"],
] as const) {
  test(`refuses an answer with ${name}`, async () => {
    const { transport } = bench();
    await transport.offer(0);
    await assert.rejects(transport.accept(0, refused), { code });
  });
}

test("closes everything, also what is opened while it closes", async () => {
  const { transport, sockets } = bench();
  await transport.offer(0);
  const late = transport.offer(1);
  transport.close();
  await assert.rejects(late, { code: "source-closed" });
  assert.equal(sockets.length, 4);
  assert.ok(sockets.every(({ closed }) => closed));
});
