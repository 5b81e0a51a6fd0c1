/**
 * The second ring: whether this process may tell its service manager that it is alive. It may when the event loop has turned in
 * time, memory is within its limit and every critical part has said so itself since the last time. A bare timer would prove
 * that timers run, and nothing else.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";

/** A part without which this process is of no use. */
export interface VitalPart {
  readonly name: string;
  /** Why it isn't well, for the log; undefined when it is. */
  fault(): string | undefined;
}

/** What is fed, and on what condition. */
export interface WatchdogOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** How often feeding is due, milliseconds. */
  readonly intervalMs: number;
  readonly vital: readonly VitalPart[];
  readonly feed: () => void;
}

/** A loop that came back later than this after it was due was not alive meanwhile, milliseconds. */
const MAX_LAG_MS = 5000;

/** See the head of this file. */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #timer: Timer;
  #dueAt: number;
  #starved = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#dueAt = options.clock.now() + options.intervalMs;
    this.#timer = options.clock.every("watchdog", options.intervalMs, () => {
      this.#beat();
    });
  }

  /** Why it would not be fed now; empty when all is well. */
  faults(): readonly string[] {
    return this.#options.vital.flatMap((part) => {
      const fault = part.fault();
      return fault === undefined ? [] : [`${part.name}: ${fault}`];
    });
  }

  /** Feeds no more. Idempotent. */
  close(): void {
    this.#timer.cancel();
  }

  #beat(): void {
    const { clock, log, intervalMs, feed } = this.#options;
    const now = clock.now();
    const lag = now - this.#dueAt;
    this.#dueAt = now + intervalMs;
    const faults = lag > MAX_LAG_MS ? [`event loop: ${String(Math.round(lag))} ms late`, ...this.faults()] : this.faults();
    if (faults.length === 0) {
      if (this.#starved) log.info({}, "the watchdog is fed again");
      this.#starved = false;
      feed();
      return;
    }
    // Said once: what follows is a restart, or its end.
    if (!this.#starved) log.error({ faults }, "the watchdog is not fed");
    this.#starved = true;
  }
}
