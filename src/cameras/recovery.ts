/**
 * The recovery planner: what failed + what happened before → what to do next. Pure: time and randomness come in as
 * arguments, the history goes in and a new one comes out. It never gives up; it only waits, and waits for a person where
 * trying again could lock the camera (a refused password).
 */
import type { Random } from "#base/random.ts";
import { pauseAfter, type RetryPolicy } from "#base/retry-schedule.ts";
import type { CameraFacts, FailureKind, KeepAliveMethod, KeepAliveView, SessionHints } from "./session.ts";

/** Pauses while a camera can't be reached: it should be back on the air soon after it is back on the network. */
export const UNREACHABLE_RETRY: RetryPolicy = { firstMs: 500, maxMs: 2500, factor: 2, jitter: 0.2 };

/** Pauses while a camera answers and says no: it is busy, starting up, or wrongly configured. */
export const REFUSED_RETRY: RetryPolicy = { firstMs: 500, maxMs: 30_000, factor: 2, jitter: 0.2 };

/** Good media for this long makes the pauses short again, ms. */
export const GOOD_MEDIA_MS = 60_000;

/** Time for the first media while there is another transport to try, and the most it grows to, ms. */
const FIRST_MEDIA_MS = 3000;
const MAX_FIRST_MEDIA_MS = 10_000;

/** Waits before a password that has worked before is tried again, ms; the last one repeats. */
const CREDENTIAL_RETRY_MS = [60_000, 300_000, 900_000, 1_200_000] as const;
const CREDENTIAL_RETRIES_PER_HOUR = 3;
const HOUR_MS = 3_600_000;

/** Video silent for this long, or for this many frame intervals, is stalled. */
const STALL_MS = 4000;
const STALL_INTERVALS = 8;
/** Cameras with less than a frame in four seconds get longer each time they look stalled, up to this. */
const MAX_STALL_MS = 60_000;

/** A session that ends this soon after a keep-alive request was killed by it, ms (quirk row 6). */
const KILLED_BY_KEEP_ALIVE_MS = 1500;
/** A session this many times its time-out old, when it dies, died of the time-out. */
const TIMEOUT_SHARE = { least: 0.9, most: 1.3 } as const;
const TIMEOUT_SLACK_MS = 2000;

/** What is remembered of a camera between sessions. */
export interface RecoveryHistory {
  /** Failures in a row, by schedule. */
  readonly unreachable: number;
  readonly refused: number;
  readonly workedTransport: string | undefined;
  /** Transports given up since the last media. */
  readonly transportsTried: number;
  /** Rounds over all transports without media. */
  readonly silentRounds: number;
  readonly keepAlive: KeepAliveMethod | undefined;
  readonly authScheme: string | undefined;
  readonly skipOptions: boolean;
  /** The last frame interval measured, ms. */
  readonly frameIntervalMs: number | undefined;
  /** Stalls in a row before a frame interval was known. */
  readonly blindStalls: number;
  /** The password was refused and must not be tried again before the configuration changes. */
  readonly waitsForConfiguration: "credentials-missing" | "credentials-refused" | undefined;
  /** When a password that had worked was tried again and refused, monotonic ms, oldest first; the last few. */
  readonly credentialRetries: readonly number[];
  /** Refusals in a row of a password that had worked. */
  readonly credentialRefusals: number;
  /** No attempt before then, by whomever: the password was refused lately. Monotonic ms. */
  readonly credentialsNotBefore: number;
}

/** A camera never met. */
export const emptyHistory: RecoveryHistory = {
  unreachable: 0,
  refused: 0,
  workedTransport: undefined,
  transportsTried: 0,
  silentRounds: 0,
  keepAlive: undefined,
  authScheme: undefined,
  skipOptions: false,
  frameIntervalMs: undefined,
  blindStalls: 0,
  waitsForConfiguration: undefined,
  credentialRetries: [],
  credentialRefusals: 0,
  credentialsNotBefore: 0,
};

