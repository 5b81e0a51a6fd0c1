/**
 * What a health check is: a question with a name and a period, asked of whoever knows. Its finding is an error of the
 * catalogue, so that page, API, journal and command line say the same in both languages, with what to do about it.
 */
import type { SluiceError } from "#base/errors.ts";

/** How bad a finding is: `degraded` goes on working, `failed` doesn't. */
export type Severity = "degraded" | "failed";

/** Something that isn't well. */
export interface HealthFinding {
  readonly severity: Severity;
  readonly error: SluiceError;
}

/** In words, what a check could look at and what it couldn't, and why. */
export interface Unseen {
  readonly en: string;
  readonly zh: string;
}

/** A question about one part; asked every `periodMs`. */
export interface HealthCheck {
  /** Stable, in kebab-case: `disk`, `clock`, `event-loop`. */
  readonly name: string;
  readonly periodMs: number;
  /** Undefined when all is well, or the machine doesn't tell. Rejects only for programming errors. */
  check(): HealthFinding | undefined | Promise<HealthFinding | undefined>;
  /** What the last `check` could not look at, where it found nothing; undefined where it looked at all of it. */
  unseen?(): Unseen | undefined;
}
