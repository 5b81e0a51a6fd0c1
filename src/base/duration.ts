/**
 * Durations as configuration writes them: Go's syntax (`1h30m`, `250ms`, `1.5s`) plus `d` for days, as MediaMTX reads them.
 */

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const MAX_TEXT = 64;

/** Milliseconds of `text`, or undefined where it is not a duration. `0` needs no unit. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  if (text.length === 0 || text.length > MAX_TEXT) return undefined;
  const sign = text.startsWith("-") ? -1 : 1;
  const body = text.replace(/^[+-]/, "");
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h|d))+$/.test(body)) return undefined;
  let total = 0;
  for (const [, number, unit] of body.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h|d)/g)) {
    total += Number(number) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
  }
  return sign * total;
}

const DAY_MS = 86_400_000;

/** Go's spelling of a duration in milliseconds, with days in front (`90_000` → `1m30s`), as MediaMTX's API prints it. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  const sign = ms < 0 ? "-" : "";
  const total = Math.abs(ms);
  if (total < 1000) return `${sign}${String(Number(total.toFixed(6)))}ms`;
  const days = Math.floor(total / DAY_MS);
  const rest = total % DAY_MS;
  const dayPart = days > 0 ? `${String(days)}d` : "";
  if (rest === 0) return `${sign}${dayPart}`;
  const hours = Math.floor(rest / 3_600_000);
  const minutes = Math.floor((rest % 3_600_000) / 60_000);
  const seconds = Number(((rest % 60_000) / 1000).toFixed(9));
  const hourPart = hours > 0 ? `${String(hours)}h` : "";
  const minutePart = hours > 0 || minutes > 0 ? `${String(minutes)}m` : "";
  return `${sign}${dayPart}${hourPart}${minutePart}${String(seconds)}s`;
}
