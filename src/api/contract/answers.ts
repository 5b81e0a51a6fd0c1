/**
 * What every part of Sluice's own API shares. All files of this folder are types alone: they are the contract between this
 * process and the page (which imports nothing else of `src`) and any script. JSON throughout; times are milliseconds since
 * 1970, durations milliseconds, sizes bytes, rates per second. Fields are never left out: what isn't known is `null`.
 */

/** Who may call a route. Viewers look, admins change. */
export type Role = "viewer" | "admin";

/** A text in both languages. */
export interface BothLanguages {
  readonly en: string;
  readonly zh: string;
}

/** Why something is as it is, and what to do about it; `code` is stable and stands in docs/errors.md. */
export interface Explanation {
  readonly code: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly text: BothLanguages;
  readonly remedy: BothLanguages;
}

/** Body of every refusal (4xx, 5xx). `problems` comes with refused configurations. */
export interface ErrorAnswer extends Explanation {
  readonly status: "error";
  /** `text.en`, as MediaMTX's clients read it. */
  readonly error: string;
  readonly problems?: readonly ConfigProblem[];
}

/** A finding in a configuration, or in a request that changes it. */
export interface ConfigProblem {
  readonly severity: "error" | "warning";
  /** The key's path: `paths.gate.source`; "" for the file as a whole. */
  readonly key: string;
  /** From 1; null where the value isn't from the file. */
  readonly line: number | null;
  readonly column: number | null;
  readonly cause: Explanation;
}
