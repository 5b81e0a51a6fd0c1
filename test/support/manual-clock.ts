/**
 * A clock that stands still until the test moves it. Timers fire in the order of their times, each at its own time, so a
 * test sees what the program sees when nothing is late; `stall` makes them late. `run` also lets promises settle between timers.
 */
import { sleepOn, type Clock, type Timer } from "#base/clock.ts";

/** Timers fired by one `advance` before it is taken for an endless loop. */
const MAX_FIRINGS = 1_000_000;

class ManualTimer implements Timer {
  readonly name: string;
  readonly run: () => void;
  readonly periodMs: number | undefined;
  readonly order: number;
  readonly #open: Set<ManualTimer>;
  at: number;

  constructor(
    what: { name: string; at: number; order: number; periodMs: number | undefined; run: () => void },
    open: Set<ManualTimer>,
  ) {
    this.name = what.name;
    this.at = what.at;
    this.order = what.order;
    this.periodMs = what.periodMs;
    this.run = what.run;
    this.#open = open;
    open.add(this);
  }

  cancel(): void {
    this.#open.delete(this);
  }

  [Symbol.dispose](): void {
    this.cancel();
  }
}

/** See the head of this file. */
export class ManualClock implements Clock {
  readonly #open = new Set<ManualTimer>();
  #now: number;
  #wallOffset: number;
  #order = 0;

  constructor(options: { now?: number; wall?: number } = {}) {
    this.#now = options.now ?? 1000;
    this.#wallOffset = (options.wall ?? Date.UTC(2026, 8, 1)) - this.#now;
  }

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return this.#now + this.#wallOffset;
  }

  /** Sets the machine's clock, as time synchronisation does; monotonic time doesn't move. */
  setWall(ms: number): void {
    this.#wallOffset = ms - this.#now;
  }

  after(name: string, ms: number, run: () => void): Timer {
    return this.#add({ name, ms, periodMs: undefined, run });
  }

  every(name: string, ms: number, run: () => void): Timer {
    return this.#add({ name, ms, periodMs: ms, run });
  }

  sleep(name: string, ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, { name, ms, ...(signal === undefined ? {} : { signal }) });
  }

  openTimers(): readonly string[] {
    return [...this.#open].map((timer) => timer.name);
  }

  /** Moves time on by `ms`, firing what falls due. Promises settle only after it returned. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let fired = 0; this.#fireNext(until); fired++) if (fired > MAX_FIRINGS) throw new Error("timers never end");
    this.#now = until;
  }

  /** Lets time go by while nothing runs, as in a process that hangs; what fell due fires at the next `advance`, late. */
  stall(ms: number): void {
    this.#now += ms;
  }

  /** Like `advance`, with promises settled before, between and after the timers. */
  async run(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let fired = 0; this.#fireNext(until); fired++) {
      if (fired > MAX_FIRINGS) throw new Error("timers never end");
      await settle();
    }
    this.#now = until;
    await settle();
  }

  #add(what: { name: string; ms: number; periodMs: number | undefined; run: () => void }): Timer {
    this.#order += 1;
    const { name, ms, periodMs, run } = what;
    return new ManualTimer({ name, at: this.#now + Math.max(0, ms), order: this.#order, periodMs, run }, this.#open);
  }

  #fireNext(until: number): boolean {
    let next: ManualTimer | undefined;
    for (const timer of this.#open) {
      if (timer.at > until) continue;
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    if (next === undefined) return false;
    this.#now = Math.max(this.#now, next.at);
    if (next.periodMs === undefined) this.#open.delete(next);
    else next.at = this.#now + Math.max(1, next.periodMs);
    next.run();
    return true;
  }
}

/** Lets everything that is already resolved run. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