/** What to do next. */
export type RecoveryAction =
  | { readonly kind: "retry"; readonly afterMs: number }
  | { readonly kind: "switch-transport"; readonly transport: string }
  | { readonly kind: "wait-for-configuration" }
  | { readonly kind: "retry-credentials"; readonly afterMs: number };

/** A failed attempt, or a session that ended. Times are monotonic ms. */
export interface Failure {
  readonly kind: FailureKind;
  readonly now: number;
  /** How long the attempt took; counted into the pause after an attempt that reached nobody. */
  readonly spentMs: number;
  /** The session that ended, if there was one. */
  readonly session?: { readonly ageMs: number; readonly silentMs: number; readonly keepAlive: KeepAliveView };
}

/** An action, and the history to go on with. */
export interface RecoveryPlan {
  readonly action: RecoveryAction;
  readonly history: RecoveryHistory;
}

/** Hints for the next attempt. `transports` is what the address can use, best first; not empty. */
export function planAttempt(history: RecoveryHistory, transports: readonly string[]): SessionHints {
  const order = transportOrder(history, transports);
  const alone = order.length < 2;
  return {
    transport: order[history.transportsTried % order.length] ?? "",
    firstMediaMs: alone ? MAX_FIRST_MEDIA_MS : Math.min(MAX_FIRST_MEDIA_MS, FIRST_MEDIA_MS * 2 ** history.silentRounds),
    keepAlive: history.keepAlive,
    authScheme: history.authScheme,
    skipOptions: history.skipOptions,
  };
}

/** What to do after `failure`. */
export function planRecovery(
  history: RecoveryHistory,
  failure: Failure,
  context: { transports: readonly string[]; random: Random },
): RecoveryPlan {
  const { random } = context;
  switch (failure.kind) {
    case "unreachable":
    case "no-answer":
    case "session-lost":
    case "stalled":
      return retryUnreachable(history, failure, random);
    case "refused":
    case "unsupported":
      return retryRefused(history, random);
    case "transport":
    case "no-media":
      return nextTransport(history, context);
    case "credentials-missing":
      return {
        action: { kind: "wait-for-configuration" },
        history: { ...history, waitsForConfiguration: "credentials-missing" },
      };
    case "credentials-refused":
      return refusedCredentials(history, failure);
  }
}

/** Media has arrived over `transport`. */
export function noteMedia(history: RecoveryHistory, transport: string): RecoveryHistory {
  return { ...history, workedTransport: transport, transportsTried: 0, silentRounds: 0 };
}

/** The camera has sent good media for `GOOD_MEDIA_MS`. */
export function noteGoodMedia(history: RecoveryHistory): RecoveryHistory {
  return { ...history, unreachable: 0, refused: 0, blindStalls: 0 };
}

/** Something was learned of the camera. */
export function noteFacts(history: RecoveryHistory, facts: CameraFacts): RecoveryHistory {
  if (facts.authScheme === undefined) return history;
  return { ...history, authScheme: facts.authScheme, credentialRetries: [], credentialRefusals: 0, credentialsNotBefore: 0 };
}

/** A frame interval was measured. */
export function noteFrameInterval(history: RecoveryHistory, ms: number): RecoveryHistory {
  return { ...history, frameIntervalMs: ms, blindStalls: 0 };
}

/** How long the media may be silent, ms. `configuredMs` 0 means automatic; `intervalMs` is what is measured now. */
export function stallLimit(history: RecoveryHistory, options: { configuredMs: number; intervalMs: number | undefined }): number {
  if (options.configuredMs > 0) return options.configuredMs;
  const interval = options.intervalMs ?? history.frameIntervalMs;
  if (interval === undefined) return Math.min(MAX_STALL_MS, STALL_MS * 2 ** history.blindStalls);
  return Math.max(STALL_MS, STALL_INTERVALS * interval);
}

function transportOrder(history: RecoveryHistory, transports: readonly string[]): readonly string[] {
  const worked = history.workedTransport;
  if (worked === undefined || !transports.includes(worked)) return transports;
  return [worked, ...transports.filter((transport) => transport !== worked)];
}

