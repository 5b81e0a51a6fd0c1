/**
 * The process's log: pino, as JSON lines (`logStructured`) or one line for people each, in MediaMTX's shape. It goes to
 * standard output without blocking: where nobody reads that, at most `MAX_WAITING_BYTES` wait and the newest are dropped.
 * Where standard output is the journal, a line is an entry with fields there; what the journal can't take that way goes to
 * standard output with its priority in front (sd-daemon(3)). User information of URLs is masked in every field, wherever it
 * comes from.
 */
import { destination, pino } from "pino";
import type { Logger as PinoLogger } from "pino";
import { LogTail } from "#api/log-tail.ts";
import { messageOf, SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { Clock } from "#base/clock.ts";
import { systemRandom } from "#base/random.ts";
import type { LogOptions } from "#config/options.ts";
import type { Journal } from "#platform/service-manager/journal.ts";
import { journalEntry, priorityOf } from "./journal-entry.ts";
import { formatLine, formatMessage } from "./log-line.ts";
import { RepeatedLines } from "./repeated-lines.ts";

const MAX_WAITING_BYTES = 1024 * 1024;

/** A log and the way to end it. */
export interface ProcessLog {
  readonly log: Logger;
  /** Takes over changed options, for loggers that were handed out before too. */
  readonly configure: (options: LogOptions) => void;
  /** The newest lines. */
  readonly tail: LogTail;
  /** Writes what waits, before the process ends. */
  readonly flush: () => void;
}

/** Where the log goes, besides its own memory. */
export interface LogParts {
  readonly clock: Pick<Clock, "now" | "after">;
  readonly journal: Journal | undefined;
}

/** Opens the log on standard output. */
export function openLog(options: LogOptions, parts: LogParts): ProcessLog {
  const output = destination({ fd: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  const opened = composeLog(options, { ...parts, write: (text) => output.write(text) });
  const flush = (): void => {
    opened.flush();
    try {
      output.flushSync();
    } catch {
      output.end(); // not opened yet, or nobody reads: nothing is left to save
    }
  };
  return { ...opened, flush };
}

/** The same with any standard output. */
export function composeLog(options: LogOptions, parts: LogParts & { readonly write: (text: string) => void }): ProcessLog {
  const { clock, journal, write } = parts;
  const settings = { ...options };
  const tail = new LogTail(systemRandom.bytes(4).toString("hex"));
  const put = (json: string): void => {
    tail.add(json, lineOf(settings, json));
    if (journal === undefined) {
      write(lineOf(settings, json));
      return;
    }
    const text = settings.logStructured ? json.trimEnd() : formatMessage(json);
    if (journal.send(journalEntry(json, text))) return;
    const { level } = JSON.parse(json) as { level?: unknown }; // written by pino: always an object
    write(`<${String(priorityOf(level))}>${text}\n`);
  };
  const repeats = new RepeatedLines({ clock, write: put });
  const log = createLogger(settings, (json) => {
    repeats.add(json);
  });
  const configure = (changed: LogOptions): void => {
    Object.assign(settings, changed);
  };
  const flush = (): void => {
    repeats.close();
  };
  return { log, configure, tail, flush };
}

function lineOf({ logStructured }: LogOptions, json: string): string {
  return logStructured ? `${json.trimEnd()}\n` : formatLine(json);
}

/** A logger that hands records, as JSON, to `write`. It looks at `settings` for each. */
function createLogger(settings: LogOptions, write: (json: string) => void): Logger {
  const stream = { write };
  const formatters = { level: (level: string) => ({ level }), log: printable };
  return guarded(pino({ level: "debug", base: null, formatters }, stream), settings);
}

type Level = LogOptions["logLevel"];
const severity: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** pino fixes a child's level when it is made, and formats the fields of a line, but not the bindings of a child. */
function guarded(log: PinoLogger, settings: LogOptions): Logger {
  const at = (level: Level) => (fields: object, message: string) => {
    if (severity[level] >= severity[settings.logLevel]) log[level](fields, message);
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (bindings) => guarded(log.child(printable(bindings)), settings),
  };
}

/** Fields as they may be written: errors as their text and code, URLs without credentials. */
function printable(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, printableValue(value)]));
}

function printableValue(value: unknown): unknown {
  if (typeof value === "string") return maskUrls(value);
  if (value instanceof SluiceError) return `${maskUrls(value.message)} [${value.code}]`;
  // A programming error: where it happened matters more than how the line looks.
  if (value instanceof Error) return maskUrls(value.stack ?? messageOf(value));
  return value;
}

/** Greedy on purpose: an unescaped '@' or '/' in a password must not end what is masked. */
function maskUrls(text: string): string {
  return text.includes("://") ? text.replace(/(:\/\/).*@/gs, "$1<redacted>@") : text;
}
