/**
 * Looks for what commonly goes wrong, as `sluice doctor` does.
 *
 * - `POST /api/doctor` (admin), no body: `DoctorReport` when it is through, some seconds later. One at a time; a second one is
 *   refused (429). Closing the connection ends it.
 */
import type { BothLanguages } from "./answers.ts";

/** How bad a finding is. */
export type FindingState = "ok" | "warning" | "failed";

/** What was found of one thing. */
export interface DoctorFinding {
  /** What was looked at: `port 8554/tcp`, `camera gate`. */
  readonly subject: string;
  readonly state: FindingState;
  /** Of the error; null where all is well. */
  readonly code: string | null;
  readonly text: BothLanguages;
  readonly remedy: BothLanguages | null;
  /** What to type on the box, where that helps. */
  readonly command: string | null;
}

/** All findings, and the worst state among them. */
export interface DoctorFindings {
  readonly state: FindingState;
  readonly findings: readonly DoctorFinding[];
}

/** Answer of `POST /api/doctor`. */
export interface DoctorReport extends DoctorFindings {
  /** When it was through, and how long it took. */
  readonly at: number;
  readonly tookMs: number;
}
