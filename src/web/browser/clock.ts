/** Time in the browser: the only file of the page that touches timers and clocks. Everything else takes a `Clock`. */

/** A pending timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/** Source of time. All durations are milliseconds. */
export interface Clock {
  /** Monotonic, from an arbitrary origin. */
  now(): number;
  /** Since 1970-01-01 UTC. */
  wallNow(): number;
  after(ms: number, run: () => void): Timer;
  every(ms: number, run: () => void): Timer;
}

/** The browser's clock. */
export const browserClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  after: (ms, run) => {
    const handle = setTimeout(run, ms);
    return { cancel: () => clearTimeout(handle) };
  },
  every: (ms, run) => {
    const handle = setInterval(run, ms);
    return { cancel: () => clearInterval(handle) };
  },
};
