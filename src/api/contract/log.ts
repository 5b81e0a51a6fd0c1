/**
 * The tail of the log: what this process wrote most recently, kept in memory and bounded; and what is older, where the system's
 * journal keeps it.
 *
 * - `GET /api/log` (admin), `?after=ID&level=warn&camera=NAME&limit=N`: `LogTail`
 * - `GET /api/log/stream` (admin): server-sent events, `event: line` with `id:` (a `LogLine`); resumes at `Last-Event-ID`;
 *   begins with what is kept. `event: missed` (`{count}`) where lines could not be handed over in time.
 * - `GET /api/log/older` (admin), `?before=MS&level=warn&camera=NAME&limit=N`: `OlderLog`, lines of the journal
 * - `GET /api/log/download` (admin): text, one line each as on standard output; with a journal its newest lines
 */

/** Levels, the gravest first. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** One line. Passwords are masked before they get here. */
export interface LogLine {
  readonly id: string;
  readonly at: number;
  readonly level: LogLevel;
  /** Static text; what varies is in `fields`. */
  readonly message: string;
  /** The camera's or stream's path it is about. */
  readonly camera: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  /** As on standard output. */
  readonly text: string;
}

/** Answer of `GET /api/log`; oldest first. */
export interface LogTail {
  readonly lines: readonly LogLine[];
  /** For `?after=` of the next request. */
  readonly newest: string;
  /** Lines after `?after=` are no longer kept. */
  readonly missed: boolean;
}

/** Answer of `GET /api/log/older`; oldest first. */
export interface OlderLog {
  readonly lines: readonly LogLine[];
  /** Whether there is a journal at all; without one nothing is older than the tail. */
  readonly journal: boolean;
  /** There may be more before these. */
  readonly more: boolean;
}
