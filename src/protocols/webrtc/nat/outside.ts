/**
 * How clients reach this machine through a NAT: addresses that STUN servers see (`srflx`) and ports of TURN servers (`relay`),
 * over the one UDP port of all sessions. ICE-lite never checks, so a router would keep clients out: each address a client names
 * is sent a packet or two that open the way for it, and is allowed to use the relays.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Network, UdpEndpoint, UdpSocket } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import { isLoopback } from "#base/ip-range.ts";
import type { IceCandidate } from "#formats/jsep/answer.ts";
import { TRANSACTION_BYTES } from "#formats/stun/encoding.ts";
import { printBindingIndication } from "#formats/stun/server-message.ts";
import { candidatePriority } from "#protocols/webrtc/ice/candidates.ts";
import type { IceServer } from "#protocols/webrtc/ice/ice-server.ts";
import { ServerExchange } from "./exchange.ts";
import { Reflexive } from "./reflexive.ts";
import { Relay } from "./relay.ts";
import { iceServerCredentials, type IceServerOptions, readServerAddress, type ServerAddress } from "./server-address.ts";

/** Servers of each kind that are asked. */
const MAX_SERVERS = 4;
/** A server's name that can't be resolved is tried again. */
const RESOLVE_RETRY_MS = 30_000;
/** Addresses of one client that are let in: a phone on two networks, both families, with and without relay. */
const MAX_PEERS = 8;
/** The first packet may come before the client's own has passed its NAT. */
const OPEN_AGAIN_MS = 1_000;
/** RFC 8445 §5.1.2.2. */
const SRFLX_PREFERENCE = 100;
const RELAY_PREFERENCE = 0;

/** What it works with. */
export interface OutsideOptions {
  /** Servers that this machine asks too: those that aren't for clients only. */
  readonly servers: readonly IceServerOptions[];
  readonly network: Network;
  readonly ice: IceServer;
  readonly socket: UdpSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

interface Peers {
  readonly endpoints: Map<string, UdpEndpoint>;
  timer: Timer | undefined;
}

/** See the head of this file. */
export class Outside {
  readonly #options: OutsideOptions;
  readonly #reflexives: Reflexive[] = [];
  readonly #relays: Relay[] = [];
  /** By session. */
  readonly #peers = new Map<object, Peers>();
  readonly #timers = new Set<Timer>();
  readonly #offsets = Uint32Array.of(0);
  readonly #lengths = Uint32Array.of(0);
  #closed = false;

  constructor(options: OutsideOptions) {
    this.#options = options;
    for (const kind of ["stun", "turn"] as const) {
      const known = options.servers.flatMap((server) => {
        const address = readServerAddress(server.url);
        return address?.kind === kind ? [{ server, address }] : [];
      });
      for (const { server, address } of known.slice(0, MAX_SERVERS)) void this.#open(server, address);
    }
    const unknown = options.servers.filter(({ url }) => readServerAddress(url) === undefined).map(({ url }) => url);
    if (unknown.length > 0) options.log.warn({ servers: unknown }, "these are for browsers only: this machine asks over UDP");
  }

  /** Candidates for an answer, as things stand. */
  candidates(): IceCandidate[] {
    const srflx = this.#reflexives.flatMap(({ mapped }) => mapped ?? []);
    const relays = this.#relays.flatMap(({ relayed }) => relayed ?? []);
    return [...toCandidates(srflx, "srflx", SRFLX_PREFERENCE), ...toCandidates(relays, "relay", RELAY_PREFERENCE)];
  }

  /** A session's client may come from these addresses. */
  expect(session: object, endpoints: readonly UdpEndpoint[]): void {
    const peers = this.#peers.get(session) ?? { endpoints: new Map<string, UdpEndpoint>(), timer: undefined };
    this.#peers.set(session, peers);
    const fresh: UdpEndpoint[] = [];
    for (const endpoint of endpoints) {
      const key = `${endpoint.address} ${String(endpoint.port)}`;
      if (peers.endpoints.size >= MAX_PEERS || peers.endpoints.has(key)) continue;
      peers.endpoints.set(key, endpoint);
      fresh.push(endpoint);
    }
    if (fresh.length === 0) return;
    const addresses = fresh.map(({ address }) => address);
    for (const relay of this.#relays) relay.allow(addresses);
    if (this.#reflexives.every(({ mapped }) => mapped === undefined)) return;
    this.#openFor(fresh);
    peers.timer?.cancel();
    peers.timer = this.#options.clock.after("nat", OPEN_AGAIN_MS, () => this.#openFor([...peers.endpoints.values()]));
  }

  /** The session has ended. */
  forget(session: object): void {
    const peers = this.#peers.get(session);
    if (peers === undefined) return;
    this.#peers.delete(session);
    peers.timer?.cancel();
    const addresses = [...peers.endpoints.values()].map(({ address }) => address);
    for (const relay of this.#relays) relay.forbid(addresses);
  }

  /** Idempotent; the socket must still be open. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) timer.cancel();
    for (const session of [...this.#peers.keys()]) this.forget(session);
    for (const reflexive of this.#reflexives) reflexive.close();
    for (const relay of this.#relays) relay.close();
  }

  async #open(server: IceServerOptions, { kind, host, port }: ServerAddress): Promise<void> {
    const { network, ice, socket, clock, random } = this.#options;
    const log = this.#options.log.child({ server: `${kind}:${host}:${String(port)}` });
    const address = await network.resolve(host).catch(() => undefined);
    if (this.#closed) return;
    if (address === undefined) {
      log.warn({ retryMs: RESOLVE_RETRY_MS }, "the server's name can't be resolved");
      const timer = clock.after("nat resolve", RESOLVE_RETRY_MS, () => {
        this.#timers.delete(timer);
        void this.#open(server, { kind, host, port });
      });
      this.#timers.add(timer);
      return;
    }
    const endpoint = { address, port };
    const exchange = new ServerExchange({ socket, server: endpoint, clock, random });
    if (kind === "stun") {
      const reflexive = new Reflexive({ exchange, clock, log });
      this.#reflexives.push(reflexive);
      ice.route(endpoint, (data, range) => void exchange.take(data, range));
      reflexive.start();
      return;
    }
    const relay = new Relay({
      exchange,
      credentials: () => iceServerCredentials(server, clock.wallNow()),
      clock,
      random,
      log,
      onPacket: (packet, from) => ice.receive(packet, from),
    });
    this.#relays.push(relay);
    for (const { endpoints } of this.#peers.values()) relay.allow([...endpoints.values()].map((each) => each.address));
    ice.route(endpoint, (data, range) => relay.receive(data, range));
    relay.start();
  }

  #openFor(endpoints: readonly UdpEndpoint[]): void {
    const { socket, random } = this.#options;
    const packet = printBindingIndication(random.bytes(TRANSACTION_BYTES));
    this.#lengths[0] = packet.length;
    const batch = { buffer: packet, offsets: this.#offsets, lengths: this.#lengths, count: 1 };
    for (const endpoint of endpoints) {
      if (endpoint.port > 0 && !isLoopback(endpoint.address)) socket.sendBatch(batch, [socket.destination(endpoint)]);
    }
  }
}

function toCandidates(
  endpoints: readonly { address: string; port: number }[],
  type: "srflx" | "relay",
  preference: number,
): IceCandidate[] {
  const seen = new Set<string>();
  return endpoints.flatMap(({ address, port }, index) => {
    const key = `${address} ${String(port)}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ transport: "udp", address, port, type, priority: candidatePriority(preference, index) }];
  });
}
