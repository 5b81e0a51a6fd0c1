/**
 * Small files of our own state, written at once: never half, for their owner alone. What a power cut must not take goes by
 * `text-files.ts`, which waits for the disk.
 */
import { renameSync, writeFileSync } from "node:fs";

/** Puts `content` in the file's place. Throws as the file system does. */
export function replaceFileNow(file: string, content: string | Buffer): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, content, { mode: 0o600 });
  renameSync(fresh, file);
}
