/**
 * Remembers starts in the state folder, so that a process that keeps ending by itself starts in safe mode, and says why. Without a
 * folder (not run as a service) every start is a normal one. A record that can't be read or written never keeps the process
 * from starting.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  decideStart,
  failed,
  MAX_RECORD_BYTES,
  parseStartRecord,
  printStartRecord,
  settled,
  type StartDecision,
  type StartRecord,
} from "#health/crash-loop.ts";
import { replaceFileNow } from "#platform/files/replace-file.ts";

const FILE = "starts.json";

/** Where starts are remembered, and when this one is. */
export interface StartGuardOptions {
  /** Undefined: nowhere. */
  readonly folder: string | undefined;
  readonly boot: { readonly id: string; readonly uptimeMs: number };
}

/** See the head of this file. */
export class StartGuard {
  /** How this process starts. */
  readonly decision: StartDecision;
  readonly #file: string | undefined;
  #record: StartRecord;

  constructor({ folder, boot }: StartGuardOptions) {
    this.#file = folder === undefined ? undefined : join(folder, FILE);
    const { record, decision } = decideStart(this.#read(), { boot: boot.id, uptimeMs: boot.uptimeMs });
    this.#record = record;
    this.decision = this.#file === undefined ? { kind: "normal" } : decision;
    this.#write();
  }

  /** It ends as asked, or has been well for long: earlier ends count no more. */
  settled(): void {
    this.#record = settled(this.#record);
    this.#write();
  }

  /** It ends because of this. */
  failed(reason: string): void {
    this.#record = failed(this.#record, reason);
    this.#write();
  }

  #read(): StartRecord | undefined {
    if (this.#file === undefined) return undefined;
    try {
      const text = readFileSync(this.#file, "utf8");
      return text.length > MAX_RECORD_BYTES ? undefined : parseStartRecord(text);
    } catch {
      return undefined; // the first start, or a folder that can't be read
    }
  }

  #write(): void {
    if (this.#file === undefined) return;
    try {
      replaceFileNow(this.#file, printStartRecord(this.#record));
    } catch {
      // a full or read-only disk is told by its own check
    }
  }
}
