/**
 * The last configuration that was in force, kept in the state folder with its checksum: what a service starts by when its file
 * can't be used (cut short by a full disk, a bit of the card flipped, an edit that was never checked). The reloader then says
 * what is wrong with the file, as if it had been broken while the server ran. Written only when the text has changed.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { parseBytes } from "#config/layers/files.ts";
import { loadDraft } from "#config/load.ts";
import type { LoadOptions, LoadResult } from "#config/load.ts";
import type { systemTextFiles } from "#platform/text-files.ts";

const NAME = "last-good.json";
/** Two files of a configuration at most, as JSON. */
const MAX_BYTES = 4 * 1024 * 1024;

/** What is kept: names as they were given, and texts. */
interface Kept {
  readonly main: KeptFile;
  readonly over: KeptFile | undefined;
}

interface KeptFile {
  readonly file: string;
  readonly text: string;
}

/** See the head of this file. */
export class LastGood {
  readonly #file: string | undefined;
  readonly #files: Pick<typeof systemTextFiles, "read" | "replace">;

  /** Without a folder nothing is kept. */
  constructor(folder: string | undefined, files: Pick<typeof systemTextFiles, "read" | "replace">) {
    this.#file = folder === undefined ? undefined : join(folder, NAME);
    this.#files = files;
  }

  /** What to start by instead of `loaded`; undefined where that is sound, or nothing better is known. */
  async insteadOf(loaded: LoadResult, options: LoadOptions): Promise<LoadResult | undefined> {
    if (loaded.config !== undefined && loaded.text.trim() !== "") return undefined;
    const kept = await this.#read().catch(() => undefined);
    if (kept === undefined || kept.main.file !== loaded.file || kept.main.text.trim() === "") return undefined;
    const over = kept.over === undefined ? undefined : parseBytes(kept.over.file, Buffer.from(kept.over.text));
    const former = loadDraft({ ...options, file: kept.main.file }, kept.main.text, over);
    return former.config === undefined ? undefined : former;
  }

  /** Keeps what is in force now. Never rejects: without it the server runs as well. */
  async keep({ config, file, text, over }: LoadResult, log: Logger): Promise<void> {
    if (this.#file === undefined || config === undefined || file === undefined || text.trim() === "") return;
    const kept: Kept = { main: { file, text }, over: over === undefined ? undefined : { file: over.file, text: over.text } };
    const printed = print(kept);
    try {
      const expected = await this.#files.read(this.#file, MAX_BYTES);
      if (expected === printed) return;
      await this.#files.replace({ file: this.#file, text: printed, expected, backup: undefined });
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "the configuration in force can't be kept for a start with a broken one");
    }
  }

  async #read(): Promise<Kept | undefined> {
    const text = this.#file === undefined ? undefined : await this.#files.read(this.#file, MAX_BYTES);
    return text === undefined ? undefined : parse(text);
  }
}

function print({ main, over }: Kept): string {
  const content = over === undefined ? { main } : { main, over };
  return `${JSON.stringify({ version: 1, sum: sumOf(content), ...content })}\n`;
}

function parse(text: string): Kept | undefined {
  const root: unknown = JSON.parse(text);
  if (typeof root !== "object" || root === null) return undefined;
  const { version, sum, main, over } = root as Readonly<Record<string, unknown>>;
  if (version !== 1 || !isKeptFile(main) || (over !== undefined && !isKeptFile(over))) return undefined;
  const content = over === undefined ? { main } : { main, over };
  return sum === sumOf(content) ? { main, over } : undefined;
}

function isKeptFile(value: unknown): value is KeptFile {
  return typeof value === "object" && value !== null && "file" in value && "text" in value;
}

function sumOf(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
