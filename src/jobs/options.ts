/** Keys of the schedule. */
import { choiceOption, groupOption, integerOption, listOption, reloads, textOption } from "#base/option.ts";
import type { OptionValues } from "#base/option.ts";

const MAX_JOBS = 64;
const MAX_KEPT = 365;

const jobOptions = {
  job: choiceOption(
    ["restart-camera", "report-health", "backup-configuration"],
    { fallback: "report-health" },
    "What is done: a camera pulled anew, the box's health written to the log, or the configuration backed up.",
  ),
  at: textOption(
    "",
    "When: minute, hour, day of the month, month, day of the week, as cron has it; all must fit. 30 3 * * * is each day at 3:30.",
  ),
  camera: textOption("", "Path of the camera that is pulled anew."),
  timeZone: textOption("", "Time zone of this job, such as Asia/Shanghai; empty means scheduleTimeZone."),
  keep: integerOption(7, { minimum: 1, maximum: MAX_KEPT }, "Backups that are kept; the oldest go."),
} as const;

/** See the head of this file. */
export const scheduleOptions = {
  schedule: reloads(
    "live",
    listOption(groupOption(jobOptions, "One job."), { fallback: [], maxItems: MAX_JOBS }, "What is done at which time."),
  ),
  scheduleTimeZone: reloads(
    "live",
    textOption("", "Time zone of the schedule, such as Asia/Shanghai; empty means the machine's own."),
  ),
} as const;

/** The schedule. */
export type ScheduleOptions = OptionValues<typeof scheduleOptions>;

/** One job. */
export type JobOptions = ScheduleOptions["schedule"][number];

/** The zone a job's time is meant in; undefined for the machine's own. */
export function zoneOf(job: JobOptions, { scheduleTimeZone }: Pick<ScheduleOptions, "scheduleTimeZone">): string | undefined {
  return [job.timeZone, scheduleTimeZone].find((zone) => zone !== "");
}

/** Names a job in the log and the API: two that are alike in all but `keep` are one. */
export function jobName({ job, camera, at }: JobOptions): string {
  return [job, ...(camera === "" ? [] : [camera]), at].join(" ");
}
