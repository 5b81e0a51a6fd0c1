/**
 * What codecs have in common when reading an `RtpFormat` and writing fmtp lines (RFC 8866 §6.15): integers, hexadecimal and
 * base64 values that cameras get wrong, and the question whether two formats are the same coding. Nothing here throws.
 */
import type { RtpFormat } from "./codec.ts";

/** Printable, no separators. */
const FMTP_KEY = /^[!-:<>-~]+$/;
const FMTP_VALUE = /^[^;\p{Cc}]*$/u;
/** Longest base64 or hexadecimal value that is decoded, characters. */
const MAX_ENCODED = 16 * 1024;

/** Whether `format` has this media kind and one of these encoding names (upper case). */
export function isEncoding(format: RtpFormat, kind: RtpFormat["kind"], names: readonly string[]): boolean {
  return format.kind === kind && names.includes(format.encodingName.toUpperCase());
}

/** The decimal integer ≥ 0 behind `key`; undefined when absent or not one. */
export function fmtpInteger(format: RtpFormat, key: string): number | undefined {
  const text = format.fmtp.get(key)?.trim();
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  return Number(text);
}

/** The bytes behind a hexadecimal value; undefined when absent, empty, too long or not hexadecimal. */
export function fmtpHex(format: RtpFormat, key: string): Buffer | undefined {
  const text = format.fmtp.get(key)?.trim().replace(/^"|"$/g, "");
  if (text === undefined || text.length === 0 || text.length > MAX_ENCODED || !/^[0-9a-f]+$/i.test(text)) return undefined;
  return Buffer.from(text.length % 2 === 0 ? text : `${text}0`, "hex");
}

/** The comma-separated base64 values behind `key`, empty ones left out, at most `maxValues`. */
export function fmtpBase64List(format: RtpFormat, key: string, maxValues: number): Buffer[] {
  const text = format.fmtp.get(key);
  if (text === undefined || text.length > MAX_ENCODED) return [];
  return text
    .split(",", maxValues)
    .map((part) => Buffer.from(part.trim(), "base64"))
    .filter((bytes) => bytes.length > 0);
}

/** The parameters that can stand in an fmtp line: none that would break it or begin another. */
export function printableFmtp(values: ReadonlyMap<string, string>): Map<string, string> {
  const trimmed = [...values].map(([key, value]) => [key.trim(), value.trim()] as const);
  return new Map(trimmed.filter(([key, value]) => FMTP_KEY.test(key) && FMTP_VALUE.test(value)));
}

/** An fmtp line of the printable ones of these parameters, in their order; a key without a value stands alone. */
export function printFmtp(values: ReadonlyMap<string, string>): string {
  return [...printableFmtp(values)].map(([key, value]) => (value === "" ? key : `${key}=${value}`)).join("; ");
}

/** Audio channels, where SDP's silence means one (RFC 8866 §6.6). */
export function channelsOf(format: RtpFormat): number {
  return Math.max(1, format.channels ?? 1);
}

/** Whether both formats name the same coding, clock rate and channels, and agree on the given fmtp keys. */
export function isSameCoding(one: RtpFormat, other: RtpFormat, essentialKeys: readonly string[] = []): boolean {
  return (
    one.kind === other.kind &&
    one.encodingName.toUpperCase() === other.encodingName.toUpperCase() &&
    one.clockRate === other.clockRate &&
    channelsOf(one) === channelsOf(other) &&
    essentialKeys.every((key) => one.fmtp.get(key)?.toLowerCase() === other.fmtp.get(key)?.toLowerCase())
  );
}
