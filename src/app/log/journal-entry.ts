/**
 * A log record as an entry of the journal: `MESSAGE` for people, without the time that the journal has itself, `PRIORITY`, and every
 * field as `SLUICE_…`, so that `journalctl SLUICE_CAMERA=gate` and `-o json` find it. And back, for those who read the journal.
 */
import type { LogLevel } from "#api/contract/log.ts";
import type { JournalFields } from "#platform/service-manager/journal.ts";

/** Level → priority (syslog(3)). */
const priorities: Readonly<Record<string, number>> = { fatal: 2, error: 3, warn: 4, info: 6, debug: 7 };
const PREFIX = "SLUICE_";
/** Fields with a place of their own. */
const placed = new Set(["level", "time", "msg"]);

/** Priority of a level. */
export function priorityOf(level: unknown): number {
  return priorities[String(level)] ?? 6;
}

/** Level of a priority. */
export function levelOf(priority: number): LogLevel {
  if (priority <= 3) return "error";
  if (priority === 4) return "warn";
  return priority <= 6 ? "info" : "debug";
}

/** The entry of a record of the logger; `text` is what people read. */
export function journalEntry(json: string, text: string): JournalFields {
  const record = JSON.parse(json) as Readonly<Record<string, unknown>>; // written by pino: always an object
  const camera = record["camera"] ?? record["path"];
  const fields = Object.entries({ ...record, ...(camera === undefined ? {} : { camera }) }).filter(([key]) => !placed.has(key));
  return [
    ["MESSAGE", text],
    ["PRIORITY", String(priorityOf(record["level"]))],
    ["SYSLOG_IDENTIFIER", "sluice"],
    [`${PREFIX}EVENT`, textOf(record["msg"])],
    ...fields.map(([key, value]): readonly [string, string] => [PREFIX + upperCase(key), textOf(value)]),
  ];
}

/** Fields of an entry, by the names the logger has for them. */
export function fieldsOf(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const own = Object.entries(entry).filter(([key]) => key.startsWith(PREFIX) && key !== `${PREFIX}EVENT`);
  return Object.fromEntries(own.map(([key, value]) => [camelCase(key.slice(PREFIX.length)), value]));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function upperCase(key: string): string {
  return key
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z\d]+/g, "_")
    .toUpperCase();
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_+([a-z\d])/g, (_whole, letter: string) => letter.toUpperCase());
}
