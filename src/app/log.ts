/**
 * The process's log: pino, as JSON lines (`logStructured`) or one line for people each, in MediaMTX's shape. It goes to
 * standard output without blocking: where nobody reads that, at most `MAX_WAITING_BYTES` wait and the newest are dropped.
 * User information of URLs is masked in every field, wherever it comes from.
 */
import { destination, pino } from "pino";
import type { Logger as PinoLogger } from "pino";
import { LogTail } from "#api/log-tail.ts";
import { messageOf, SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import type { LogOptions } from "#config/options.ts";
import { formatLine } from "./log-line.ts";

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

/** Opens the log on standard output. */
export function openLog(options: LogOptions): ProcessLog {
  const output = destination({ fd: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  const settings = { ...options };
  const tail = new LogTail(systemRandom.bytes(4).toString("hex"));
  const log = createLogger(settings, (line, json) => {
    tail.add(json, line);
    output.write(line);
  });
  const flush = (): void => {
    try {
      output.flushSync();
    } catch {
      output.end(); // not opened yet, or nobody reads: nothing is left to save
    }
  };
  const configure = (changed: LogOptions): void => {
    Object.assign(settings, changed);
  };
  return { log, configure, tail, flush };
}

/** A logger that hands finished lines, line end included, and the same as JSON, to `write`. It looks at `settings` for each line. */
export function createLogger(settings: LogOptions, write: (line: string, json: string) => void): Logger {
  const stream = { write: (json: string) => write(settings.logStructured ? json : formatLine(json), json) };
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
