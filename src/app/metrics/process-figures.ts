/** What this process uses of the machine, for the metrics. */
import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ProcessFigures } from "#api/views.ts";

const RESOLUTION_MS = 20;

/** Watches the event loop from the first question until it is closed; `read` answers figures, the lag since the last time. */
export class ProcessWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #closed = false;

  /** Figures now. */
  read(): ProcessFigures {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    const lag = Math.max(0, this.#delay.max / 1e9 - RESOLUTION_MS / 1000);
    this.#delay.reset();
    if (!this.#closed) this.#delay.enable();
    return {
      cpuSeconds: (user + system) / 1e6,
      residentBytes: rss,
      heapBytes: heapUsed,
      openFiles: readdirSync("/proc/self/fd").length,
      eventLoopLagSeconds: lag,
    };
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#delay.disable();
  }
}
