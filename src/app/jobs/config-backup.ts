/**
 * Copies of the configuration by date, in a folder beside it: `backups/sluice-20260131T030000Z.yml`. They hold its secrets and are for
 * its owner alone. What is the same as the newest isn't copied again; the oldest beyond those that are kept go.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { replaceFileNow } from "#platform/files/replace-file.ts";

const FOLDER = "backups";

/** Copies `file` at this moment (milliseconds since 1970). Throws where that isn't possible. */
export function backUpConfiguration(file: string, { now, keep }: { now: number; keep: number }): void {
  const [extension, folder] = [extname(file), join(dirname(file), FOLDER)];
  const stem = basename(file, extension);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const text = readFileSync(file);
  const kept = backupsIn(folder, { stem, extension });
  const newest = kept.at(-1);
  if (newest === undefined || !readFileSync(join(folder, newest)).equals(text)) {
    const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
    const name = `${stem}-${time}${extension}`;
    replaceFileNow(join(folder, name), text);
    if (!kept.includes(name)) kept.push(name);
  }
  for (const name of kept.slice(0, Math.max(0, kept.length - keep))) rmSync(join(folder, name), { force: true });
}

/** Our own copies of this file, the oldest first. */
function backupsIn(folder: string, { stem, extension }: { stem: string; extension: string }): string[] {
  const isOurs = (name: string): boolean => {
    const middle = name.slice(stem.length, name.length - extension.length);
    return name.startsWith(stem) && name.endsWith(extension) && /^-\d{8}T\d{6}Z$/.test(middle);
  };
  return readdirSync(folder).filter(isOurs).sort();
}
