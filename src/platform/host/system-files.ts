/**
 * Small files of /proc and /sys, read whole: they have no length before they are read, and a bound here. Some thirty are read a second
 * for as long as the box is up, all into the same bytes: new ones for each had the garbage collector mark everything every few seconds.
 */
import { closeSync, openSync, readdirSync, readSync } from "node:fs";

/** Longest text taken from such a file. */
const MAX_BYTES = 64 * 1024;
/** Entries looked at in such a folder. */
const MAX_ENTRIES = 256;
/** What one read is given; nothing else runs between it and the text that is made of it. */
const SCRATCH = Buffer.allocUnsafeSlow(MAX_BYTES);

/** The file's text without white space at its ends; undefined where this machine hasn't got it. */
export function readSystemFile(path: string, maxBytes = MAX_BYTES): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    return readText(file, maxBytes).trim();
  } catch {
    return undefined; // some files are there but can't be read on this board
  } finally {
    closeSync(file);
  }
}

function readText(file: number, maxBytes: number): string {
  const full: Buffer[] = [];
  let left = maxBytes;
  for (;;) {
    const length = readInto(file, Math.min(SCRATCH.length, left));
    left -= length;
    if (full.length === 0 && (length < SCRATCH.length || left === 0)) return SCRATCH.toString("utf8", 0, length);
    full.push(Buffer.from(SCRATCH.subarray(0, length)));
    if (length < SCRATCH.length || left === 0) return Buffer.concat(full).toString("utf8");
  }
}

/** Fills that much of the scratch, or less where the file ends. */
function readInto(file: number, bytes: number): number {
  let length = 0;
  for (let got = -1; got !== 0 && length < bytes; length += got) got = readSync(file, SCRATCH, length, bytes - length, null);
  return length;
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
