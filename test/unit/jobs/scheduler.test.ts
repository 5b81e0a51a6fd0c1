import assert from "node:assert/strict";
import { test } from "node:test";
import type { SluiceError } from "#base/errors.ts";
import { checkSchedule } from "#jobs/check.ts";
import type { JobOptions } from "#jobs/options.ts";
import { Scheduler } from "#jobs/scheduler.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NIGHT = Date.UTC(2026, 10, 25, 2);
const DUE = Date.UTC(2026, 10, 25, 3);

const job = (more: Partial<JobOptions> = {}): JobOptions => ({
  job: "backup-configuration",
  at: "0 3 * * *",
  camera: "",
  timeZone: "",
  keep: 7,
  ...more,
});
const schedule = (...jobs: JobOptions[]) => ({ schedule: jobs, scheduleTimeZone: "UTC" });

function stage(options: { wall?: number; remembered?: ReadonlyMap<string, number>; run?: () => Promise<void> } = {}) {
  const clock = new ManualClock({ wall: options.wall ?? NIGHT });
  const ran: string[] = [];
  const told: Pick<SluiceError, "code" | "details">[] = [];
  const kept = new Map<string, number>();
  const scheduler = new Scheduler({
    clock,
    run: async () => {
      ran.push(new Date(clock.wallNow()).toISOString());
      await options.run?.();
    },
    tell: ({ code, details }) => told.push({ code, details }),
    done: () => undefined,
    remembered: options.remembered ?? new Map(),
    remember: (runs) => {
      kept.clear();
      for (const [name, at] of runs) kept.set(name, at);
    },
  });
  return { clock, scheduler, ran, told, kept };
}

test("a job runs when it is due, and is remembered", async () => {
  const { clock, scheduler, ran, told, kept } = stage();
  scheduler.use(schedule(job()));
  assert.equal(scheduler.jobs()[0]?.next, DUE);
  await clock.run(HOUR_MS - 1);
  assert.deepEqual(ran, []);
  await clock.run(1);
  assert.deepEqual(ran, ["2026-11-25T03:00:00.000Z"]);
  assert.deepEqual([...kept], [["backup-configuration 0 3 * * *", DUE]]);
  assert.partialDeepStrictEqual(scheduler.jobs(), [{ next: DUE + DAY_MS, last: { at: DUE }, running: false, timeZone: "UTC" }]);
  await clock.run(2 * DAY_MS);
  assert.equal(ran.length, 3);
  assert.deepEqual(told, []);
  scheduler.close();
  assert.deepEqual(clock.openTimers(), []);
});

test("a clock that is set forward over due times runs the job once, and says how many were missed", async () => {
  const { clock, scheduler, ran, told } = stage();
  scheduler.use(schedule(job()));
  clock.setWall(DUE + 2 * DAY_MS + HOUR_MS);
  await clock.run(MINUTE_MS);
  assert.equal(ran.length, 1);
  assert.partialDeepStrictEqual(told, [{ code: "job-late", details: { count: 3, due: "2026-11-25T03:00:00.000Z" } }]);
  assert.equal(scheduler.jobs()[0]?.next, DUE + 3 * DAY_MS);
  scheduler.close();
});

test("a clock that is set back doesn't run it again; one that was wrong by far does", async () => {
  const { clock, scheduler, ran, told } = stage();
  scheduler.use(schedule(job()));
  await clock.run(HOUR_MS + MINUTE_MS);
  assert.equal(ran.length, 1);
  clock.setWall(DUE - HOUR_MS);
  await clock.run(2 * HOUR_MS);
  assert.equal(ran.length, 1, "it is three o'clock a second time");
  clock.setWall(DUE - 100 * DAY_MS - HOUR_MS);
  await clock.run(2 * HOUR_MS);
  assert.equal(ran.length, 2, "the clock was wrong: this is another three o'clock");
  assert.deepEqual(told, []);
  scheduler.close();
});

