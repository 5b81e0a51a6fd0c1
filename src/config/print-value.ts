/**
 * Parsed values → JSON in the file's spelling, as MediaMTX's API prints them: `10s`, `50M`, `127.0.0.1/32`. What is printed
 * can be read again to the same value. Secrets are shown as set or unset only.
 */
import { formatDuration } from "#base/duration.ts";
import { IpRange } from "#base/ip-range.ts";
import { formatListenAddress } from "#base/listen-address.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { OptionSchema } from "#base/option.ts";
import { redactQuery, Secret } from "#base/secret.ts";
import type { SchemaSet } from "./read-value.ts";
import { formatSize } from "./read-scalar.ts";
import type { Values } from "./schema.ts";

/** Stands for a secret that is set. */
export const MASK = "<redacted>";

/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Prints the values of `options` by key; keys that only old files have are left out. */
export function printValues(options: SchemaSet, values: Values): Record<string, JsonValue> {
  const shown = Object.entries(options).filter(([, option]) => option.deprecated !== true);
  return Object.fromEntries(shown.map(([key, option]) => [key, printValue(option, values[key])]));
}

/** Prints one value. A number that is left empty prints as "", as in MediaMTX. */
export function printValue(schema: OptionSchema, value: unknown): JsonValue {
  switch (schema.kind) {
    case "boolean":
      return value === true;
    case "number":
      // MediaMTX's only optional number is a text there.
      return schema.default === undefined ? textOf(value) : Number(value);
    case "choice":
      return textOf(value);
    case "text":
      return maskAddress(textOf(value));
    case "secret":
      return value instanceof Secret && value.reveal() !== "" ? MASK : "";
    case "duration":
      return wordFor(schema, Number(value)) ?? formatDuration(Number(value));
    case "size":
      return wordFor(schema, Number(value)) ?? formatSize(Number(value));
    case "listen-address":
      return value === undefined ? "" : formatListenAddress(value as ListenAddress); // what listen-address options parse to
    case "ip-range":
      return value instanceof IpRange ? value.text : "";
    case "list":
      return Array.isArray(value) ? value.map((item: unknown) => printValue(schema.items, item)) : [];
    case "group": {
      const values = value as Values; // what groups parse to
      return Object.fromEntries(Object.entries(schema.properties).map(([key, option]) => [key, printValue(option, values[key])]));
    }
  }
}

/** Hides the password of an address, and those in its query. Greedy: an unescaped '/' or '@' in it must not end what is hidden. */
export function maskAddress(text: string): string {
  const masked = text.replace(/^([a-z][a-z\d+.-]*:\/\/[^:/@]*:).*@/is, `$1${MASK}@`);
  return masked.includes("://") ? redactQuery(masked) : masked;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The word that stands for this number. */
function wordFor(schema: Extract<OptionSchema, { kind: "duration" | "size" }>, value: number): string | undefined {
  return Object.entries(schema.words ?? {}).find(([, meaning]) => meaning === value)?.[0];
}
