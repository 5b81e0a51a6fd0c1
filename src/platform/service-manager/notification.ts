/**
 * Notifications to the service manager as sd_notify(3) describes them: ready, reloading, stopping, status, watchdog. The runtime has no
 * datagram sockets of the Unix family, so this needs the native module; without it, or without a service manager, every call
 * does nothing. A lost notification is counted, never thrown.
 */
import type { NativeModule } from "../native.ts";

/**
 * Signs of life within what the watchdog allows. Two are what sd_watchdog_enabled(3) advises; with four a part that was unwell at
 * one of them, or a stall of the loop, still leaves others in time.
 */
export const BEATS = 4;
/** Longest status text, characters. */
const MAX_STATUS = 200;

/** What the service manager has put into the environment. */
export interface ServiceManagerEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  readonly WATCHDOG_USEC?: string | undefined;
  readonly WATCHDOG_PID?: string | undefined;
}

/** Our side of the service manager. */
export interface ServiceManager {
  /** Whether anyone hears the notifications. */
  readonly present: boolean;
  /** How often `alive` is due, milliseconds: a quarter of what the watchdog allows; undefined when it doesn't watch us. */
  readonly watchdogIntervalMs: number | undefined;
  /** Notifications that could not be delivered. */
  readonly lost: number;
  /** Start-up is over. */
  ready(status: string): void;
  /** The configuration is being read again; `ready` follows, whether it could be used or not. */
  reloading(status: string): void;
  /** A word for the person who asks for the unit's status. */
  status(text: string): void;
  /** The watchdog may be content. */
  alive(): void;
  /** Shut-down has begun. */
  stopping(status: string): void;
}

/** The service manager that started this process, if any. */
export function openServiceManager(native: NativeModule | undefined, environment: ServiceManagerEnvironment): ServiceManager {
  return new Notifier(native, environment);
}

class Notifier implements ServiceManager {
  readonly present: boolean;
  readonly watchdogIntervalMs: number | undefined;
  readonly #native: NativeModule | undefined;
  readonly #path: string;
  #lost = 0;

  constructor(native: NativeModule | undefined, environment: ServiceManagerEnvironment) {
    this.#native = native;
    this.#path = environment.NOTIFY_SOCKET ?? "";
    this.present = native !== undefined && this.#path !== "";
    this.watchdogIntervalMs = this.present ? watchdogInterval(environment) : undefined;
  }

  get lost(): number {
    return this.#lost;
  }

  ready(status: string): void {
    this.#send(`READY=1\n${statusLine(status)}`);
  }

  /** The time is how the manager tells this notification from one of before its request (sd_notify(3)). */
  reloading(status: string): void {
    const monotonicMicroseconds = process.hrtime.bigint() / 1000n;
    this.#send(`RELOADING=1\nMONOTONIC_USEC=${String(monotonicMicroseconds)}\n${statusLine(status)}`);
  }

  status(text: string): void {
    this.#send(statusLine(text));
  }

  alive(): void {
    this.#send("WATCHDOG=1");
  }

  stopping(status: string): void {
    this.#send(`STOPPING=1\n${statusLine(status)}`);
  }

  #send(message: string): void {
    if (!this.present) return;
    try {
      this.#native?.unixSend(this.#path, Buffer.from(message));
    } catch {
      this.#lost += 1;
    }
  }
}

/** One line: a line break would start another assignment. */
function statusLine(text: string): string {
  return `STATUS=${text.slice(0, MAX_STATUS).replace(/[\0-\x1f]/g, " ")}`;
}

function watchdogInterval(environment: ServiceManagerEnvironment): number | undefined {
  const { WATCHDOG_USEC, WATCHDOG_PID } = environment;
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== "" && Number(WATCHDOG_PID) !== process.pid) return undefined;
  const microseconds = Number(WATCHDOG_USEC ?? "");
  return Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1000 / BEATS : undefined;
}