test("a clock without a battery that learns the time runs each job once", async () => {
  const { clock, scheduler, ran } = stage({ wall: 0 });
  scheduler.use(schedule(job(), job({ job: "report-health", at: "*/10 * * * *" })));
  await clock.run(MINUTE_MS);
  clock.setWall(DUE + MINUTE_MS);
  await clock.run(MINUTE_MS);
  assert.equal(ran.length, 2);
  scheduler.close();
});

test("a job that still runs isn't started beside itself", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { clock, scheduler, ran, told } = stage({ run: () => promise });
  scheduler.use(schedule(job({ at: "*/10 * * * *" })));
  await clock.run(25 * MINUTE_MS);
  assert.equal(ran.length, 1);
  assert.partialDeepStrictEqual(told, [{ code: "job-overlap" }]);
  resolve();
  await clock.run(10 * MINUTE_MS);
  assert.equal(ran.length, 2);
  scheduler.close();
});

test("a job that fails says so, and is run again at its next time", async () => {
  const { clock, scheduler, ran, told } = stage({ run: () => Promise.reject(new Error("disk full")) });
  scheduler.use(schedule(job()));
  await clock.run(HOUR_MS + DAY_MS);
  assert.equal(ran.length, 2);
  assert.partialDeepStrictEqual(told[0], { code: "job-failed", details: { reason: "disk full" } });
  assert.equal(scheduler.jobs()[0]?.last?.error?.code, "job-failed");
  scheduler.close();
});

test("a time that came while nothing ran is told, and not made up for", async () => {
  const remembered = new Map([["backup-configuration 0 3 * * *", DUE - 2 * DAY_MS]]);
  const { clock, scheduler, ran, told } = stage({ remembered });
  scheduler.use(schedule(job()));
  assert.partialDeepStrictEqual(told, [{ code: "job-missed", details: { due: "2026-11-24T03:00:00.000Z" } }]);
  await clock.run(30 * MINUTE_MS);
  assert.deepEqual(ran, []);
  scheduler.close();
});

test("another schedule takes over at once; a job that stays keeps what is known of it", async () => {
  const { clock, scheduler, ran } = stage();
  scheduler.use(schedule(job()));
  await clock.run(HOUR_MS);
  scheduler.use(schedule(job({ keep: 3 }), job({ at: "30 3 * * *" })));
  assert.partialDeepStrictEqual(scheduler.jobs(), [{ last: { at: DUE }, options: { keep: 3 } }, { next: DUE + 30 * MINUTE_MS }]);
  await clock.run(HOUR_MS);
  assert.equal(ran.length, 2);
  scheduler.use(schedule());
  assert.deepEqual(clock.openTimers(), []);
  scheduler.close();
});

test("what is wrong with a schedule is said where it stands", () => {
  const findings = checkSchedule(
    {
      scheduleTimeZone: "Mars/Base",
      schedule: [
        job({ at: "61 * * * *" }),
        job({ at: "0 0 31 2 *" }),
        job({ job: "restart-camera" }),
        job({ job: "restart-camera", camera: "yard", at: "1 1 * * *", timeZone: "x" }),
        job({ at: "2 2 * * *" }),
        job({ at: "2 2 * * *", keep: 1 }),
      ],
    },
    ["gate"],
  );
  assert.deepEqual(
    findings.map(({ steps, error }) => `${steps.join(".")} ${error.code}`),
    [
      "scheduleTimeZone job-bad-zone",
      "schedule.0.at job-bad-time",
      "schedule.1.at job-bad-time",
      "schedule.2.job job-no-camera",
      "schedule.3.timeZone job-bad-zone",
      "schedule.3.camera job-camera-unknown",
      "schedule.5.job job-twice",
    ],
  );
  assert.deepEqual(checkSchedule(schedule(job({ job: "restart-camera", camera: "gate" })), ["gate"]), []);
});
