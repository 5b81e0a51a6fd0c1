/** The page's clock under a test's hand. */
import type { Clock, Timer } from "#web/browser/clock.ts";

interface Pending {
  at: number;
  readonly every: number | undefined;
  readonly run: () => void;
}

/** Time goes on only by `advance`. */
export class ManualPageClock implements Clock {
  readonly #pending = new Set<Pending>();
  #now = 0;

  /** Timers that are neither over nor cancelled. */
  get open(): number {
    return this.#pending.size;
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    return this.#add({ at: this.#now + ms, every: undefined, run });
  }

  every(ms: number, run: () => void): Timer {
    return this.#add({ at: this.#now + ms, every: ms, run });
  }

  /** Lets `ms` pass and runs what is due, in its order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#pending].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#now = next.at;
      if (next.every === undefined) this.#pending.delete(next);
      else next.at += next.every;
      next.run();
    }
    this.#now = end;
  }

  #add(pending: Pending): Timer {
    this.#pending.add(pending);
    return { cancel: () => this.#pending.delete(pending) };
  }
}
