/**
 * Our own supervisor as the service manager: the parent process of `sluice run --supervise`, spoken to over the channel that it has
 * opened. When the parent is gone this process ends too: the kernel kills it where the native module is there, otherwise the
 * closed channel asks it to end.
 */
import type { NativeModule } from "../native.ts";
import { BEATS, type ServiceManager } from "./notification.ts";

/** What the child tells. */
export interface SupervisedMessage {
  readonly kind: "ready" | "reloading" | "alive" | "stopping" | "status";
  readonly status?: string;
}

/** What the parent has put into the environment. */
export interface SupervisedEnvironment {
  /** How long it waits for a sign of life, milliseconds; what is set only by a supervisor. */
  readonly SLUICE_SUPERVISED_MS?: string | undefined;
}

/** The supervisor that started this process; undefined where there is none. */
export function openSupervised(
  native: Pick<NativeModule, "endWithParent"> | undefined,
  { SLUICE_SUPERVISED_MS = "" }: SupervisedEnvironment,
): ServiceManager | undefined {
  const watchdogMs = Number(SLUICE_SUPERVISED_MS);
  if (process.send === undefined || !(watchdogMs > 0)) return undefined;
  native?.endWithParent();
  // It may have ended before that.
  process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
  if (!process.connected) process.kill(process.pid, "SIGTERM");
  return new Supervised(watchdogMs / BEATS);
}

class Supervised implements ServiceManager {
  readonly present = true;
  readonly watchdogIntervalMs: number;
  #lost = 0;

  constructor(watchdogIntervalMs: number) {
    this.watchdogIntervalMs = watchdogIntervalMs;
  }

  get lost(): number {
    return this.#lost;
  }

  ready(status: string): void {
    this.#send({ kind: "ready", status });
  }

  reloading(status: string): void {
    this.#send({ kind: "reloading", status });
  }

  status(status: string): void {
    this.#send({ kind: "status", status });
  }

  alive(): void {
    this.#send({ kind: "alive" });
  }

  stopping(status: string): void {
    this.#send({ kind: "stopping", status });
  }

  #send(message: SupervisedMessage): void {
    if (!process.connected) return;
    process.send?.(message, (error: Error | null) => {
      if (error !== null) this.#lost += 1;
    });
  }
}
