/** The newest lines of the log, in memory: bounded by number and by characters; the oldest go. */
import type { LogLevel, LogLine } from "./contract/log.ts";

const MAX_LINES = 2000;
/** Characters of all lines kept, as text. */
const MAX_CHARACTERS = 512 * 1024;

const levels: Readonly<Record<string, LogLevel>> = { error: "error", fatal: "error", warn: "warn", info: "info" };

/** Lines after an id. */
export interface LinesSince {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  readonly missed: boolean;
}

/** See the head of this file. */
export class LogTail {
  readonly #process: string;
  readonly #listeners = new Set<(line: LogLine) => void>();
  #lines: LogLine[] = [];
  #characters = 0;
  #count = 0;

  constructor(process: string) {
    this.#process = process;
  }

  get newest(): string {
    return `${this.#process}-${String(this.#count)}`;
  }

  /** Takes a line: its fields as JSON, as the logger writes them, and its text as standard output shows it. */
  add(json: string, text: string): void {
    const { time, level, msg, ...fields } = JSON.parse(json) as Readonly<Record<string, unknown>>; // written by the logger
    this.#count += 1;
    const camera = fields["path"] ?? fields["camera"];
    const line: LogLine = {
      id: this.newest,
      at: Number(time),
      level: levels[String(level)] ?? "debug",
      message: typeof msg === "string" ? msg : "",
      camera: typeof camera === "string" ? camera : null,
      fields,
      text: text.trimEnd(),
    };
    this.#lines.push(line);
    this.#characters += line.text.length;
    this.#shorten();
    for (const run of this.#listeners) run(line);
  }

  /** Lines after `id`; everything that is kept for an unknown one. */
  since(id: string | undefined): LinesSince {
    const [process, count] = /^([\da-f]+)-(\d{1,15})$/.exec(id ?? "")?.slice(1) ?? [];
    const first = this.#count - this.#lines.length;
    if (process !== this.#process) return { lines: [...this.#lines], missed: id !== undefined };
    const after = Number(count);
    return { lines: this.#lines.slice(Math.max(0, after - first)), missed: after < first };
  }

  /** Calls back at each line. */
  onLine(run: (line: LogLine) => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  #shorten(): void {
    let gone = 0;
    while (this.#lines.length - gone > MAX_LINES || this.#characters > MAX_CHARACTERS) {
      const oldest = this.#lines[gone];
      if (oldest === undefined) break;
      this.#characters -= oldest.text.length;
      gone += 1;
    }
    // Cut in pieces: taking one off the front of a long list each time costs more than the lines.
    if (gone > 0) this.#lines = this.#lines.slice(gone);
  }
}
