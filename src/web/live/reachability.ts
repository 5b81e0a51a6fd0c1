/**
 * What all tiles of the page learn together about WebRTC on this network: once one of them found it blocked, the others don't
 * each wait for the same time-out. Forgotten after a while, and at once when WebRTC works for any of them.
 */
import type { Clock } from "../browser/clock.ts";

/** After this long a tile tries again. */
const FORGET_AFTER_MS = 120_000;

/** See the head of this file. */
export class Reachability {
  readonly #clock: Clock;
  #blockedAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether WebRTC isn't worth a try now. */
  get blocked(): boolean {
    return this.#blockedAt !== undefined && this.#clock.now() - this.#blockedAt < FORGET_AFTER_MS;
  }

  /** WebRTC's packets came through. */
  worked(): void {
    this.#blockedAt = undefined;
  }

  /** Neither UDP nor TCP came through. */
  failed(): void {
    this.#blockedAt = this.#clock.now();
  }
}
