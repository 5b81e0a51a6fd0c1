/** Small files of /proc and /sys, read whole: they have no length before they are read, and a bound here. */
import { closeSync, openSync, readdirSync, readSync } from "node:fs";

/** Longest text taken from such a file. */
const MAX_BYTES = 64 * 1024;
/** Entries looked at in such a folder. */
const MAX_ENTRIES = 256;

/** The file's text without white space at its ends; undefined where this machine hasn't got it. */
export function readSystemFile(path: string, maxBytes = MAX_BYTES): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const buffer = Buffer.allocUnsafe(maxBytes);
    let length = 0;
    for (let got = -1; got !== 0 && length < maxBytes; length += got)
      got = readSync(file, buffer, length, maxBytes - length, null);
    return buffer.toString("utf8", 0, length).trim();
  } catch {
    return undefined; // some files are there but can't be read on this board
  } finally {
    closeSync(file);
  }
}

/** A number in such a file; undefined where there is none. */
export function readSystemNumber(path: string): number | undefined {
  const text = readSystemFile(path);
  return text === undefined || !/^-?\d+$/.test(text) ? undefined : Number(text);
}

/** Names in such a folder, sorted; empty where there is none. */
export function listSystemFolder(path: string): readonly string[] {
  try {
    return readdirSync(path).slice(0, MAX_ENTRIES).sort();
  } catch {
    return [];
  }
}
