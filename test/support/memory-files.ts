/** Text files in memory, with the faults a disk can have. */
import type { Replacement, ReplaceResult, TextFiles } from "#config/store/text-files.ts";

/** See the head of this file. */
export class MemoryFiles implements TextFiles {
  readonly files = new Map<string, string>();
  readonly #times = new Map<string, number>();
  /** Thrown by the next `replace`. */
  failure: Error | undefined;
  /** Called before the content is compared: somebody else may write. */
  beforeCompare: () => void = () => undefined;
  writes = 0;
  isWritable = true;

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [file, text] of Object.entries(files)) this.files.set(file, text);
  }

  read(file: string): Promise<string | undefined> {
    return Promise.resolve(this.files.get(file));
  }

  writtenAt(file: string): Promise<number | undefined> {
    return Promise.resolve(this.files.has(file) ? (this.#times.get(file) ?? 1) : undefined);
  }

  async replace({ file, text, expected, backup }: Replacement): Promise<ReplaceResult> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    const now = this.files.get(file);
    if (backup !== undefined && now !== undefined) this.files.set(backup, now);
    this.beforeCompare();
    if (this.files.get(file) !== expected) return "changed-meanwhile";
    this.files.set(file, text);
    this.writes += 1;
    this.#times.set(file, this.writes);
    return "replaced";
  }

  move(from: string, to: string): Promise<void> {
    const text = this.files.get(from);
    this.files.delete(from);
    if (text !== undefined) this.files.set(to, text);
    return Promise.resolve();
  }

  writable(): Promise<boolean> {
    return Promise.resolve(this.isWritable);
  }
}
