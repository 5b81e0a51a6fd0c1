/**
 * How many connections may be open. A connection is unfinished until it has a session. One address may hold a number of
 * unfinished ones (loopback any number); the whole server a number of connections. Over a limit the oldest unfinished one
 * goes, so that a flood throws itself out and a viewer who plays stays. IPv6 addresses count by their /64, since one machine
 * owns all of it.
 */
import type { SluiceError } from "#base/errors.ts";
import { isLoopback, networkOf } from "#base/ip-range.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";

/** Limits of one listener. */
export interface AdmissionLimits {
  /** Unfinished connections of one address other than loopback. */
  readonly perAddress: number;
  /** Connections altogether. */
  readonly total: number;
}

/** As decided for hostile networks: a wall of 64 recorders' channels fits, a flood doesn't. */
export const ADMISSION_LIMITS: AdmissionLimits = { perAddress: 32, total: 512 };

/** A connection as far as admission cares. */
export interface AdmittedConnection {
  readonly address: string;
  /** Whether it serves a purpose by now: it has a session. */
  readonly finished: boolean;
  close(error: SluiceError): void;
}

/** Open connections and the limits on them. */
export class Admission {
  readonly #limits: AdmissionLimits;
  /** In order of arrival. */
  readonly #open = new Set<AdmittedConnection>();

  constructor(limits: AdmissionLimits = ADMISSION_LIMITS) {
    this.#limits = limits;
  }

  /** Open connections. */
  get size(): number {
    return this.#open.size;
  }

  /** Lets `newcomer` in, closing an older one where a limit asks for it; false when it must be closed itself. */
  admit(newcomer: AdmittedConnection): boolean {
    if (!isLoopback(newcomer.address)) this.#makeRoomFor(networkOf(newcomer.address));
    if (this.#open.size >= this.#limits.total && !this.#closeOldest(() => true)) return false;
    this.#open.add(newcomer);
    return true;
  }

  /** Forgets a closed connection. */
  release(connection: AdmittedConnection): void {
    this.#open.delete(connection);
  }

  #makeRoomFor(network: string): void {
    const sameNetwork = (other: AdmittedConnection): boolean => networkOf(other.address) === network;
    let unfinished = 0;
    for (const other of this.#open) if (!other.finished && sameNetwork(other)) unfinished += 1;
    if (unfinished >= this.#limits.perAddress) this.#closeOldest(sameNetwork);
  }

  #closeOldest(eligible: (connection: AdmittedConnection) => boolean): boolean {
    for (const other of this.#open) {
      if (other.finished || !eligible(other)) continue;
      this.#open.delete(other);
      other.close(rtspServerError("rtsp-too-many-connections", { details: { max: this.#limits.total } }));
      return true;
    }
    return false;
  }
}
