/** Numbers, sizes and times for people: a space before the unit, 24-hour time, no false precision. */
import type { Language } from "./language.ts";

const KIB = 1024;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const units = {
  en: { second: "s", minute: "min", hour: "h", day: "d" },
  zh: { second: "秒", minute: "分钟", hour: "小时", day: "天" },
} as const;

/** Up to three significant digits, with the language's grouping. */
export function formatNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(tag(language), { maximumSignificantDigits: Math.abs(value) >= 1000 ? 21 : 3 }).format(value);
}

/** `41 MiB`; counts in 1024. */
export function formatBytes(bytes: number, language: Language): string {
  const [value, unit] = scale(bytes, ["B", "KiB", "MiB", "GiB", "TiB"], KIB);
  return `${formatNumber(value, language)} ${unit}`;
}

/** `4.2 Mbit/s`; counts in 1000. */
export function formatBitrate(bitsPerSecond: number, language: Language): string {
  const [value, unit] = scale(bitsPerSecond, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"], 1000);
  return `${formatNumber(value, language)} ${unit}`;
}

/** `12 %` of a ratio of 0.12. */
export function formatShare(ratio: number, language: Language): string {
  const percent = ratio * 100;
  const digits = percent > 0 && percent < 1 ? 2 : 0;
  return `${new Intl.NumberFormat(tag(language), { maximumFractionDigits: digits }).format(percent)} %`;
}

/** How long something has lasted, in its largest unit: `4 min`, `3 天`. */
export function formatDuration(ms: number, language: Language): string {
  const words = units[language];
  const whole = (size: number): string => formatNumber(Math.floor(Math.max(0, ms) / size), language);
  if (ms < MINUTE) return `${whole(SECOND)} ${words.second}`;
  if (ms < HOUR) return `${whole(MINUTE)} ${words.minute}`;
  if (ms < DAY) return `${whole(HOUR)} ${words.hour}`;
  return `${whole(DAY)} ${words.day}`;
}

/** Seconds with one digit below ten: `1.9 s`, `12 s`. */
export function formatSeconds(ms: number, language: Language): string {
  const seconds = ms / SECOND;
  const rounded = seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds);
  return `${formatNumber(rounded, language)} ${units[language].second}`;
}

/** Time of day: `14:02:11`. */
function formatTime(wallMs: number, language: Language): string {
  return new Intl.DateTimeFormat(tag(language), {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(wallMs);
}

/** The time of day, with its date where that isn't `now`'s. */
export function formatMoment(wallMs: number, now: number, language: Language): string {
  if (new Date(wallMs).toDateString() === new Date(now).toDateString()) return formatTime(wallMs, language);
  const date = new Intl.DateTimeFormat(tag(language), { month: "short", day: "numeric" }).format(wallMs);
  return `${date} ${formatTime(wallMs, language)}`;
}

function scale(value: number, names: readonly string[], step: number): readonly [number, string] {
  let scaled = value;
  let index = 0;
  while (Math.abs(scaled) >= step && index < names.length - 1) {
    scaled /= step;
    index++;
  }
  return [scaled, names[index] ?? ""];
}

function tag(language: Language): string {
  return language === "zh" ? "zh-Hans" : "en";
}
