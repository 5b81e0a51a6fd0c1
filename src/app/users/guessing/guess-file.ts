/**
 * `guesses.json` of the state folder: who is shut out for guessing stays so through a restart. Written soon after the first
 * failure and then at most once a minute, so that guessing wears out no memory card. A file that can't be used is put aside.
 */
import { join } from "node:path";
import type { Clock, Timer } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import type { systemTextFiles } from "#platform/text-files.ts";
import { GuessLimits } from "./guess-limits.ts";
import { MAX_KEPT_BYTES, parseGuesses } from "./kept-guesses.ts";
import type { KeptGuesses } from "./kept-guesses.ts";

const NAME = "guesses.json";
const SOON_MS = 2000;
const EVERY_MS = 60_000;

/** Collaborators. */
export interface GuessFileParts {
  readonly clock: Clock;
  readonly random: Pick<Random, "bytes">;
  readonly log: Logger;
  readonly files: Pick<typeof systemTextFiles, "read" | "replace" | "move">;
}

/** See the head of this file. */
export class GuessFile {
  readonly limits: GuessLimits;
  readonly #name: string | undefined;
  readonly #parts: GuessFileParts;
  #timer: Timer | undefined;
  #savedAt: number | undefined;
  #told = false;

  private constructor(name: string | undefined, parts: GuessFileParts, kept: KeptGuesses | undefined) {
    this.#name = name;
    this.#parts = parts;
    this.limits = new GuessLimits({ ...parts, changed: () => this.#changed() }, kept);
  }

  /** The limits as they were left in `folder`; without one they last as long as the process. Never rejects. */
  static async open(folder: string | undefined, parts: GuessFileParts): Promise<GuessFile> {
    if (folder === undefined) return new GuessFile(undefined, parts, undefined);
    const name = join(folder, NAME);
    const { files, log } = parts;
    let kept: KeptGuesses | undefined;
    try {
      const text = await files.read(name, MAX_KEPT_BYTES);
      kept = text === undefined ? undefined : parseGuesses(text);
      if (text !== undefined && kept === undefined) {
        await files.move(name, `${name}.broken`);
        log.warn({ file: name, keptAs: `${name}.broken` }, "the file of failed logins is broken: their count begins anew");
      }
    } catch (error) {
      log.warn({ file: name, reason: messageOf(error) }, "the file of failed logins can't be read: their count begins anew");
    }
    return new GuessFile(name, parts, kept);
  }

  /** Writes what there is to write. Never rejects. */
  async close(): Promise<void> {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    await this.#save();
  }

  #changed(): void {
    if (this.#name === undefined || this.#timer !== undefined) return;
    const { clock } = this.#parts;
    const next = this.#savedAt === undefined ? 0 : this.#savedAt + EVERY_MS - clock.now();
    this.#timer = clock.after("failed logins", Math.max(SOON_MS, next), () => {
      this.#timer = undefined;
      void this.#save();
    });
  }

  async #save(): Promise<void> {
    const { clock, files, log } = this.#parts;
    const name = this.#name;
    if (name === undefined) return;
    this.#savedAt = clock.now();
    try {
      const text = `${JSON.stringify(this.limits.kept())}\n`;
      const expected = await files.read(name, MAX_KEPT_BYTES);
      await files.replace({ file: name, text, expected, backup: undefined });
    } catch (error) {
      if (!this.#told) log.warn({ file: name, reason: messageOf(error) }, "failed logins can't be kept through a restart");
      this.#told = true;
    }
  }
}
