/** How late the event loop comes to what is due, measured by a timer that is looked at twice a second. */
import type { Clock, Timer } from "#base/clock.ts";

const INTERVAL_MS = 500;

/** See the head of this file. */
export class LoopLag {
  readonly #timer: Timer;
  #dueAt: number;
  #worst = 0;

  constructor(clock: Clock) {
    this.#dueAt = clock.now() + INTERVAL_MS;
    this.#timer = clock.every("loop lag", INTERVAL_MS, () => {
      const now = clock.now();
      this.#worst = Math.max(this.#worst, now - this.#dueAt);
      this.#dueAt = now + INTERVAL_MS;
    });
  }

  /** The worst since this was last asked, milliseconds. */
  take(): number {
    const worst = this.#worst;
    this.#worst = 0;
    return worst;
  }

  /** Measures no more. Idempotent. */
  close(): void {
    this.#timer.cancel();
  }
}
