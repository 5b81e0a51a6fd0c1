/**
 * Whether this start is one of many in a short time: then whatever makes the process end would do so again, and it starts in
 * safe mode (page, API and log, no cameras) until it has been quiet for a while. Starts are remembered in a small file; a start
 * that ended as asked doesn't count. Time is the machine's uptime where the file's boot is this one, so that a clock that is
 * set meanwhile changes nothing.
 */

/** Unclean starts within `WINDOW_MS` that make the next one a safe one. */
export const MAX_STARTS = 5;
/** Milliseconds that are looked back. */
export const WINDOW_MS = 300_000;
/** How long a safe start stays safe, milliseconds; then cameras are tried again. */
export const QUIET_MS = 600_000;
/** Longest record read, bytes. */
export const MAX_RECORD_BYTES = 4096;
/** Starts that are kept. */
const MAX_KEPT = 16;

/** What is remembered from start to start. */
export interface StartRecord {
  /** Identity of the boot of the machine: other boots' uptimes mean nothing. */
  readonly boot: string;
  /** Uptime of the machine at each start that hasn't ended as asked, milliseconds, oldest first. */
  readonly starts: readonly number[];
  /** Why the last one ended, as far as it could say; "" when it couldn't. */
  readonly reason: string;
}

/** How to start. */
export type StartDecision =
  | { readonly kind: "normal" }
  | { readonly kind: "safe"; readonly starts: number; readonly reason: string; readonly quietMs: number };

/** Adds this start to what is remembered and says how to start. */
export function decideStart(
  before: StartRecord | undefined,
  { boot, uptimeMs }: { boot: string; uptimeMs: number },
): { readonly record: StartRecord; readonly decision: StartDecision } {
  const known = before?.boot === boot ? before.starts.filter((at) => at <= uptimeMs && uptimeMs - at < WINDOW_MS) : [];
  const starts = [...known, uptimeMs].slice(-MAX_KEPT);
  const record = { boot, starts, reason: "" };
  if (known.length < MAX_STARTS) return { record, decision: { kind: "normal" } };
  return { record, decision: { kind: "safe", starts: known.length, reason: before?.reason ?? "", quietMs: QUIET_MS } };
}

/** What is remembered when the process ends as asked, or has been quiet for long: nothing. */
export function settled(record: StartRecord): StartRecord {
  return { boot: record.boot, starts: [], reason: "" };
}

/** The record with why this start failed. */
export function failed(record: StartRecord, reason: string): StartRecord {
  return { ...record, reason: reason.slice(0, 300) };
}

/** Reads a record; undefined where it is none, which is no reason not to start. */
export function parseStartRecord(text: string): StartRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { boot, starts, reason } = value as Partial<Record<keyof StartRecord, unknown>>;
  if (typeof boot !== "string" || typeof reason !== "string" || !Array.isArray(starts)) return undefined;
  if (starts.length > MAX_KEPT || !starts.every((at) => typeof at === "number" && Number.isFinite(at))) return undefined;
  return { boot, starts, reason };
}

/** A record as it is kept. */
export function printStartRecord(record: StartRecord): string {
  return `${JSON.stringify(record)}\n`;
}