function retryUnreachable(history: RecoveryHistory, failure: Failure, random: Random): RecoveryPlan {
  const pause = pauseAfter(UNREACHABLE_RETRY, history.unreachable, random);
  const spent = failure.session === undefined ? failure.spentMs : 0;
  const least = UNREACHABLE_RETRY.firstMs * (1 - UNREACHABLE_RETRY.jitter);
  const blindStall = failure.kind === "stalled" && history.frameIntervalMs === undefined;
  return {
    action: { kind: "retry", afterMs: Math.max(Math.min(pause, least), pause - spent) },
    history: {
      ...withKeepAlive(history, failure),
      unreachable: history.unreachable + 1,
      skipOptions: failure.kind === "no-answer" ? !history.skipOptions : history.skipOptions,
      blindStalls: history.blindStalls + (blindStall ? 1 : 0),
    },
  };
}

function retryRefused(history: RecoveryHistory, random: Random): RecoveryPlan {
  return {
    action: { kind: "retry", afterMs: pauseAfter(REFUSED_RETRY, history.refused, random) },
    history: { ...history, refused: history.refused + 1 },
  };
}

function nextTransport(history: RecoveryHistory, context: { transports: readonly string[]; random: Random }): RecoveryPlan {
  const order = transportOrder(history, context.transports);
  const tried = history.transportsTried + 1;
  const next = order[tried];
  if (next !== undefined)
    return { action: { kind: "switch-transport", transport: next }, history: { ...history, transportsTried: tried } };
  return retryRefused({ ...history, transportsTried: 0, silentRounds: history.silentRounds + 1 }, context.random);
}

/**
 * A refused password is never tried twice, unless this camera has taken it before: cameras that boot refuse everything for
 * a while. Even then no more than three times in an hour, since cameras lock an address out after about five.
 */
function refusedCredentials(history: RecoveryHistory, failure: Failure): RecoveryPlan {
  if (history.authScheme === undefined) {
    return { action: { kind: "wait-for-configuration" }, history: { ...history, waitsForConfiguration: "credentials-refused" } };
  }
  const { credentialRefusals: before } = history;
  const retries = before === 0 ? [] : [...history.credentialRetries, failure.now].slice(-CREDENTIAL_RETRIES_PER_HOUR);
  const step = CREDENTIAL_RETRY_MS[Math.min(before, CREDENTIAL_RETRY_MS.length - 1)] ?? HOUR_MS;
  const oldest = retries.length === CREDENTIAL_RETRIES_PER_HOUR ? retries[0] : undefined;
  const afterMs = Math.max(step, oldest === undefined ? 0 : oldest + HOUR_MS - failure.now);
  return {
    action: { kind: "retry-credentials", afterMs },
    history: {
      ...history,
      credentialRetries: retries,
      credentialRefusals: before + 1,
      credentialsNotBefore: failure.now + afterMs,
    },
  };
}

/** A session that died of its time-out, or of the keep-alive request itself, gets another method (quirk row 6). */
function withKeepAlive(history: RecoveryHistory, failure: Failure): RecoveryHistory {
  const { session } = failure;
  if (session === undefined) return history;
  const { keepAlive, ageMs, silentMs } = session;
  const most = TIMEOUT_SHARE.most * keepAlive.timeoutMs + silentMs + TIMEOUT_SLACK_MS;
  const timedOut = ageMs >= TIMEOUT_SHARE.least * keepAlive.timeoutMs && ageMs <= most;
  const killed =
    failure.kind !== "stalled" &&
    keepAlive.lastSentAt !== undefined &&
    failure.now - keepAlive.lastSentAt <= KILLED_BY_KEEP_ALIVE_MS;
  return timedOut || killed ? { ...history, keepAlive: otherKeepAlive(keepAlive.method) } : history;
}

function otherKeepAlive(method: KeepAliveMethod): KeepAliveMethod {
  switch (method) {
    case "get-parameter":
      return "options";
    case "options":
      return "set-parameter";
    case "set-parameter":
      return "get-parameter";
  }
}
