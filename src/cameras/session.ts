/**
 * What the supervisor of a camera needs from a protocol that can pull one. A protocol reports facts (what failed, what was
 * learned); what to do about them is decided in `recovery.ts`. Declared here, satisfied by a protocol's source, and wired
 * by app, so that neither side imports the other.
 */
import type { SluiceError } from "#base/errors.ts";
import type { StreamInput } from "#streams/input.ts";
import type { PathOptions } from "#streams/options.ts";
import type { OpenTrack } from "#streams/track.ts";

/**
 * What a failure means for the next step:
 * - `unreachable`: no connection, or it broke;
 * - `no-answer`: connected, and then silence in the place of an answer;
 * - `refused`: answered, and the answer was no or nonsense;
 * - `unsupported`: answered, and nothing of what is offered can be used;
 * - `credentials-missing`, `credentials-refused`: the camera wants a password, or another one;
 * - `transport`: this way of bringing the media is not possible;
 * - `no-media`: all was agreed, and nothing came in time;
 * - `session-lost`: the camera no longer knows the session;
 * - `stalled`: media came, and stopped.
 */
export type FailureKind =
  | "unreachable"
  | "no-answer"
  | "refused"
  | "unsupported"
  | "credentials-missing"
  | "credentials-refused"
  | "transport"
  | "no-media"
  | "session-lost"
  | "stalled";

/** Ways a session is kept from timing out; which one a camera honours has to be found out (quirk row 6). */
export type KeepAliveMethod = "get-parameter" | "options" | "set-parameter";

/** What earlier sessions taught, for the next one. */
export interface SessionHints {
  /** One of the opener's `transports`. */
  readonly transport: string;
  /** How long the first media may take, ms. */
  readonly firstMediaMs: number;
  readonly keepAlive: KeepAliveMethod | undefined;
  /** The authentication scheme that has worked; the only one tried where it is offered. */
  readonly authScheme: string | undefined;
  /** Leave the opening OPTIONS request out: it wasn't answered. */
  readonly skipOptions: boolean;
}

/** What a session learned of the camera; reported as soon as known, also by sessions that fail. */
export interface CameraFacts {
  readonly server?: string;
  readonly realm?: string;
  /** The camera asked for credentials and took them, by this scheme. */
  readonly authScheme?: string;
}

/** How a running session is kept alive. Times are monotonic ms. */
export interface KeepAliveView {
  readonly method: KeepAliveMethod;
  /** The camera's session time-out, ms. */
  readonly timeoutMs: number;
  readonly lastSentAt: number | undefined;
}

/** A session whose media flows. */
export interface CameraSession {
  readonly transport: string;
  readonly keepAlive: KeepAliveView;
  /** Resolves with the reason when the session ends by itself; never rejects, and never resolves after `close`. */
  readonly ended: Promise<SluiceError>;
  /** Leaves politely within a second. Idempotent; never rejects. */
  close(): Promise<void>;
}

/** What a session is opened with. */
export interface OpenSessionOptions {
  /** Address with credentials. */
  readonly url: string;
  readonly options: PathOptions;
  readonly hints: SessionHints;
  /** Called at most once, when the first media has arrived. */
  attach(tracks: readonly OpenTrack[]): StreamInput;
  learned(facts: CameraFacts): void;
  readonly signal: AbortSignal;
}

/** A protocol's way to open sessions to cameras. */
export interface SessionOpener {
  /** Name of the kind of source in the API: `rtspSource`. */
  readonly type: string;
  /** Transports this address can use under these options, best first; never empty. */
  transports(url: string, options: PathOptions): readonly string[];
  /** Resolves when media arrives; rejects with a `SluiceError`, leaving nothing open. */
  open(options: OpenSessionOptions): Promise<CameraSession>;
  /** What an error of `open` or `ended` means. */
  failureKind(error: SluiceError): FailureKind;
}
