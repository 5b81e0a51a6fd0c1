/**
 * Safe mode: after many starts that ended by themselves only page, API and log run, so that somebody can look and mend; no cameras,
 * no readers. After a quiet time everything is tried again. A normal start that has been quiet for as long forgets the others.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { Config } from "#config/config.ts";
import type { ConfigSchema } from "#config/schema.ts";
import { QUIET_MS } from "#health/crash-loop.ts";
import { healthError } from "#health/errors.ts";
import type { StartGuard } from "./start-guard.ts";

/** Keys that switch the servers of streams on. */
const SWITCHES = ["rtsp", "hls", "webrtc"];

/** What it works with. */
export interface SafeModeOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly guard: StartGuard;
  readonly schema: ConfigSchema;
}

/** See the head of this file. */
export class SafeMode {
  readonly #with: SafeModeOptions;
  #reason: SluiceError | undefined;
  #timer: Timer | undefined;

  constructor(options: SafeModeOptions) {
    this.#with = options;
    const { decision } = options.guard;
    if (decision.kind === "normal") return;
    const details = { starts: decision.starts, reason: decision.reason === "" ? "?" : decision.reason };
    this.#reason = healthError("health-safe-mode", { details });
    options.log.error({ reason: this.#reason }, "safe mode: no cameras");
  }

  /** Why it is on; undefined when it isn't. */
  get reason(): SluiceError | undefined {
    return this.#reason;
  }

  /** What of `config` is put in force now. */
  of(config: Config): Config {
    if (this.#reason === undefined) return config;
    const off = SWITCHES.filter((key) => Object.hasOwn(this.#with.schema.global, key));
    return new Config({
      file: config.file,
      values: { ...config.values, ...Object.fromEntries(off.map((key) => [key, false])) },
      paths: [],
      pathDefaults: config.pathDefaults,
      written: new Map(),
    });
  }

  /** Waits for the quiet time; then everything is put in force by `applyAgain`. */
  watch(applyAgain: () => Promise<unknown>): void {
    const { clock, log, guard } = this.#with;
    this.#timer = clock.after("quiet start", QUIET_MS, () => {
      guard.settled();
      if (this.#reason === undefined) return;
      this.#reason = undefined;
      log.info({}, "safe mode is over: cameras are tried again");
      void applyAgain();
    });
  }

  /** Idempotent. */
  close(): void {
    this.#timer?.cancel();
  }
}
