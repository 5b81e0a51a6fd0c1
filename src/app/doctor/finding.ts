/** What the doctor found of one thing: well, or an error of the catalogue with its remedy, and where it helps a command. */
import type { SluiceError } from "#base/errors.ts";
import type { Bilingual } from "../command.ts";

/** How bad it is, in the order of exit codes. */
export type FindingState = "ok" | "warning" | "failed";

/** One line of the doctor's report. */
export interface Finding {
  /** What was looked at: `port 8554/tcp`, `camera gate`. */
  readonly subject: string;
  readonly state: FindingState;
  /** What is so; for `ok`. */
  readonly text?: Bilingual;
  /** What is wrong; for the others. */
  readonly error?: SluiceError;
  /** What to type, as root where it begins with `sudo`. */
  readonly command?: string;
}

/** A thing that is well. */
export function well(subject: string, text: Bilingual): Finding {
  return { subject, state: "ok", text };
}

/** A thing that isn't. */
export function unwell(
  subject: string,
  error: SluiceError,
  more: { state?: "warning" | "failed"; command?: string } = {},
): Finding {
  const { state = "failed", command } = more;
  return { subject, state, error, ...(command === undefined ? {} : { command }) };
}
