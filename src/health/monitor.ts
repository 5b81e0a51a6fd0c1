/**
 * Asks every check when it is due and keeps the answers: one report for the page, the API, metrics, the command line and the
 * journal. A change is told once; a check that doesn't answer in time counts as failed until it does.
 */
import type { Clock, Timer } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { healthError } from "./errors.ts";
import type { HealthCheck, HealthFinding } from "./health-check.ts";

/** Checks that can be registered; each is one entry of the report. */
export const MAX_CHECKS = 64;
/** A check that takes longer counts as failed; it is not asked again before it answers. */
const ANSWER_MS = 10_000;
/** How often the journal gets a summary. */
const SUMMARY_MS = 3_600_000;
/** How often it is looked for checks that are due. */
const TICK_MS = 1000;

/** What is known of one part. */
export interface HealthEntry {
  readonly name: string;
  /** Undefined when all is well. */
  readonly finding: HealthFinding | undefined;
  /** When it became so, milliseconds since 1970. */
  readonly since: number;
}

/** All entries, in the order their checks were given. */
export interface HealthSummary {
  readonly state: "ok" | "degraded" | "failed";
  readonly entries: readonly HealthEntry[];
}

interface Watched {
  readonly check: HealthCheck;
  entry: HealthEntry;
  dueAt: number;
  askedAt: number | undefined;
}

/** See the head of this file. */
export class HealthMonitor {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #watched: readonly Watched[];
  #timer: Timer | undefined;
  #summaryAt: number;
  #changes = 0;

  constructor(options: { clock: Clock; log: Logger; checks: readonly HealthCheck[] }) {
    if (options.checks.length > MAX_CHECKS) throw new RangeError(`more than ${String(MAX_CHECKS)} checks`);
    this.#clock = options.clock;
    this.#log = options.log;
    const [now, since] = [options.clock.now(), options.clock.wallNow()];
    this.#summaryAt = now + SUMMARY_MS;
    this.#watched = options.checks.map((check) => ({
      check,
      entry: { name: check.name, finding: undefined, since },
      dueAt: now,
      askedAt: undefined,
    }));
  }

  /** Begins to ask. Idempotent. */
  start(): void {
    this.#timer ??= this.#clock.every("health", TICK_MS, () => {
      this.#tick();
    });
    this.#tick();
  }

  /** How all is now. */
  report(): HealthSummary {
    const entries = this.#watched.map(({ entry }) => entry);
    const severities = entries.map(({ finding }) => finding?.severity);
    const state = severities.includes("failed") ? "failed" : severities.includes("degraded") ? "degraded" : "ok";
    return { state, entries };
  }

  /** Tells how all is, and was since the last time. */
  summarise(): void {
    this.#summaryAt = this.#clock.now() + SUMMARY_MS;
    const { state, entries } = this.report();
    const unwell = entries.filter(({ finding }) => finding !== undefined).map(({ name }) => name);
    this.#log.info({ state, unwell, changes: this.#changes }, "health of the last hour");
    this.#changes = 0;
  }

  /** Asks no more. Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tick(): void {
    const now = this.#clock.now();
    for (const watched of this.#watched) {
      if (watched.askedAt !== undefined) {
        if (now - watched.askedAt > ANSWER_MS) this.#put(watched, this.#unanswered(watched));
      } else if (now >= watched.dueAt) {
        this.#ask(watched, now);
      }
    }
    if (now >= this.#summaryAt) this.summarise();
  }

  #ask(watched: Watched, now: number): void {
    watched.dueAt = now + watched.check.periodMs;
    try {
      const answer = watched.check.check();
      if (!(answer instanceof Promise)) {
        this.#put(watched, answer);
        return;
      }
      watched.askedAt = now;
      void answer
        .catch((error: unknown) => this.#broken(watched, error))
        .then((finding) => {
          watched.askedAt = undefined;
          if (this.#timer !== undefined) this.#put(watched, finding);
        });
    } catch (error) {
      this.#put(watched, this.#broken(watched, error));
    }
  }

  #put(watched: Watched, finding: HealthFinding | undefined): void {
    const { entry } = watched;
    if (entry.finding?.severity === finding?.severity && entry.finding?.error.code === finding?.error.code) {
      watched.entry = { ...entry, finding }; // the same trouble: its figures may be newer
      return;
    }
    watched.entry = { name: entry.name, finding, since: this.#clock.wallNow() };
    this.#changes += 1;
    const { name: check } = entry;
    if (finding === undefined) this.#log.info({ check }, "well again");
    else if (finding.severity === "degraded") this.#log.warn({ check, reason: finding.error }, "not well");
    else this.#log.error({ check, reason: finding.error }, "failed");
  }

  #unanswered({ check }: Watched): HealthFinding {
    return { severity: "failed", error: healthError("health-no-answer", { details: { check: check.name } }) };
  }

  #broken({ check }: Watched, error: unknown): HealthFinding {
    const details = { check: check.name, reason: messageOf(error) };
    return { severity: "degraded", error: healthError("health-check-broken", { details, cause: error }) };
  }
}
