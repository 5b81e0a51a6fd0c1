/**
 * A port of a TURN server's that relays to us (RFC 8656): one for all sessions. Viewers may send to it once their addresses have
 * permission, which holds for five minutes and is renewed as long as somebody needs it. What they send comes here as if they had
 * sent it to our own port; what goes to them travels in send indications (36 bytes more in each packet; channels would save 32,
 * and cost a binding per viewer).
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { UdpEndpoint } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import { type StunEndpoint, TRANSACTION_BYTES } from "#formats/stun/encoding.ts";
import { type LongTermCredentials, longTermKey, MAX_PERMISSIONS, printSendIndication } from "#formats/stun/server-message.ts";
import type { Remote } from "#protocols/webrtc/ice/remote.ts";
import type { Question, ServerExchange, ServerReply } from "./exchange.ts";

/** Permissions hold for 300 s (RFC 8656 §9). */
const RENEW_PERMISSIONS_MS = 240_000;
/** An allocation is refreshed this long before its end at least. */
const REFRESH_MARGIN_S = 60;
const DEFAULT_LIFETIME_S = 600;
const MIN_REFRESH_S = 30;
const FIRST_RETRY_MS = 5_000;
const MAX_RETRY_MS = 120_000;
/** Viewers told apart; a forgotten one is made again by its next packet. */
const MAX_PEERS = 1024;
/** Codes that name another realm or nonce to use (RFC 8489 §9.2.4). */
const UNAUTHENTICATED = 401;
const STALE_NONCE = 438;

/** What a relay works with. */
export interface RelayOptions {
  readonly exchange: ServerExchange;
  /** Asked for each allocation: some hold for a time. */
  readonly credentials: () => { readonly username: string; readonly password: string };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Somebody sent this to the relayed port; valid during the call only. */
  readonly onPacket: (packet: Buffer, from: Remote) => void;
}

/** See the head of this file. */
export class Relay {
  readonly #options: RelayOptions;
  readonly #peers = new Map<string, Remote>();
  /** Addresses that may send, with how many need it. */
  readonly #permitted = new Map<string, number>();
  #credentials: LongTermCredentials | undefined;
  #relayed: StunEndpoint | undefined;
  #state: "open" | "closed" = "open";
  #timer: Timer | undefined;
  #renewal: Timer | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** The server's port; undefined while there is none. */
  get relayed(): StunEndpoint | undefined {
    return this.#relayed;
  }

