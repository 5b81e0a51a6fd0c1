/**
 * Lines that say the same again and again are counted instead: of each the first few are written at once, later ones after an hour, two
 * more, four more and so on, with how often that was. The same is what has the same level, words and speaker, and the same error code, which stands for
 * its details; without a code, all fields must be alike. So a camera that is dead for a night takes some lines of the log, not
 * a thousand. What `debug` writes is not counted: whoever asks for it wants all of it.
 */
import { createHash } from "node:crypto";
import type { Clock, Timer } from "#base/clock.ts";

/** Written at once of each, before counting begins. */
const BURST = 3;
/** When a counted line is written first, and after which silence it begins anew, milliseconds. */
const PERIOD_MS = 3_600_000;
/** The longest it is counted without a line. */
const MAX_PERIOD_MS = 8 * PERIOD_MS;
/** Different lines remembered; the one heard of longest ago is written and forgotten. */
const MAX_LINES = 512;
/** Who speaks. */
const SPEAKERS = ["part", "protocol", "path", "camera", "check"];

type LineRecord = Readonly<Record<string, unknown>>;

interface Known {
  written: number;
  heardAt: number;
  periodMs: number;
  /** Counted since it was written last, and the newest of them. */
  counted: number;
  newest: LineRecord;
  timer: Timer | undefined;
}

/** See the head of this file. */
export class RepeatedLines {
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #write: (json: string) => void;
  readonly #known = new Map<string, Known>();

  constructor(options: { clock: Pick<Clock, "now" | "after">; write: (json: string) => void }) {
    this.#clock = options.clock;
    this.#write = options.write;
  }

  /** Takes a record of the logger. */
  add(json: string): void {
    const record = JSON.parse(json) as LineRecord; // written by pino: always an object
    if (record["level"] === "debug") {
      this.#write(json);
      return;
    }
    const key = identityOf(record);
    const fresh = { written: 0, heardAt: 0, periodMs: PERIOD_MS, counted: 0, newest: record, timer: undefined };
    const known: Known = this.#known.get(key) ?? fresh;
    const now = this.#clock.now();
    if (known.counted === 0 && now - known.heardAt >= PERIOD_MS) Object.assign(known, { written: 0, periodMs: PERIOD_MS });
    this.#remember(key, Object.assign(known, { heardAt: now, newest: record }));
    if (known.written < BURST) {
      known.written += 1;
      this.#write(json);
      return;
    }
    known.counted += 1;
    known.timer ??= this.#clock.after("repeated line", known.periodMs, () => {
      known.periodMs = Math.min(2 * known.periodMs, MAX_PERIOD_MS);
      this.#tell(known);
    });
  }

  /** Writes what was counted. */
  close(): void {
    for (const known of this.#known.values()) this.#tell(known);
  }

  #remember(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    for (const [oldest, { timer }] of this.#known) {
      if (this.#known.size <= MAX_LINES) return;
      const forgotten = this.#known.get(oldest);
      this.#known.delete(oldest);
      if (timer !== undefined && forgotten !== undefined) this.#tell(forgotten);
    }
  }

  #tell(known: Known): void {
    known.timer?.cancel();
    known.timer = undefined;
    if (known.counted === 0) return;
    this.#write(JSON.stringify({ ...known.newest, repeated: known.counted }));
    known.counted = 0;
  }
}

function identityOf(record: LineRecord): string {
  const { time: _time, ...rest } = record;
  const parts =
    rest["code"] === undefined ? rest : [rest["level"], rest["msg"], rest["code"], ...SPEAKERS.map((key) => rest[key])];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}
