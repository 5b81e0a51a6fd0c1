/**
 * The second ring: whether this process may tell its service manager that it is alive. It may when the event loop has turned in
 * time, memory is within its limit and every critical part has said so itself since the last time. A bare timer would prove
 * that timers run, and nothing else.
 *
 * A single stall isn't a hang: a card that takes seconds for one page of the program or one small file stops the loop for that
 * long, and a restart would read far more from it. So a beat that comes late is looked at again soon, and fed if that look is in
 * time; a loop that is late again and again isn't fed. Fed four times within what the watchdog allows (10 s, `WatchdogSec=`),
 * one stall of 7 s passes wherever it falls: 2.5 s since the last beat, 7 s, half a second until the second look.
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

/** A beat that comes later than so many intervals after it was due is late. */
const LATE_INTERVALS = 2;
/** When a late one is looked at again, milliseconds. */
const SECOND_LOOK_MS = 500;

/** See the head of this file. */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #timer: Timer;
  #secondLook: Timer | undefined;
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
    this.#secondLook?.cancel();
  }

  #beat(): void {
    const { clock, intervalMs } = this.#options;
    const lag = clock.now() - this.#dueAt;
    this.#dueAt = clock.now() + intervalMs;
    this.#look(lag);
  }

  #look(lag: number): void {
    const { clock, log, intervalMs, feed } = this.#options;
    const late = lag > LATE_INTERVALS * intervalMs;
    const faults = late ? [`event loop: ${String(Math.round(lag))} ms late`, ...this.faults()] : this.faults();
    this.#secondLook?.cancel();
    if (late) {
      const dueAt = clock.now() + SECOND_LOOK_MS;
      this.#secondLook = clock.after("watchdog, second look", SECOND_LOOK_MS, () => {
        this.#look(clock.now() - dueAt);
      });
    }
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
