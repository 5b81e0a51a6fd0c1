/**
 * Jobs of the schedule (`schedule:` of the configuration).
 *
 * - `GET /api/jobs` (viewer): `JobList`
 */
import type { Explanation } from "./answers.ts";

/** Answer of `GET /api/jobs`, in the order of the configuration. */
export interface JobList {
  readonly now: number;
  readonly jobs: readonly JobView[];
}

/** A job. Times are milliseconds since 1970. */
export interface JobView {
  readonly name: string;
  readonly job: "restart-camera" | "report-health" | "backup-configuration";
  readonly camera: string | null;
  /** As it is written: minute, hour, day of the month, month, day of the week. */
  readonly at: string;
  readonly timeZone: string;
  readonly next: number | null;
  /** Since the start of the process. */
  readonly last: { readonly at: number; readonly failure: Explanation | null } | null;
  readonly running: boolean;
}
