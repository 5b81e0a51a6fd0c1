/**
 * What is known of all pulled cameras right now, for whoever shows it: state, cause, transport, and how their sessions ended.
 * Supervisors report, nothing here decides. Bounded: the camera heard of longest ago goes first.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import { isFlowing, type CameraState } from "./camera-state.ts";
import type { CameraQuirk } from "./quirks/quirk.ts";

/** Cameras remembered. */
const MAX_CAMERAS = 4096;
/** Endings kept of each camera. */
const MAX_ENDINGS = 20;
const HOUR_MS = 3_600_000;
const HOURS = 24;

/** How a session to a camera ended. Times are ms since 1970. */
export interface Ending {
  readonly at: number;
  readonly error: SluiceError;
  /** How long there was no picture; undefined while it lasts. */
  outageMs: number | undefined;
}

/** A camera as it is now. */
export interface CameraReport {
  readonly state: CameraState;
  /** Since when `state.kind` holds, ms since 1970; the kinds of an outage that is being worked on count as one. */
  readonly since: number;
  /** Why it isn't live. */
  readonly error: SluiceError | undefined;
  readonly quirk: CameraQuirk | undefined;
  readonly transport: string | undefined;
  /** The newest first. */
  readonly endings: readonly Ending[];
  readonly reconnects: number;
  /** The same by why: codes of errors, of which there are only so many. */
  readonly reconnectReasons: ReadonlyMap<string, number>;
  readonly reconnectsLastDay: number;
}

/** What a supervisor tells. */
export interface CameraObserver {
  state(state: CameraState, why: { error: SluiceError | undefined; quirk: CameraQuirk | undefined }): void;
  /** A session is open and media comes. */
  opened(transport: string): void;
  /** A session, or an attempt at one, ended. */
  ended(error: SluiceError): void;
}

/** A change of a camera's state. */
export interface StateChange {
  readonly camera: string;
  readonly from: CameraState["kind"];
  readonly state: CameraState;
  readonly error: SluiceError | undefined;
  readonly outageMs: number | undefined;
}

/** See the head of this file. */
export class CameraBoard {
  readonly #clock: Clock;
  readonly #cameras = new Map<string, Entry>();
  readonly #listeners = new Set<(change: StateChange) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The camera of path `name` has a new supervisor; `retryNow` makes it try at once, `restart` pulls it anew. */
  observe(name: string, retryNow: () => void, restart: () => void = retryNow): CameraObserver {
    const entry = this.#cameras.get(name) ?? new Entry(this.#clock);
    this.#cameras.delete(name);
    this.#cameras.set(name, entry);
    for (const oldest of this.#cameras.keys()) {
      if (this.#cameras.size <= MAX_CAMERAS) break;
      this.#cameras.delete(oldest);
    }
    Object.assign(entry, { retryNow, restart });
    return {
      state: (state, why) => {
        const change = entry.change(state, why);
        if (change !== undefined) for (const run of this.#listeners) run({ camera: name, ...change });
      },
      opened: (transport) => {
        entry.transport = transport;
      },
      ended: (error) => {
        entry.end(error);
      },
    };
  }

  /** The camera of path `name`; undefined where none was ever pulled for it. */
  report(name: string): CameraReport | undefined {
    return this.#cameras.get(name);
  }

  /** Makes a camera try at once; false where there is none. */
  retry(name: string): boolean {
    const entry = this.#cameras.get(name);
    entry?.retryNow();
    return entry !== undefined;
  }

  /** Has a camera pulled anew; false where there is none. */
  restart(name: string): boolean {
    const entry = this.#cameras.get(name);
    entry?.restart();
    return entry !== undefined;
  }

  /** Calls back at each change of a state's kind. */
  onChange(run: (change: StateChange) => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }
}

/** Kinds that take turns while a camera is away. */
function isRetrying(kind: CameraState["kind"]): boolean {
  return kind === "connecting" || kind === "probing" || kind === "stalled" || kind === "offline";
}

class Entry implements CameraReport {
  state: CameraState = { kind: "discovered" };
  since: number;
  error: SluiceError | undefined;
  quirk: CameraQuirk | undefined;
  transport: string | undefined;
  retryNow: () => void = () => undefined;
  restart: () => void = () => undefined;
  reconnects = 0;
  readonly reconnectReasons = new Map<string, number>();
  readonly #clock: Clock;
  readonly #endings: Ending[] = [];
  readonly #hours = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.since = clock.wallNow();
  }

  get endings(): readonly Ending[] {
    return this.#endings;
  }

  get reconnectsLastDay(): number {
    const oldest = Math.floor(this.#clock.wallNow() / HOUR_MS) - HOURS;
    let count = 0;
    for (const [hour, ended] of this.#hours) if (hour > oldest) count += ended;
    return count;
  }

  change(
    state: CameraState,
    why: { error: SluiceError | undefined; quirk: CameraQuirk | undefined },
  ): Omit<StateChange, "camera"> | undefined {
    const from = this.state.kind;
    const now = this.#clock.wallNow();
    this.state = state;
    this.error = isFlowing(state) && state.kind === "live" ? undefined : why.error;
    this.quirk = why.quirk;
    if (from === state.kind) return undefined;
    // While it is called again and again, one outage goes on: people want to know since when there is no picture.
    if (!isRetrying(from) || !isRetrying(state.kind)) this.since = now;
    const last = this.#endings[0];
    const back = isFlowing(state) && last !== undefined && last.outageMs === undefined;
    if (back) last.outageMs = now - last.at;
    return { from, state, error: this.error, outageMs: back ? last.outageMs : undefined };
  }

  /** Counts what ended a picture; attempts that fail meanwhile belong to the same outage. */
  end(error: SluiceError): void {
    this.transport = undefined;
    const last = this.#endings[0];
    if (last !== undefined && last.outageMs === undefined) return;
    if (!isFlowing(this.state) && last === undefined) return;
    const at = this.#clock.wallNow();
    this.#endings.unshift({ at, error, outageMs: undefined });
    this.#endings.length = Math.min(this.#endings.length, MAX_ENDINGS);
    this.reconnects += 1;
    this.reconnectReasons.set(error.code, (this.reconnectReasons.get(error.code) ?? 0) + 1);
    const hour = Math.floor(at / HOUR_MS);
    this.#hours.set(hour, (this.#hours.get(hour) ?? 0) + 1);
    for (const old of this.#hours.keys()) if (old <= hour - HOURS) this.#hours.delete(old);
  }
}
