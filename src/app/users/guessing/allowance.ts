/** So many at once and then one every while: a bucket that fills again. */
import type { Clock } from "#base/clock.ts";

/** See the head of this file. */
export class Allowance {
  readonly #clock: Pick<Clock, "now">;
  readonly #limits: { readonly atOnce: number; readonly everyMs: number };
  #left: number;
  #at: number;

  constructor(clock: Pick<Clock, "now">, limits: { readonly atOnce: number; readonly everyMs: number }) {
    this.#clock = clock;
    this.#limits = limits;
    this.#left = limits.atOnce;
    this.#at = clock.now();
  }

  /** Milliseconds until the next one; 0 for now. */
  get wait(): number {
    this.#fill();
    return this.#left >= 1 ? 0 : Math.ceil((1 - this.#left) * this.#limits.everyMs);
  }

  /** Takes one, whether or not there is one. */
  take(): void {
    this.#fill();
    this.#left = Math.max(0, this.#left - 1);
  }

  /** Nothing is left. */
  empty(): void {
    this.#left = 0;
    this.#at = this.#clock.now();
  }

  #fill(): void {
    const now = this.#clock.now();
    const { atOnce, everyMs } = this.#limits;
    this.#left = Math.min(atOnce, this.#left + (now - this.#at) / everyMs);
    this.#at = now;
  }
}
