/**
 * ICE-lite of one session (RFC 8445 §2.5, §6.1.1): we answer checks and never make any. The other side is the controlling one;
 * the address it nominates is where we send, and until then the first one that proved itself. Consent (RFC 7675) is given by
 * its checks: who stays silent for `CONSENT_MS` is gone.
 */
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { IceCredentials } from "#formats/jsep/offer.ts";
import { hasIntegrity, printBindingError, printBindingSuccess, type StunMessage } from "#formats/stun/message.ts";
import type { Remote } from "./remote.ts";

/** RFC 7675 §5.1: consent expires after 30 s; browsers renew it every 2…6 s, so an earlier end is certain enough. */
export const CONSENT_MS = 20_000;
/** Addresses one session may check from: a phone on two networks, both address families, some ports. */
const MAX_REMOTES = 8;

/** What the session hears of its agent. */
export interface AgentEvents {
  /** An address has proved itself, the first one or another than before. */
  selected(remote: Remote): void;
  /** A datagram that isn't STUN, from an address that has proved itself; valid during the call only. */
  data(packet: Buffer, from: Remote): void;
}

/** See the head of this file. */
export class IceAgent {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #events: AgentEvents;
  readonly #remotes = new Map<string, Remote>();
  #local: IceCredentials;
  #remote: IceCredentials;
  #selected: Remote | undefined;
  #nominated = false;
  #heardAt: number;

  constructor(options: { clock: Clock; random: Random; remote: IceCredentials; events: AgentEvents }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#events = options.events;
    this.#remote = options.remote;
    this.#local = makeCredentials(options.random);
    this.#heardAt = options.clock.now();
  }

  get credentials(): IceCredentials {
    return this.#local;
  }

  /** Credentials of the other side, by which a restart is told. */
  get remoteCredentials(): IceCredentials {
    return this.#remote;
  }

  /** Where to send; undefined before the first valid check. */
  get selected(): Remote | undefined {
    return this.#selected;
  }

  /** Keys of the addresses that have proved themselves. */
  get remoteKeys(): readonly string[] {
    return [...this.#remotes.keys()];
  }

  /** Monotonic ms of the last valid check; of its making before the first. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** New credentials on both sides (RFC 8445 §9); media goes on where it goes until a new address is nominated. */
  restart(remote: IceCredentials): void {
    this.#remote = remote;
    this.#local = makeCredentials(this.#random);
    this.#nominated = false;
  }

  /** Whether `remote` has proved itself. */
  knows(remote: Remote): boolean {
    return this.#remotes.has(remote.key);
  }

  /** Answers a check of ours; true when it was valid, and `remote` belongs to this session from now on. */
  check(message: StunMessage, packet: { buffer: Buffer; range: { start: number; end: number } }, remote: Remote): boolean {
    if (message.kind !== "request" || !hasIntegrity(message, packet, this.#local.pwd)) return false;
    if (message.username !== `${this.#local.ufrag}:${this.#remote.ufrag}`) return false;
    if (message.controlled) {
      remote.send(printBindingError(message.transactionId, { code: 487, reason: "Role Conflict" }, this.#local.pwd));
      return false;
    }
    if (!this.#remotes.has(remote.key) && !this.#add(remote)) return false;
    this.#heardAt = this.#clock.now();
    remote.send(printBindingSuccess(message.transactionId, remote.endpoint, this.#local.pwd));
    if (this.#selected === undefined || (message.useCandidate && (!this.#nominated || this.#selected.key !== remote.key))) {
      this.#nominated ||= message.useCandidate;
      const changed = this.#selected?.key !== remote.key;
      this.#selected = remote;
      if (changed) this.#events.selected(remote);
    }
    return true;
  }

  /** A datagram that isn't STUN came from an address that has proved itself. */
  receive(packet: Buffer, from: Remote): void {
    this.#events.data(packet, from);
  }

  /** An address is gone (its connection closed). */
  lose(remote: Remote): void {
    this.#remotes.delete(remote.key);
    if (this.#selected?.key === remote.key) this.#nominated = false;
  }

  /** Over the limit the oldest unused address makes room. */
  #add(remote: Remote): boolean {
    if (this.#remotes.size >= MAX_REMOTES) {
      const oldest = [...this.#remotes.keys()].find((key) => key !== this.#selected?.key);
      if (oldest === undefined) return false;
      this.#remotes.delete(oldest);
    }
    this.#remotes.set(remote.key, remote);
    return true;
  }
}

/** RFC 8445 §5.3 asks for 24 bits of randomness in the fragment and 128 in the password. */
function makeCredentials(random: Random): IceCredentials {
  return { ufrag: random.bytes(12).toString("hex"), pwd: random.bytes(18).toString("hex") };
}
