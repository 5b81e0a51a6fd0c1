/** The jobs of the schedule, and what each of them does. */
import type { Explanation } from "#api/contract/answers.ts";
import type { JobList } from "#api/contract/jobs.ts";
import type { EventRing } from "#api/monitor/event-ring.ts";
import { explain } from "#api/explain.ts";
import type { Logger } from "#base/log.ts";
import type { HealthMonitor } from "#health/monitor.ts";
import { jobError } from "#jobs/errors.ts";
import type { JobOptions, ScheduleOptions } from "#jobs/options.ts";
import { Scheduler } from "#jobs/scheduler.ts";
import type { CameraBoard } from "#cameras/camera-board.ts";
import type { Clock } from "#base/clock.ts";
import { backUpConfiguration } from "./config-backup.ts";
import { JobMemory } from "./job-memory.ts";

/** What jobs work with. */
export interface JobParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly cameras: Pick<CameraBoard, "restart">;
  readonly health: Pick<HealthMonitor, "summarise">;
  readonly events: Pick<EventRing, "add">;
  /** The configuration; undefined where there is none. */
  readonly file: () => string | undefined;
  readonly stateFolder: string | undefined;
}

/** The jobs while the server runs. */
export class Jobs {
  readonly #parts: JobParts;
  readonly #scheduler: Scheduler;

  constructor(parts: JobParts) {
    this.#parts = parts;
    const { clock, log, events, stateFolder } = parts;
    const memory = new JobMemory(stateFolder);
    this.#scheduler = new Scheduler({
      clock,
      run: (job) => this.#run(job),
      tell: (error, job) => {
        log.warn({ reason: error }, "a job of the schedule");
        events.add({ kind: "job", job, cause: explain(error) });
      },
      done: (job) => {
        log.info({ job }, "a job of the schedule is done");
      },
      remembered: memory.read(),
      remember: (runs) => {
        memory.write(runs);
      },
    });
  }

  /** This schedule from now on. */
  use(options: ScheduleOptions): void {
    this.#scheduler.use(options);
  }

  /** For the API. */
  list(): JobList {
    const now = this.#parts.clock.wallNow();
    return {
      now,
      jobs: this.#scheduler.jobs().map(({ name, options, timeZone, next, last, running }) => ({
        name,
        job: options.job,
        camera: options.camera === "" ? null : options.camera,
        at: options.at,
        timeZone,
        next: next ?? null,
        last: last === undefined ? null : { at: last.at, failure: failureOf(last.error) },
        running,
      })),
    };
  }

  close(): void {
    this.#scheduler.close();
  }

  #run(job: JobOptions): Promise<void> {
    const { clock, cameras, health, file } = this.#parts;
    switch (job.job) {
      case "restart-camera":
        if (!cameras.restart(job.camera))
          return Promise.reject(jobError("job-camera-unknown", { details: { camera: job.camera } }));
        return Promise.resolve();
      case "report-health":
        health.summarise();
        return Promise.resolve();
      case "backup-configuration": {
        const name = file();
        if (name === undefined) return Promise.reject(jobError("job-no-file"));
        return new Promise((resolve) => {
          backUpConfiguration(name, { now: clock.wallNow(), keep: job.keep });
          resolve();
        });
      }
    }
  }
}

function failureOf(error: Parameters<typeof explain>[0] | undefined): Explanation | null {
  return error === undefined ? null : explain(error);
}