  start(): void {
    void this.#allocate();
    this.#renewal = this.#options.clock.every("turn permissions", RENEW_PERMISSIONS_MS, () => {
      void this.#permit([...this.#permitted.keys()]);
    });
  }

  /** These addresses may send from now on, until `forbid` is called as often. */
  allow(addresses: readonly string[]): void {
    const fresh = addresses.filter((address) => !this.#permitted.has(address));
    for (const address of addresses) this.#permitted.set(address, (this.#permitted.get(address) ?? 0) + 1);
    if (fresh.length > 0) void this.#permit(fresh);
  }

  /** They need it no longer. */
  forbid(addresses: readonly string[]): void {
    for (const address of addresses) {
      const left = (this.#permitted.get(address) ?? 0) - 1;
      if (left > 0) this.#permitted.set(address, left);
      else this.#permitted.delete(address);
    }
  }

  /** Takes in a datagram of the server. */
  receive(buffer: Buffer, range: { start: number; end: number }): void {
    const data = this.#options.exchange.take(buffer, range);
    if (data !== undefined && this.#relayed !== undefined) this.#options.onPacket(data.data, this.#remote(data.peer));
  }

  /** Gives the port back. Idempotent. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#timer?.cancel();
    this.#renewal?.cancel();
    const { exchange } = this.#options;
    if (this.#relayed !== undefined) void exchange.ask({ method: "refresh", lifetimeS: 0 }, this.#credentials);
    this.#relayed = undefined;
    // The question has gone out by now; nobody waits for its answer.
    exchange.close();
  }

  async #allocate(): Promise<void> {
    const { clock, log } = this.#options;
    this.#credentials = undefined;
    const reply = await this.#ask({ method: "allocate" });
    if (this.#state === "closed") return;
    if (reply.kind === "answer" && reply.relayed !== undefined) {
      this.#retryMs = FIRST_RETRY_MS;
      this.#relayed = reply.relayed;
      log.info({ address: reply.relayed.address, port: reply.relayed.port }, "a TURN server relays to the WebRTC port");
      void this.#permit([...this.#permitted.keys()]);
      this.#refreshIn(reply.lifetimeS);
      return;
    }
    this.#relayed = undefined;
    const reason = reply.kind === "error" ? String(reply.code) : reply.kind;
    log.warn({ reason, retryMs: this.#retryMs }, "the TURN server gives no port");
    this.#timer = clock.after("turn retry", this.#retryMs, () => void this.#allocate());
    this.#retryMs = Math.min(this.#retryMs * 2, MAX_RETRY_MS);
  }

  #refreshIn(lifetimeS = DEFAULT_LIFETIME_S): void {
    const seconds = Math.max(MIN_REFRESH_S, Math.min(lifetimeS / 2, lifetimeS - REFRESH_MARGIN_S));
    this.#timer = this.#options.clock.after("turn refresh", seconds * 1000, () => void this.#refresh());
  }

  async #refresh(): Promise<void> {
    const reply = await this.#ask({ method: "refresh", lifetimeS: DEFAULT_LIFETIME_S });
    if (this.#state === "closed") return;
    if (reply.kind === "answer") this.#refreshIn(reply.lifetimeS);
    else await this.#allocate();
  }

  async #permit(addresses: readonly string[]): Promise<void> {
    for (let from = 0; from < addresses.length && this.#relayed !== undefined; from += MAX_PERMISSIONS) {
      const peers = addresses.slice(from, from + MAX_PERMISSIONS);
      const reply = await this.#ask({ method: "create-permission", peers });
      // One address that the server refuses (another family, its own network) spoils the request for all of them.
      if (reply.kind !== "error" || peers.length === 1) continue;
      for (const peer of peers) await this.#ask({ method: "create-permission", peers: [peer] });
    }
  }

  /** Asks, and once more where the server says with which realm or nonce. */
  async #ask(question: Question): Promise<ServerReply> {
    const { exchange, credentials } = this.#options;
    const reply = await exchange.ask(question, this.#credentials);
    if (reply.kind !== "error" || this.#state === "closed") return reply;
    const { code, realm, nonce } = reply;
    const isNew = code === STALE_NONCE || (code === UNAUTHENTICATED && this.#credentials === undefined);
    if (!isNew || nonce === undefined) return reply;
    const { username, password } = credentials();
    const named = realm ?? this.#credentials?.realm ?? "";
    this.#credentials = { username, realm: named, nonce, key: longTermKey(username, named, password) };
    return exchange.ask(question, this.#credentials);
  }

  #remote(peer: StunEndpoint): Remote {
    const key = `relay ${peer.address}:${String(peer.port)}`;
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.#peers.size >= MAX_PEERS ? this.#peers.keys() : [];
    if (oldest !== undefined) this.#peers.delete(oldest);
    const remote = new RelayedRemote(key, peer, (packet) => this.#send(peer, packet));
    this.#peers.set(key, remote);
    return remote;
  }

  #send(peer: StunEndpoint, packet: Buffer): boolean {
    const { exchange, random } = this.#options;
    return exchange.send(printSendIndication(random.bytes(TRANSACTION_BYTES), peer, packet));
  }
}

class RelayedRemote implements Remote {
  readonly transport = "udp";
  readonly local = "relay";
  readonly destination = undefined;
  readonly pendingBytes = 0;
  readonly takenBytes = 0;
  readonly key: string;
  readonly endpoint: UdpEndpoint;
  readonly send: (packet: Buffer) => boolean;

  constructor(key: string, endpoint: UdpEndpoint, send: (packet: Buffer) => boolean) {
    this.key = key;
    this.endpoint = endpoint;
    this.send = send;
  }
}
