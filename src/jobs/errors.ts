/** What is wrong with a schedule, and what can go wrong with its jobs. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the jobs' failures. */
export const jobErrors = defineErrors({
  "job-bad-time": {
    en: "'{value}' is no time of a schedule: {reason}",
    zh: "“{value}”不是有效的计划时间：{reason}",
    remedyEn:
      "Write minute, hour, day of the month, month and day of the week, as in '30 3 * * *' (each day at 3:30) or '0 4 * * 1' (Mondays at 4:00).",
    remedyZh: "请按“分 时 日 月 星期”书写，例如“30 3 * * *”（每天 3:30）或“0 4 * * 1”（每周一 4:00）。",
  },
  "job-bad-zone": {
    en: "'{value}' is no time zone",
    zh: "“{value}”不是有效的时区",
    remedyEn: "Use a name like Asia/Shanghai or Europe/Berlin, or leave it out for the machine's own.",
    remedyZh: "请使用 Asia/Shanghai 之类的名称，或省略以使用本机时区。",
  },
  "job-no-camera": {
    en: "restart-camera needs to know which camera",
    zh: "restart-camera 需要指定摄像机",
    remedyEn: "Add 'camera:' with the name of a path.",
    remedyZh: "请添加“camera:”并填写路径名称。",
  },
  "job-camera-unknown": {
    en: "no camera is pulled for the path '{camera}'",
    zh: "路径“{camera}”没有拉流的摄像机",
    remedyEn: "Use the name of a path with a camera's address as its source.",
    remedyZh: "请使用以摄像机地址为来源的路径名称。",
  },
  "job-twice": {
    en: "this job is in the schedule already",
    zh: "计划中已有相同的任务",
    remedyEn: "Remove one of them, or change its time.",
    remedyZh: "请删除其中一个，或更改时间。",
  },
  "job-no-file": {
    en: "there is no configuration file that could be backed up",
    zh: "没有可备份的配置文件",
    remedyEn: "Run Sluice with a configuration file.",
    remedyZh: "请使用配置文件运行 Sluice。",
  },
  "job-failed": {
    en: "the job '{job}' failed: {reason}",
    zh: "任务“{job}”失败：{reason}",
    remedyEn: "It is tried again at its next time. The log says more.",
    remedyZh: "到下一个计划时间会再次执行。详情请查看日志。",
  },
  "job-late": {
    en: "the job '{job}' was due at {due} and has been run now, once, instead of {count} time(s)",
    zh: "任务“{job}”应在 {due} 执行，现已补执行一次（错过 {count} 次）",
    remedyEn: "Nothing to do: the clock was set, or the machine slept.",
    remedyZh: "无需处理：时钟被调整，或设备曾休眠。",
  },
  "job-missed": {
    en: "the job '{job}' was due at {due}, when Sluice wasn't running",
    zh: "任务“{job}”应在 {due} 执行，但当时 Sluice 未运行",
    remedyEn: "It is run at its next time.",
    remedyZh: "将在下一个计划时间执行。",
  },
  "job-overlap": {
    en: "the job '{job}' is due again and still running",
    zh: "任务“{job}”再次到期，但上一次仍在执行",
    remedyEn: "Leave more time between its runs.",
    remedyZh: "请加大两次执行之间的间隔。",
  },
});

/** Makes an error of this catalogue. */
export const jobError = errorFactory(jobErrors);
