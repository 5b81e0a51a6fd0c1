/**
 * The process's log: pino, as JSON lines (`logStructured`) or one line for people each, in MediaMTX's shape. It goes to
 * standard output without blocking: where nobody reads that, at most `MAX_WAITING_BYTES` wait and the newest are dropped.
 * User information of URLs is masked in every field, wherever it comes from.
 */
import { destination, pino } from "pino";
import type { Logger as PinoLogger } from "pino";
import { messageOf, SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { LogOptions } from "#config/options.ts";
import { formatLine } from "./log-line.ts";

const MAX_WAITING_BYTES = 1024 * 1024;

/** A log and the way to end it. */
export interface ProcessLog {
  readonly log: Logger;
  /** Writes what waits, before the process ends. */
  readonly flush: () => void;
}

/** Opens the log on standard output. */
export function openLog(options: LogOptions): ProcessLog {
  const output = destination({ fd: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  const log = createLogger(options, (line) => output.write(line));
  const flush = (): void => {
    try {
      output.flushSync();
    } catch {
      output.end(); // not opened yet, or nobody reads: nothing is left to save
    }
  };
  return { log, flush };
}

/** A logger that hands finished lines, line end included, to `write`. */
export function createLogger(options: LogOptions, write: (line: string) => void): Logger {
  const { logLevel, logStructured } = options;
  const stream = { write: logStructured ? write : (line: string) => write(formatLine(line)) };
  const formatters = { level: (level: string) => ({ level }), log: printable };
  return masked(pino({ level: logLevel, base: null, formatters }, stream));
}

/** pino formats the fields of a line, but not the bindings of a child. */
function masked(log: PinoLogger): Logger {
  return {
    debug: log.debug.bind(log),
    info: log.info.bind(log),
    warn: log.warn.bind(log),
    error: log.error.bind(log),
    child: (bindings) => masked(log.child(printable(bindings))),
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
