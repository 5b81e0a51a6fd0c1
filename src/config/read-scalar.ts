/**
 * Text → value for every kind of single-valued option, and back to the file's spelling (for the API). What can't be read is
 * returned as the error to show. Secrets are never repeated in an error.
 */
import { formatDuration, parseDuration } from "#base/duration.ts";
import type { ErrorDetails, SluiceError } from "#base/errors.ts";
import { IpRange } from "#base/ip-range.ts";
import { parseListenAddress } from "#base/listen-address.ts";
import type { OptionSchema } from "#base/option.ts";
import { redactUrl, Secret } from "#base/secret.ts";
import { configError } from "./errors.ts";
import { nearestWord } from "./nearest.ts";

/** Longest piece of a value that an error repeats. */
const MAX_SHOWN = 80;

/** Options with a single value. */
export type ScalarSchema = Exclude<OptionSchema, { kind: "list" | "group" }>;

/** A value, or why there is none. */
export type ScalarResult = { readonly value: unknown } | { readonly error: SluiceError };

/** Reads `text` as an option of the given schema. */
export function readScalar(schema: ScalarSchema, text: string): ScalarResult {
  switch (schema.kind) {
    case "boolean":
      return readBoolean(text);
    case "number":
      return readNumber(schema, text);
    case "choice":
      return readChoice(schema, text);
    case "text":
      return text.length > schema.maxLength ? tooLong(schema.maxLength) : { value: text };
    case "secret":
      return text.length > schema.maxLength ? tooLong(schema.maxLength) : { value: new Secret(text) };
    case "duration":
      return readDuration(schema, text);
    case "size":
      return readSize(schema, text);
    case "listen-address":
      if (text === "" && schema.optional === true) return { value: undefined };
      return orError(parseListenAddress(text), "config-bad-listen-address", text);
    case "ip-range":
      return orError(IpRange.parse(text), "config-bad-ip-range", text);
  }
}

/** `text` as an error may show it: short, and without the user information of a URL. */
export function shown(text: string): string {
  // Greedy: an unescaped '/' or '@' in a password must not end what is masked.
  const masked = redactUrl(text.replace(/(:\/\/).*@/s, "$1<redacted>@"));
  return masked.length > MAX_SHOWN ? `${masked.slice(0, MAX_SHOWN)}…` : masked;
}

type ValueErrorCode =
  | "config-bad-boolean"
  | "config-bad-number"
  | "config-bad-integer"
  | "config-bad-duration"
  | "config-bad-size"
  | "config-bad-listen-address"
  | "config-bad-ip-range";

function fail(code: ValueErrorCode, text: string, details: ErrorDetails = {}): ScalarResult {
  return { error: configError(code, { details: { value: shown(text), ...details } }) };
}

function orError(value: unknown, code: ValueErrorCode, text: string): ScalarResult {
  return value === undefined ? fail(code, text) : { value };
}

function outOfRange(value: string, minimum: string, maximum: string): ScalarResult {
  return { error: configError("config-out-of-range", { details: { value, minimum, maximum } }) };
}

function tooLong(limit: number): ScalarResult {
  return { error: configError("config-too-long", { details: { limit } }) };
}

function readBoolean(text: string): ScalarResult {
  switch (text.toLowerCase()) {
    case "yes":
    case "true":
    case "on":
      return { value: true };
    case "no":
    case "false":
    case "off":
      return { value: false };
    default:
      return fail("config-bad-boolean", text);
  }
}

function readNumber(schema: Extract<ScalarSchema, { kind: "number" }>, text: string): ScalarResult {
  if (text === "" && schema.default === undefined) return { value: undefined };
  const whole = schema.type === "integer";
  const written = whole ? /^[+-]?\d+$/ : /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
  const value = Number(text);
  if (!written.test(text) || !Number.isFinite(value)) {
    const example = String(typeof schema.default === "number" ? schema.default : (schema.minimum ?? 1));
    return fail(whole ? "config-bad-integer" : "config-bad-number", text, { example });
  }
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (value < minimum || value > maximum) return outOfRange(shown(text), String(minimum), String(maximum));
  return { value };
}

function readChoice(schema: Extract<ScalarSchema, { kind: "choice" }>, text: string): ScalarResult {
  if (schema.enum.includes(text)) return { value: text };
  const synonym = schema.synonyms?.[text.toLowerCase()];
  if (synonym !== undefined) return { value: synonym };
  const near = nearestWord(text, schema.enum);
  const details = { value: shown(text), choices: schema.enum.map((word) => (word === "" ? '""' : word)).join(", ") };
  if (near === undefined) return { error: configError("config-bad-choice", { details }) };
  return { error: configError("config-misspelled-choice", { details: { ...details, near } }) };
}

function readDuration(schema: Extract<ScalarSchema, { kind: "duration" }>, text: string): ScalarResult {
  const word = schema.words?.[text];
  if (word !== undefined) return { value: word };
  const value = parseDuration(text);
  if (value === undefined) return fail("config-bad-duration", text);
  if (value < schema.minimumMs || value > schema.maximumMs) {
    return outOfRange(shown(text), formatDuration(schema.minimumMs), formatDuration(schema.maximumMs));
  }
  return { value };
}

/** Powers of 1024, as MediaMTX counts `M` (and `MB`, `MiB`). */
const SIZE_UNITS = "KMGT";

function readSize(schema: Extract<ScalarSchema, { kind: "size" }>, text: string): ScalarResult {
  const word = schema.words?.[text];
  if (word !== undefined) return { value: word };
  const match = /^(\d+(?:\.\d+)?)\s?(?:([KMGT])(?:i?B)?|B)?$/i.exec(text);
  if (match === null) return fail("config-bad-size", text);
  const exponent = match[2] === undefined ? 0 : SIZE_UNITS.indexOf(match[2].toUpperCase()) + 1;
  const value = Math.round(Number(match[1]) * 1024 ** exponent);
  if (value < schema.minimumBytes || value > schema.maximumBytes) {
    return outOfRange(shown(text), formatSize(schema.minimumBytes), formatSize(schema.maximumBytes));
  }
  return { value };
}

/** `50M`, `1.5G`: the largest unit that keeps the number at 1 or more. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)}B`;
  const exponent = Math.min(SIZE_UNITS.length, Math.floor(Math.log2(bytes) / 10));
  return `${String(Number((bytes / 1024 ** exponent).toFixed(1)))}${SIZE_UNITS.charAt(exponent - 1)}`;
}
