/**
 * Media laid aside in files, out of the memory budget, as protocols see it; `platform` implements it. What lies there is gone
 * with the process: it is no recording.
 */

/** Media in a file, whole. */
export interface MediaFile {
  readonly bytes: number;
  /** Bytes `[start, end)` in pieces. Rejects with a `SluiceError` when they can't be read. */
  read(range: { readonly start: number; readonly end: number }): AsyncIterable<Buffer>;
  /** Takes the file away; whoever is reading it reads on. Idempotent. */
  remove(): void;
}

/** A folder of one server's own. */
export interface MediaFolder {
  /** Where it is, for people. */
  readonly path: string;
  /** Writes a file. Rejects with a `SluiceError` that says why it can't; nothing is left of the file then. */
  write(name: string, pieces: readonly Buffer[]): Promise<MediaFile>;
  /** Takes all of it away. Idempotent. */
  close(): Promise<void>;
}
