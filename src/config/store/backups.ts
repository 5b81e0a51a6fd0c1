/** The last good configurations, beside the file: `sluice.yml.backup-1` is the newest. */
import type { TextFiles } from "./text-files.ts";
import { MAX_FILE_BYTES } from "../syntax/limits.ts";

/** Backups kept. */
const MAX_BACKUPS = 3;

/** A configuration that was in force. */
export interface Backup {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly savedAt: number;
}

/** See the head of this file. */
export class Backups {
  readonly #file: string;
  readonly #files: TextFiles;

  constructor(file: string, files: TextFiles) {
    this.#file = file;
    this.#files = files;
  }

  /** Makes room for a new one and answers its name. */
  async make(): Promise<string> {
    for (let index = MAX_BACKUPS; index > 1; index -= 1) await this.#files.move(this.#name(index - 1), this.#name(index));
    return this.#name(1);
  }

  /** Those there are, the newest first. */
  async list(): Promise<readonly Backup[]> {
    const found: Backup[] = [];
    for (let index = 1; index <= MAX_BACKUPS; index += 1) {
      const text = await this.#files.read(this.#name(index), MAX_FILE_BYTES);
      const savedAt = await this.#files.writtenAt(this.#name(index));
      if (text !== undefined && savedAt !== undefined) found.push({ text, savedAt });
    }
    return found;
  }

  #name(index: number): string {
    return `${this.#file}.backup-${String(index)}`;
  }
}
