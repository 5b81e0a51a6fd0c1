/**
 * `jobs.json` of the state folder: when jobs ran last, so that a time that came while nothing ran can be told. Without a folder, or
 * with a file that can't be used, nothing is remembered.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFileNow } from "#platform/files/replace-file.ts";

const NAME = "jobs.json";
/** 64 jobs take less. */
const MAX_BYTES = 65_536;

/** See the head of this file. */
export class JobMemory {
  readonly #file: string | undefined;

  constructor(folder: string | undefined) {
    this.#file = folder === undefined ? undefined : join(folder, NAME);
  }

  /** When each job ran, milliseconds since 1970. */
  read(): ReadonlyMap<string, number> {
    try {
      const text = this.#file === undefined ? "" : readFileSync(this.#file, "utf8");
      return text === "" || text.length > MAX_BYTES ? new Map() : parse(text);
    } catch {
      return new Map(); // the first start, or a folder that can't be read
    }
  }

  write(runs: ReadonlyMap<string, number>): void {
    if (this.#file === undefined) return;
    try {
      replaceFileNow(this.#file, `${JSON.stringify({ version: 1, runs: Object.fromEntries(runs) })}\n`);
    } catch {
      // a full or read-only disk is told by its own check
    }
  }
}

function parse(text: string): ReadonlyMap<string, number> {
  const value = JSON.parse(text) as { version?: unknown; runs?: unknown } | null;
  if (value?.version !== 1 || typeof value.runs !== "object" || value.runs === null) return new Map();
  return new Map(Object.entries(value.runs).filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}
