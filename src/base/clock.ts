/**
 * Time as a collaborator: the only file that touches the runtime's timers and clocks. Every timer has a name and an owner
 * who cancels it; the open ones can be listed for diagnostics. All durations are milliseconds on a monotonic clock.
 */

/** A pending timer. `cancel` is idempotent; a fired one-shot timer counts as cancelled. */
export interface Timer {
  readonly name: string;
  cancel(): void;
  [Symbol.dispose](): void;
}

/** Source of time, injected everywhere. Tests pass a manual one. */
export interface Clock {
  /** Monotonic milliseconds (fractional), from an arbitrary origin. */
  now(): number;
  /** Milliseconds since 1970-01-01 UTC; may jump when the machine's clock is set. */
  wallNow(): number;
  /** Calls `run` once after `ms` (≥ 0). */
  after(name: string, ms: number, run: () => void): Timer;
  /** Calls `run` every `ms` (> 0) until cancelled. */
  every(name: string, ms: number, run: () => void): Timer;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
  sleep(name: string, ms: number, signal?: AbortSignal): Promise<void>;
  /** Names of timers not yet fired or cancelled, for diagnostics and leak checks. */
  openTimers(): readonly string[];
}

/** What comes every so many of these is done together with everything else that is due then: one wake-up of the processor for all. */
const TICK_MS = 500;

class SystemTimer implements Timer {
  readonly name: string;
  readonly #open: Set<SystemTimer>;
  readonly #ticks: SharedTicks | undefined;
  #handle: NodeJS.Timeout | undefined;

  constructor(name: string, open: Set<SystemTimer>, ticks?: SharedTicks) {
    this.name = name;
    this.#open = open;
    this.#ticks = ticks;
    open.add(this);
  }

  start(handle: NodeJS.Timeout): this {
    this.#handle = handle;
    return this;
  }

  fired(): void {
    this.#open.delete(this);
  }

  cancel(): void {
    clearTimeout(this.#handle);
    this.#ticks?.delete(this);
    this.#open.delete(this);
  }

  [Symbol.dispose](): void {
    this.cancel();
  }
}

/** One interval for all timers whose period is a multiple of it; there while there are any. A first turn comes up to a tick early. */
class SharedTicks {
  readonly #members = new Map<SystemTimer, { readonly ticks: number; readonly run: () => void; next: number }>();
  #interval: NodeJS.Timeout | undefined;
  #now = 0;
  #at = 0;

  add(timer: SystemTimer, { ms, run }: { readonly ms: number; readonly run: () => void }): void {
    const ticks = ms / TICK_MS;
    this.#members.set(timer, { ticks, run, next: this.#now + ticks });
    if (this.#interval !== undefined) return;
    this.#at = performance.now();
    this.#interval = setInterval(() => {
      this.#tick();
    }, TICK_MS);
  }

  delete(timer: SystemTimer): void {
    this.#members.delete(timer);
    if (this.#members.size > 0) return;
    clearInterval(this.#interval);
    this.#interval = undefined;
  }

  /** After a hang each comes once. One that another's turn cancels comes no more. */
  #tick(): void {
    const at = performance.now();
    this.#now += Math.max(1, Math.round((at - this.#at) / TICK_MS));
    this.#at = at;
    for (const member of this.#members.values()) {
      if (member.next > this.#now) continue;
      member.next = this.#now + member.ticks;
      member.run();
    }
  }
}

/** The machine's clock. */
export class SystemClock implements Clock {
  readonly #open = new Set<SystemTimer>();
  readonly #ticks = new SharedTicks();

  now(): number {
    return performance.now();
  }

  wallNow(): number {
    return Date.now();
  }

  after(name: string, ms: number, run: () => void): Timer {
    const timer = new SystemTimer(name, this.#open);
    return timer.start(
      setTimeout(() => {
        timer.fired();
        run();
      }, ms),
    );
  }

  every(name: string, ms: number, run: () => void): Timer {
    if (ms % TICK_MS !== 0) {
      const timer = new SystemTimer(name, this.#open);
      return timer.start(setInterval(run, ms));
    }
    const timer = new SystemTimer(name, this.#open, this.#ticks);
    this.#ticks.add(timer, { ms, run });
    return timer;
  }

  sleep(name: string, ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, { name, ms, ...(signal === undefined ? {} : { signal }) });
  }

  openTimers(): readonly string[] {
    return [...this.#open].map((timer) => timer.name);
  }
}

/** Promise form of `Clock.after`, shared by every clock. */
export function sleepOn(clock: Clock, what: { name: string; ms: number; signal?: AbortSignal }): Promise<void> {
  const { name, ms, signal } = what;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timer.cancel();
      reject(signal?.reason as Error);
    };
    if (signal?.aborted === true) {
      reject(signal.reason as Error);
      return;
    }
    const timer = clock.after(name, ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}
