/**
 * When the time of a schedule comes next. `node-cron` understands the five fields and says whether a day fits; it has no way to be
 * given a clock, so what comes next is found here, from any moment, in any time zone. Where clocks are set forward, a time that
 * doesn't exist is the first moment after it; where they are set back, one that comes twice is the first of both, unless the
 * job has no hours of its own (`*`).
 */
import { createTask, validateDetailed } from "node-cron";
import type { ScheduledTask } from "node-cron";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1440;
/** The 29th of February on one day of the week comes at least this often, milliseconds. */
const HORIZON_MS = 41 * 366 * DAY_MINUTES * MINUTE_MS;
const MAX_TEXT = 128;

/** Why a text isn't such a time; undefined where it is. */
export function cronFault(text: string): string | undefined {
  if (text.length > MAX_TEXT) return "too long";
  if (text.trim().split(/\s+/).length !== 5) return "it has not five fields";
  const { valid, errors } = validateDetailed(text);
  return valid ? undefined : (errors[0]?.message ?? "not understood");
}

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** See the head of this file. The text must be one without fault. */
export class CronTime {
  readonly #zone: Intl.DateTimeFormat;
  readonly #matches: (at: number) => boolean;
  readonly #minutes: ReadonlySet<number>;
  readonly #hours: ReadonlySet<number>;

  constructor(text: string, timeZone: string | undefined) {
    this.#zone = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
    const { fields } = validateDetailed(text);
    this.#minutes = new Set(fields?.minute);
    this.#hours = new Set(fields?.hour);
    // The hours and minutes of a day are looked at here: only its date is asked for.
    const dates = text.trim().replace(/^\S+\s+\S+/, "* *");
    this.#matches = (at) => withTask(dates, timeZone, (task) => task.match(new Date(at)));
  }

  /** The first time after `after`, both milliseconds since 1970; undefined where there is none in sight. */
  next(after: number): number | undefined {
    const end = after + HORIZON_MS;
    let at = (Math.floor(after / MINUTE_MS) + 1) * MINUTE_MS;
    let skipped = false;
    while (at < end) {
      const minute = this.#minuteOfDay(at);
      const jump = this.#jumpedOver(at, minute);
      if ((jump || this.#fits(minute)) && !this.#isSecond(at, minute)) {
        if (this.#matches(at)) return at;
        skipped = true;
      }
      at += skipped ? this.#toNextDay(minute) : this.#toNextTime(minute);
      skipped = false;
    }
    return undefined;
  }

  #fits(minute: number): boolean {
    return this.#hours.has(Math.floor(minute / HOUR_MINUTES)) && this.#minutes.has(minute % HOUR_MINUTES);
  }

  /** Whether a time was left out by the clocks' jump that ends at this moment. */
  #jumpedOver(at: number, minute: number): boolean {
    if (this.#hours.size === 24) return false;
    const before = this.#minuteOfDay(at - MINUTE_MS);
    const missing = minute - before - 1;
    if (missing <= 0 || missing > 3 * HOUR_MINUTES) return false;
    return Array.from({ length: missing }, (_, index) => before + 1 + index).some((left) => this.#fits(left));
  }

  /** Whether the clocks have shown this time already, before they were set back. */
  #isSecond(at: number, minute: number): boolean {
    if (this.#hours.size === 24) return false;
    return [30, 60, 120].some((back) => this.#minuteOfDay(at - back * MINUTE_MS) === minute);
  }

  #toNextTime(minute: number): number {
    const left = HOUR_MINUTES - (minute % HOUR_MINUTES);
    if (!this.#hours.has(Math.floor(minute / HOUR_MINUTES))) return left * MINUTE_MS;
    for (let step = 1; step < left; step += 1) if (this.#minutes.has((minute % HOUR_MINUTES) + step)) return step * MINUTE_MS;
    return left * MINUTE_MS;
  }

  /** Not further than an hour before the day's end while that is far: the clocks may be set meanwhile. */
  #toNextDay(minute: number): number {
    const left = DAY_MINUTES - minute;
    return (
      (left > 4 * HOUR_MINUTES ? left - 3 * HOUR_MINUTES : Math.min(left, HOUR_MINUTES - (minute % HOUR_MINUTES))) * MINUTE_MS
    );
  }

  #minuteOfDay(at: number): number {
    const [hour = "0", minute = "0"] = this.#zone.format(at).split(":");
    return Number(hour) * HOUR_MINUTES + Number(minute);
  }
}

/** The library keeps every task it makes in a list of its own. */
function withTask<T>(text: string, timezone: string | undefined, use: (task: ScheduledTask) => T): T {
  const task = createTask(text, () => undefined, timezone === undefined ? {} : { timezone });
  try {
    return use(task);
  } finally {
    void task.destroy();
  }
}
