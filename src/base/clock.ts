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

class SystemTimer implements Timer {
  readonly name: string;
  readonly #open: Set<SystemTimer>;
  #handle: NodeJS.Timeout | undefined;

  constructor(name: string, open: Set<SystemTimer>) {
    this.name = name;
    this.#open = open;
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
    this.#open.delete(this);
  }

  [Symbol.dispose](): void {
    this.cancel();
  }
}

/** The machine's clock. */
export class SystemClock implements Clock {
  readonly #open = new Set<SystemTimer>();

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
    const timer = new SystemTimer(name, this.#open);
    return timer.start(setInterval(run, ms));
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
