/**
 * Keeps a session from timing out (RFC 2326 §10.8; quirk rows 6 and 7). Cameras differ in which request they count, so the
 * method is a choice that others make and change; answers aren't waited for, since some cameras give none.
 */
import type { Clock, Timer } from "#base/clock.ts";
import { codeOf, type SluiceError } from "#base/errors.ts";
import type { RtspResponse } from "#formats/rtsp-message/message.ts";
import type { RtspConnection } from "./connection.ts";
import { sessionHeader } from "./setup.ts";
import { statusError } from "./status.ts";

/** Requests that keep a session alive. */
export type KeepAliveMethod = "get-parameter" | "options" | "set-parameter";

/** Share of the time-out between two requests, so that one may be lost. */
const TIMEOUT_SHARE = 0.45;
/** No more often than this, unless the time-out is so short that half of it is less, ms. */
const MIN_PERIOD_MS = 5000;
const MAX_SHARE = 0.49;
const FLOOR_MS = 1000;
const ANSWER_TIMEOUT_MS = 10_000;

const requestMethods = { "get-parameter": "GET_PARAMETER", options: "OPTIONS", "set-parameter": "SET_PARAMETER" } as const;

/** How often to ask in a session of this time-out, ms. */
export function keepAlivePeriod(timeoutMs: number): number {
  return Math.max(timeoutMs * TIMEOUT_SHARE, Math.min(MIN_PERIOD_MS, timeoutMs * MAX_SHARE), FLOOR_MS);
}

/** The method to begin with: what earlier sessions taught, else GET_PARAMETER where the camera lists it. */
export function firstMethod(taught: KeepAliveMethod | undefined, listed: ReadonlySet<string> | undefined): KeepAliveMethod {
  return taught ?? (listed?.has("GET_PARAMETER") === true ? "get-parameter" : "options");
}

/** What a keep-alive works with. */
export interface KeepAliveOptions {
  readonly connection: RtspConnection;
  readonly clock: Clock;
  readonly url: string;
  readonly session: { readonly id: string; readonly timeoutMs: number };
  readonly method: KeepAliveMethod;
  /** The camera says it knows no such session. */
  lost(error: SluiceError): void;
}

/** Asks until closed. */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  readonly #timer: Timer;
  #method: KeepAliveMethod;
  #lastSentAt: number | undefined;
  #silenced = false;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    this.#method = options.method;
    this.#timer = options.clock.every("rtsp keep-alive", keepAlivePeriod(options.session.timeoutMs), () => {
      this.#ask();
    });
  }

  /** The method in use now. */
  get method(): KeepAliveMethod {
    return this.#method;
  }

  /** When the last request went out, monotonic ms. */
  get lastSentAt(): number | undefined {
    return this.#lastSentAt;
  }

  /** Idempotent. */
  close(): void {
    this.#timer.cancel();
    this.#silenced = true;
  }

  #ask(): void {
    if (this.#silenced) return;
    const { connection, url, session, clock } = this.#options;
    this.#lastSentAt = clock.now();
    const request = {
      method: requestMethods[this.#method],
      url,
      headers: sessionHeader(session.id),
      timeoutMs: ANSWER_TIMEOUT_MS,
    };
    connection.request(request).then(
      (response) => {
        this.#answered(response, request.method);
      },
      (error: unknown) => {
        this.#failed(error);
      },
    );
  }

  #answered(response: RtspResponse, method: string): void {
    if (this.#silenced || response.status < 400) return;
    if (response.status === 454) {
      const { host } = this.#options.connection.target;
      this.#options.lost(statusError(response, { method, host, authenticated: false }));
      return;
    }
    // Not allowed, not implemented, bad request: another method may do. OPTIONS is never refused for what it is.
    if (this.#method !== "options") this.#method = "options";
  }

  /** A refused password must not be sent again; reports still show that we live. A missing answer is no reason for anything. */
  #failed(error: unknown): void {
    if (codeOf(error).startsWith("source-credentials")) this.#silenced = true;
  }
}
