/**
 * Runs jobs when they are due, by the machine's clock, which may be set at any time. Each due time is run once: one that a clock set
 * forward (or a machine that slept) has passed by is run now, once for all that were missed; one that was run already isn't again
 * when the clock is set back by less than `MAX_BACK_MS`; beyond that it was a wrong clock, and everything begins anew. A job
 * that is still running isn't started beside itself.
 */
import type { Clock, Timer } from "#base/clock.ts";
import { messageOf, SluiceError } from "#base/errors.ts";
import { CronTime } from "./cron-time.ts";
import { jobError } from "./errors.ts";
import { jobName, zoneOf } from "./options.ts";
import type { JobOptions, ScheduleOptions } from "./options.ts";

/** How often it is looked whether the clock was set; nothing is looked at without jobs, milliseconds. */
const LOOK_MS = 30_000;
/** What comes later than this is late, milliseconds. */
const LATE_MS = 90_000;
/** The clock is set back by an hour in autumn, and by a little by its time server, milliseconds. */
const MAX_BACK_MS = 3 * 3_600_000;
/** Clocks differ by less than this when nobody sets one, milliseconds. */
const MAX_DRIFT_MS = 1000;
/** Missed times that are counted. */
const MAX_COUNTED = 1000;

/** How the last run ended. */
export interface LastRun {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly error: SluiceError | undefined;
}

/** A job as it is now. */
export interface JobState {
  readonly name: string;
  readonly options: JobOptions;
  readonly timeZone: string;
  /** Milliseconds since 1970; undefined where there is none in sight. */
  readonly next: number | undefined;
  readonly last: LastRun | undefined;
  readonly running: boolean;
}

/** What a scheduler works with. */
export interface SchedulerOptions {
  readonly clock: Clock;
  /** Does what a job is for. */
  readonly run: (job: JobOptions) => Promise<void>;
  /** Something that a person should hear of. */
  readonly tell: (error: SluiceError, name: string) => void;
  readonly done: (name: string) => void;
  /** When jobs were due that were run last, from before; and what to remember. */
  readonly remembered: ReadonlyMap<string, number>;
  readonly remember: (runs: ReadonlyMap<string, number>) => void;
}

interface Entry {
  readonly name: string;
  readonly options: JobOptions;
  readonly zone: string | undefined;
  readonly time: CronTime;
  next: number | undefined;
  last: LastRun | undefined;
  running: boolean;
}

/** See the head of this file. */
export class Scheduler {
  readonly #with: SchedulerOptions;
  readonly #runs: Map<string, number>;
  #entries: readonly Entry[] = [];
  #timer: Timer | undefined;
  /** The machine's clock minus the monotonic one: changes when the clock is set. */
  #offset: number;
  #closed = false;

  constructor(options: SchedulerOptions) {
    this.#with = options;
    this.#offset = options.clock.wallNow() - options.clock.now();
    this.#runs = new Map(options.remembered);
  }

  /** All jobs, in the order of the configuration. */
  jobs(): readonly JobState[] {
    return this.#entries.map(({ name, options, zone, next, last, running }) => ({
      name,
      options,
      timeZone: zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      next,
      last,
      running,
    }));
  }

  /** Another schedule from now on; jobs that stay the same don't notice. */
  use(options: ScheduleOptions): void {
    const now = this.#with.clock.wallNow();
    const before = new Map(this.#entries.map((entry) => [entry.name, entry]));
    const first = this.#entries.length === 0;
    this.#entries = options.schedule.map((job) => {
      const [name, zone] = [jobName(job), zoneOf(job, options)];
      const known = before.get(name);
      if (known?.zone === zone && known !== undefined) return Object.assign(known, { options: job });
      const time = new CronTime(job.at, zone);
      return { name, options: job, zone, time, next: this.#nextOf({ name, time }, now), last: known?.last, running: false };
    });
    if (first) for (const entry of this.#entries) this.#tellMissed(entry, now);
    this.#look();
  }

  /** Nothing is started any more. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Due times while nothing ran: told, not made up for. */
  #tellMissed({ name, time }: Entry, now: number): void {
    const last = this.#runs.get(name);
    const due = last === undefined || last > now ? undefined : time.next(last);
    if (due === undefined || due > now) return;
    this.#with.tell(jobError("job-missed", { details: { job: name, due: new Date(due).toISOString() } }), name);
  }

  /** Not before what was run already, as far as the clock may have been set back. */
  #nextOf({ name, time }: Pick<Entry, "name" | "time">, now: number): number | undefined {
    const last = this.#runs.get(name) ?? 0;
    return time.next(last > now && last - now <= MAX_BACK_MS ? last : now);
  }

  #look(): void {
    this.#timer?.cancel();
    if (this.#closed || this.#entries.length === 0) return;
    const { clock } = this.#with;
    const now = clock.wallNow();
    const setBack = now - clock.now() < this.#offset - MAX_DRIFT_MS;
    this.#offset = now - clock.now();
    for (const entry of this.#entries) {
      if (entry.next !== undefined && now >= entry.next) this.#due(entry, entry.next);
      else if (setBack) entry.next = this.#nextOf(entry, now); // what is next may be nearer now
    }
    const wait = Math.min(LOOK_MS, ...this.#entries.map(({ next }) => Math.max(0, (next ?? Infinity) - now)));
    this.#timer = clock.after("jobs", wait, () => {
      this.#look();
    });
  }

  #due(entry: Entry, due: number): void {
    const now = this.#with.clock.wallNow();
    const { name, time } = entry;
    const details = { job: name, due: new Date(due).toISOString() };
    if (now - due > LATE_MS) {
      let count = 1;
      for (let at = time.next(due); at !== undefined && at <= now && count < MAX_COUNTED; at = time.next(at)) count += 1;
      this.#with.tell(jobError("job-late", { details: { ...details, count } }), name);
    }
    this.#runs.set(name, now);
    for (const known of this.#runs.keys()) if (!this.#entries.some((other) => other.name === known)) this.#runs.delete(known);
    this.#with.remember(this.#runs);
    entry.next = time.next(now);
    if (entry.running) this.#with.tell(jobError("job-overlap", { details }), name);
    else void this.#run(entry);
  }

  async #run(entry: Entry): Promise<void> {
    const { clock, run, tell, done } = this.#with;
    const at = clock.wallNow();
    entry.running = true;
    try {
      await run(entry.options);
      entry.last = { at, error: undefined };
      done(entry.name);
    } catch (thrown) {
      const reason = thrown instanceof SluiceError ? thrown.message : messageOf(thrown);
      const error = jobError("job-failed", { details: { job: entry.name, reason }, cause: thrown });
      entry.last = { at, error };
      tell(error, entry.name);
    } finally {
      entry.running = false;
    }
  }
}
