/**
 * What the store needs of the machine, satisfied by `platform` and wired by `app`: files that are never half written. Whatever happens to the process or to the power, a file is
 * as it was or as it was to become.
 */

/** A file that was replaced or not. */
export type ReplaceResult = "replaced" | "changed-meanwhile";

/** What is to take a file's place. */
export interface Replacement {
  readonly file: string;
  readonly text: string;
  /** The file is replaced only while it still holds this; undefined: while there is none. */
  readonly expected: string | undefined;
  /** What was there stays under this name, in the same folder. */
  readonly backup: string | undefined;
}

/** See the head of this file. */
export interface TextFiles {
  /** The content; undefined when there is no such file. Rejects with `file-…` for anything else, and above `maxBytes`. */
  read(file: string, maxBytes: number): Promise<string | undefined>;
  /** When it was last written, ms since 1970; undefined when there is no such file. */
  writtenAt(file: string): Promise<number | undefined>;
  /** Rejects with `file-…`, the file being as before. */
  replace(replacement: Replacement): Promise<ReplaceResult>;
  /** Gives a file another name, replacing what has it; does nothing when there is none. */
  move(from: string, to: string): Promise<void>;
  /** Whether `replace` would find the rights it needs. */
  writable(file: string): Promise<boolean>;
}
