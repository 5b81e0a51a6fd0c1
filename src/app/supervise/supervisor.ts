/**
 * Keeps a process running: starts it, ends one that hangs (no sign of life within the time, or a start that never ends), starts it
 * anew by the rules of `health/supervision`, and ends with it when asked to.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import { planAfterEnd, recentStarts, START_MS, STOP_MS, type ProcessEnd } from "#health/supervision.ts";
import type { SupervisedMessage } from "#platform/service-manager/supervised.ts";
import { ExitCode } from "../command.ts";

/** A supervisor whose own timer came later than this was away itself, and can't tell who else was, milliseconds. */
const AWAY_MS = 1000;

/** A process that was started. */
export interface SupervisedProcess {
  readonly pid: number | undefined;
  onMessage(run: (message: SupervisedMessage) => void): void;
  onEnd(run: (end: ProcessEnd) => void): void;
  kill(signal: NodeJS.Signals): void;
}

/** What is kept running. */
export interface SupervisorOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly watchdogMs: number;
  readonly start: () => SupervisedProcess;
}

/** See the head of this file. */
export class Supervisor {
  readonly #with: SupervisorOptions;
  readonly #over = Promise.withResolvers<number>();
  #process: SupervisedProcess | undefined;
  #starts: readonly number[] = [];
  #everReady = false;
  #stopping = false;
  #timer: Timer | undefined;

  constructor(options: SupervisorOptions) {
    this.#with = options;
    this.#start();
  }

  /** Resolves with the exit code, when all is over. */
  get ended(): Promise<number> {
    return this.#over.promise;
  }

  /** Ends it, and does so by force where it doesn't within its time. Idempotent. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    const running = this.#process;
    if (running === undefined) {
      this.#finish(ExitCode.Ok);
      return;
    }
    running.kill("SIGTERM");
    // One that was stopped (SIGSTOP) hears of nothing else.
    running.kill("SIGCONT");
    this.#arm("supervisor: stop", STOP_MS, () => {
      running.kill("SIGKILL");
    });
  }

  /** Has it read its configuration again. */
  reload(): void {
    this.#process?.kill("SIGHUP");
  }

  #start(): void {
    const { clock, log, start } = this.#with;
    this.#starts = recentStarts(this.#starts, clock.now());
    const running = start();
    this.#process = running;
    log.info({ process: running.pid }, "started");
    this.#arm("supervisor: start", START_MS, () => {
      this.#kill(running, "it never got ready");
    });
    running.onMessage((message) => {
      this.#heard(running, message);
    });
    running.onEnd((end) => {
      this.#ended(end);
    });
  }

  #heard(running: SupervisedProcess, { kind }: SupervisedMessage): void {
    if (running !== this.#process || this.#stopping) return;
    if (kind === "ready") {
      this.#everReady = true;
      this.#with.log.info({ process: running.pid }, "the server is ready");
    }
    if (kind !== "ready" && kind !== "alive") return;
    this.#watch(running);
  }

  /** Where the machine itself stood still, what the process said before or says now is heard first. */
  #watch(running: SupervisedProcess): void {
    const { clock, watchdogMs } = this.#with;
    const dueAt = clock.now() + watchdogMs;
    this.#arm("supervisor: watchdog", watchdogMs, () => {
      if (clock.now() - dueAt > AWAY_MS) this.#watch(running);
      else this.#kill(running, "it gives no sign of life");
    });
  }

  #kill(running: SupervisedProcess, reason: string): void {
    this.#with.log.error({ process: running.pid, reason }, "the server is killed");
    running.kill("SIGKILL");
  }

  #ended(end: ProcessEnd): void {
    const { clock, log } = this.#with;
    this.#timer?.cancel();
    this.#process = undefined;
    if (this.#stopping) {
      this.#finish(end.code ?? ExitCode.Failed);
      return;
    }
    const plan = planAfterEnd(end, { starts: this.#starts, everReady: this.#everReady, now: clock.now() });
    if (plan.kind === "give-up") {
      log.error({ ...end, reason: plan.reason }, "the server ended and is not started again");
      this.#finish(end.code === null || end.code === 0 ? ExitCode.Failed : end.code);
      return;
    }
    log.error({ ...end }, "the server ended: it is started again");
    this.#arm("supervisor: restart", plan.afterMs, () => {
      this.#start();
    });
  }

  #arm(name: string, ms: number, run: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#with.clock.after(name, ms, run);
  }

  #finish(code: number): void {
    this.#timer?.cancel();
    this.#over.resolve(code);
  }
}
