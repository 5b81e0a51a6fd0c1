/**
 * The configuration as text, for the editor and for scripts. Secrets are write-only: where one is set the text has
 * `<redacted>`, and a text that is sent back with it keeps what was there.
 *
 * - `GET /api/config` (admin): `ConfigText`, its etag in `ETag` too
 * - `POST /api/config/check` (admin): `ConfigDraft` → `ConfigCheck`; changes nothing
 * - `PUT /api/config` (admin): `ConfigDraft`, with `If-Match` → `ConfigChange`. Refused: 400 with `problems`; 409 when the file
 *   or the configuration isn't the one of `If-Match` any more. `?dryRun=1` is the same as check.
 * - `GET /api/config/history` (admin): `ConfigHistory`
 * - `POST /api/config/rollback` (admin): `ConfigRollback` → `ConfigChange`
 * - `GET /api/config/export` (admin): the text as a file; `POST` with `ConfigExport`: everything, secrets too, encrypted
 * - `POST /api/config/import` (admin): `ConfigImport` → `ConfigChange`; `?dryRun=1` → `ConfigCheck`
 * - `GET /api/config/schema` (admin): JSON Schema, for editors
 */
import type { ConfigProblem } from "./answers.ts";

/** Answer of `GET /api/config`. */
export interface ConfigText {
  /** Absolute name; null while there is no file. */
  readonly file: string | null;
  /** Why it can't be written, where it can't: changes last until the process ends then. */
  readonly readOnly: "no-file" | "not-writable" | null;
  readonly text: string;
  readonly etag: string;
  /** What is wrong with the file as it is now, when it isn't the one in force. */
  readonly problems: readonly ConfigProblem[];
  /** False when the file on disk differs from what is in force: it was refused, or is about to be read. */
  readonly inForce: boolean;
}

/** A text to be checked or saved. */
export interface ConfigDraft {
  readonly text: string;
}

/** Answer of `POST /api/config/check`. */
export interface ConfigCheck {
  /** No errors among `problems`. */
  readonly valid: boolean;
  readonly problems: readonly ConfigProblem[];
  readonly changes: ConfigDifference;
}

/** What a text would change. */
export interface ConfigDifference {
  /** Global keys. */
  readonly global: readonly string[];
  readonly addedPaths: readonly string[];
  readonly changedPaths: readonly string[];
  readonly removedPaths: readonly string[];
  /** Paths whose readers would be closed. */
  readonly interrupted: readonly string[];
}

/** Answer of every write. */
export interface ConfigChange {
  readonly status: "ok";
  /** Of the configuration from now on. */
  readonly etag: string;
  /** Whether it is in the file, or in memory only (there is no file, and nothing to make one for). */
  readonly saved: "file" | "memory";
  readonly file: string | null;
  /** Warnings. */
  readonly problems: readonly ConfigProblem[];
  /** What takes effect only after a restart of the process; mostly empty. */
  readonly restartNeeded: readonly string[];
}

/** Answer of `GET /api/config/history`: previous good ones, the newest first. */
export interface ConfigHistory {
  readonly backups: readonly ConfigBackup[];
}

/** A configuration that was in force. */
export interface ConfigBackup {
  readonly id: string;
  readonly savedAt: number;
  readonly bytes: number;
  readonly etag: string;
}

/** Body of `POST /api/config/rollback`; without an id the newest backup. What is replaced becomes a backup itself. */
export interface ConfigRollback {
  readonly id?: string;
}

/** Body of `POST /api/config/export`. */
export interface ConfigExport {
  readonly passphrase: string;
}

/** Body of `POST /api/config/import`: the text of an export, and its passphrase where it is encrypted. */
export interface ConfigImport {
  readonly text: string;
  readonly passphrase?: string;
}
