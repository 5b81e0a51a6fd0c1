/** What a schedule's keys mean together. */
import type { SluiceError } from "#base/errors.ts";
import { cronFault, CronTime, isTimeZone } from "./cron-time.ts";
import { jobError } from "./errors.ts";
import { jobName, zoneOf } from "./options.ts";
import type { ScheduleOptions } from "./options.ts";

/** Something that is wrong; `steps` lead to it. */
export interface ScheduleFinding {
  readonly steps: readonly (string | number)[];
  readonly error: SluiceError;
}

/** Checks it; `paths` are the names of those that are configured. */
export function checkSchedule(options: ScheduleOptions, paths: readonly string[]): readonly ScheduleFinding[] {
  const { schedule, scheduleTimeZone } = options;
  const findings: ScheduleFinding[] = [];
  const zoneFault = (steps: readonly (string | number)[], value: string): void => {
    if (value !== "" && !isTimeZone(value)) findings.push({ steps, error: jobError("job-bad-zone", { details: { value } }) });
  };
  zoneFault(["scheduleTimeZone"], scheduleTimeZone);
  const names = schedule.map(jobName);
  for (const [index, job] of schedule.entries()) {
    const fail = (key: string, error: SluiceError): void => void findings.push({ steps: ["schedule", index, key], error });
    zoneFault(["schedule", index, "timeZone"], job.timeZone);
    const { at: value, camera } = job;
    const reason = cronFault(value);
    if (reason !== undefined) fail("at", jobError("job-bad-time", { details: { value, reason } }));
    if (job.job === "restart-camera" && camera === "") fail("job", jobError("job-no-camera"));
    if (job.job === "restart-camera" && camera !== "" && !paths.includes(camera))
      fail("camera", jobError("job-camera-unknown", { details: { camera } }));
    if (names.indexOf(names[index] ?? "") !== index) fail("job", jobError("job-twice"));
  }
  return findings;
}

/** When each job runs next. Only of a schedule without fault. */
export function nextRuns(options: ScheduleOptions, after: number): readonly (number | undefined)[] {
  return options.schedule.map((job) => new CronTime(job.at, zoneOf(job, options)).next(after));
}
