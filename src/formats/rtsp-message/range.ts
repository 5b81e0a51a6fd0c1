/**
 * The Range header (RFC 2326 §12.29, §3.5–3.7): normal play time, absolute time, SMPTE time codes. Open ends are undefined.
 */

/** Normal play time in seconds, ≥ 0; `now` is the live point. */
export interface NptRange {
  readonly kind: "npt";
  readonly start: number | "now" | undefined;
  readonly end: number | undefined;
}

/** Absolute time in milliseconds since the epoch, UTC. */
export interface ClockRange {
  readonly kind: "clock";
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** A time code: whole seconds, frames (0…99) and hundredths of a frame (0…99). */
export interface SmpteTime {
  readonly seconds: number;
  readonly frames: number;
  readonly subframes: number;
}

/** SMPTE time codes of one of the three frame rates. */
export interface SmpteRange {
  readonly kind: "smpte";
  readonly type: SmpteType;
  readonly start: SmpteTime | undefined;
  readonly end: SmpteTime | undefined;
}

/** 30 drop, 25 and 30 frames a second. */
export type SmpteType = "smpte" | "smpte-25" | "smpte-30-drop";

/** Any of them; told apart by `kind`. */
export type RtspRange = NptRange | ClockRange | SmpteRange;

/** Characters of a range that is read. */
export const MAX_RANGE_LENGTH = 256;

const rangePattern = /^\s*(npt|clock|smpte|smpte-25|smpte-30-drop)\s*=\s*([^;\s]*?)\s*-\s*([^;\s-]*)\s*(?:;.*)?$/i;
const clockPattern = /^([1-9]\d{3})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\.\d{1,6})?Z$/i;
const smptePattern = /^(\d{1,3}):([0-5]?\d):([0-5]?\d)(?::(\d{1,2})(?:\.(\d{1,2}))?)?$/;

/** Reads a range; undefined when it is none. A `time` parameter is stepped over. */
export function parseRange(value: string): RtspRange | undefined {
  const parts = value.length > MAX_RANGE_LENGTH ? null : rangePattern.exec(value);
  if (parts === null) return undefined;
  const type = (parts[1] ?? "").toLowerCase();
  const startText = parts[2] ?? "";
  const endText = parts[3] ?? "";
  if (startText === "" && endText === "") return undefined;
  if (type === "npt") {
    const start = startText.toLowerCase() === "now" ? "now" : parseNpt(startText);
    return valid({ kind: "npt", start, end: parseNpt(endText) }, startText, endText);
  }
  if (type === "clock")
    return valid({ kind: "clock", start: parseClock(startText), end: parseClock(endText) }, startText, endText);
  const smpteType: SmpteType = type === "smpte-25" || type === "smpte-30-drop" ? type : "smpte";
  return valid({ kind: "smpte", type: smpteType, start: parseSmpte(startText), end: parseSmpte(endText) }, startText, endText);
}

/** Writes a range. */
export function printRange(range: RtspRange): string {
  switch (range.kind) {
    case "npt":
      return `npt=${range.start === "now" ? "now" : printNpt(range.start)}-${printNpt(range.end)}`;
    case "clock":
      return `clock=${printClock(range.start)}-${printClock(range.end)}`;
    case "smpte":
      return `${range.type}=${printSmpte(range.start)}-${printSmpte(range.end)}`;
  }
}

/** A bound that was written but couldn't be read spoils the range. */
function valid<T extends RtspRange>(range: T, startText: string, endText: string): T | undefined {
  const startLost = range.start === undefined && startText !== "";
  const endLost = range.end === undefined && endText !== "";
  return startLost || endLost ? undefined : range;
}

/** Seconds, or `h:mm:ss`, either with a fraction. */
function parseNpt(text: string): number | undefined {
  if (/^\d{1,12}(\.\d{0,9})?$/.test(text)) return Number(text);
  const parts = /^(\d{1,9}):(\d{1,2}):(\d{1,2}(?:\.\d{0,9})?)$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]);
}

function printNpt(seconds: number | undefined): string {
  return seconds === undefined ? "" : String(Math.max(Number(seconds.toFixed(3)), 0));
}

/** `YYYYMMDDThhmmss[.fraction]Z`. */
function parseClock(text: string): number | undefined {
  const parts = clockPattern.exec(text);
  if (parts === null) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = "", fraction = ""] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`);
  return Number.isFinite(time) ? time : undefined;
}

function printClock(time: number | undefined): string {
  if (time === undefined) return "";
  const text = new Date(time).toISOString().replace(/[-:]/g, "");
  return text.replace(".000Z", "Z");
}

function parseSmpte(text: string): SmpteTime | undefined {
  const parts = smptePattern.exec(text);
  if (parts === null) return undefined;
  const seconds = Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]);
  return { seconds, frames: Number(parts[4] ?? 0), subframes: Number(parts[5] ?? 0) };
}

function printSmpte(time: SmpteTime | undefined): string {
  if (time === undefined) return "";
  const digits = (value: number): string => String(value).padStart(2, "0");
  const clock = [Math.floor(time.seconds / 3600), Math.floor(time.seconds / 60) % 60, time.seconds % 60].map(digits).join(":");
  if (time.frames === 0 && time.subframes === 0) return clock;
  return `${clock}:${digits(time.frames)}${time.subframes === 0 ? "" : `.${digits(time.subframes)}`}`;
}
