/**
 * One pulled camera: opens a session, watches its media, and when it fails asks the planner what to do, for as long as the
 * path wants it. At most one session to the camera at a time. Knows no protocol: sessions come from a `SessionOpener`.
 */
import type { Clock } from "#base/clock.ts";
import { messageOf, SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import type { StreamInput } from "#streams/input.ts";
import type { PathOptions } from "#streams/options.ts";
import type { OpenTrack } from "#streams/track.ts";
import type { CameraObserver } from "./camera-board.ts";
import type { CameraMemory } from "./camera-memory.ts";
import type { CameraState } from "./camera-state.ts";
import { cameraError } from "./errors.ts";
import { MediaWatch } from "./media-watch.ts";
import type { CameraQuirk } from "./quirks/quirk.ts";
import { quirkOf } from "./quirks/table.ts";
import * as recovery from "./recovery.ts";
import type { CameraFacts, CameraSession, FailureKind, SessionOpener } from "./session.ts";

/** How often the media is looked at, ms: a stall is seen within its limit + this. */
const WATCH_PERIOD_MS = 250;

/** Media without a key frame for this long is worth telling, ms. */
const KEY_FRAME_WAIT_MS = 10_000;

/** What a camera is pulled with. */
export interface CameraSourceOptions {
  readonly name: string;
  /** Address with credentials. */
  readonly url: string;
  readonly options: PathOptions;
  attach(tracks: readonly OpenTrack[]): StreamInput;
  readonly opener: SessionOpener;
  readonly memory: CameraMemory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Hears of everything that happens to the camera. */
  readonly observer?: CameraObserver;
}

interface Ending {
  readonly failure: recovery.Failure;
  readonly error: SluiceError;
}

/** See the head of this file. */
export class CameraSource {
  readonly type: string;
  readonly #with: CameraSourceOptions;
  readonly #memory: CameraMemory;
  #options: PathOptions;
  #state: CameraState = { kind: "discovered" };
  #facts: CameraFacts = {};
  #lastError: SluiceError | undefined;
  #run: AbortController | undefined;
  #skipPause: (() => void) | undefined;
  #leaveSession: (() => void) | undefined;

  constructor(options: CameraSourceOptions) {
    this.#with = options;
    this.#options = options.options;
    this.type = options.opener.type;
    this.#memory = options.memory;
  }

  get state(): CameraState {
    return this.#state;
  }

  /** Why the camera isn't live, or what ended its last session. */
  get lastError(): SluiceError | undefined {
    return this.#lastError;
  }

  /** What is known of this make of camera, once it has said what it is. */
  get quirk(): CameraQuirk | undefined {
    return quirkOf(this.#facts);
  }

  /** Starts pulling; does nothing when it does already. */
  start(): void {
    if (this.#run !== undefined) return;
    const run = new AbortController();
    this.#run = run;
    const before = this.#memory.released;
    this.#memory.released = before.then(() => this.#pull(run.signal));
  }

  /** Takes options that the running session can take: all that don't say how the camera is reached. */
  configure(options: PathOptions): void {
    this.#options = options;
  }

  /** Tries again at once instead of waiting for the next time; a refused password stays refused. */
  retryNow(): void {
    this.#skipPause?.();
  }

  /** Leaves the camera and opens a new session; where there is none now, it tries at once. */
  restart(): void {
    if (this.#leaveSession === undefined) this.retryNow();
    else this.#leaveSession();
  }

  /** Stops pulling, leaving the camera politely; resolves when it is left, within a second. Idempotent; `start` may follow. */
  async close(): Promise<void> {
    this.#run?.abort(cameraError("camera-closed"));
    this.#run = undefined;
    await this.#memory.released;
  }

  async #pull(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#turn(signal);
      } catch (error) {
        // A camera is pulled for as long as its path wants it, whatever goes wrong in here.
        this.#with.log.error({ error }, "camera supervisor failed unexpectedly");
        await this.#pause({ kind: "retry", afterMs: recovery.REFUSED_RETRY.maxMs }, signal);
      }
    }
    this.#set({ kind: "disabled" });
  }

  /** One session, or none where it is held back, and the pause after it. */
  async #turn(signal: AbortSignal): Promise<void> {
    const held = this.#heldBack();
    const ending = held === undefined ? await this.#session(signal) : undefined;
    if (signal.aborted) return;
    if (ending !== undefined) this.#with.observer?.ended(ending.error);
    const action = held ?? this.#plan(ending);
    this.#show(action, ending);
    await this.#pause(action, signal);
  }

  /** What forbids an attempt now: a password that was refused, by this source or the one before it. */
  #heldBack(): recovery.RecoveryAction | undefined {
    const { waitsForConfiguration, credentialsNotBefore } = this.#memory.history;
    if (waitsForConfiguration !== undefined) return { kind: "wait-for-configuration" };
    const afterMs = credentialsNotBefore - this.#with.clock.now();
    return afterMs > 0 ? { kind: "retry-credentials", afterMs } : undefined;
  }

  #plan(ending: Ending | undefined): recovery.RecoveryAction {
    if (ending === undefined) return { kind: "retry", afterMs: 0 };
    const transports = this.#with.opener.transports(this.#with.url, this.#options);
    const plan = recovery.planRecovery(this.#memory.history, ending.failure, { transports, random: this.#with.random });
    this.#memory.history = plan.history;
    return plan.action;
  }

  async #pause(action: recovery.RecoveryAction, signal: AbortSignal): Promise<void> {
    if (action.kind === "switch-transport") return;
    const { clock } = this.#with;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        timer?.cancel();
        signal.removeEventListener("abort", done);
        this.#skipPause = undefined;
        resolve();
      };
      const timer = action.kind === "wait-for-configuration" ? undefined : clock.after("camera retry", action.afterMs, done);
      if (action.kind === "retry") this.#skipPause = done;
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
    });
  }

  /** One session from opening to its end; undefined when it was ended from our side. */
  async #session(signal: AbortSignal): Promise<Ending | undefined> {
    const { clock, opener } = this.#with;
    const startedAt = clock.now();
    const attached: { input?: StreamInput; watch?: MediaWatch } = {};
    let session: CameraSession | undefined;
    this.#set({ kind: "connecting" });
    try {
      session = await opener.open({
        url: this.#with.url,
        options: this.#options,
        hints: recovery.planAttempt(this.#memory.history, opener.transports(this.#with.url, this.#options)),
        attach: (tracks) => {
          attached.input = this.#with.attach(tracks);
          attached.watch = new MediaWatch(tracks, { input: attached.input, now: clock.now() });
          return attached.input;
        },
        learned: (facts) => {
          this.#learn(facts);
        },
        signal,
      });
      this.#with.observer?.opened(session.transport);
      const { input, watch } = attached;
      if (input === undefined || watch === undefined) throw new TypeError("a session opened without media");
      this.#memory.history = recovery.noteMedia(this.#memory.history, session.transport);
      const ending = await this.#watch({ session, input, watch, signal });
      input.close(ending?.error ?? cameraError("camera-closed"));
      return ending;
    } catch (thrown) {
      const error = this.#explain(thrown);
      attached.input?.close(error);
      if (signal.aborted) return undefined;
      const now = clock.now();
      return { failure: { kind: this.#kindOf(error), now, spentMs: now - startedAt }, error };
    } finally {
      await session?.close();
    }
  }

  /** Resolves when the session ends or stalls, or with undefined when it is to be left. */
  #watch(open: {
    session: CameraSession;
    input: StreamInput;
    watch: MediaWatch;
    signal: AbortSignal;
  }): Promise<Ending | undefined> {
    const { session, input, watch, signal } = open;
    const { clock } = this.#with;
    const openedAt = clock.now();
    let good = false;
    return new Promise((resolve) => {
      const end = (ending: Ending | undefined): void => {
        this.#leaveSession = undefined;
        timer.cancel();
        signal.removeEventListener("abort", leave);
        resolve(ending);
      };
      const leave = (): void => {
        end(undefined);
      };
      const fail = (error: SluiceError, failed: { kind: FailureKind; silentMs: number }): void => {
        const now = clock.now();
        const life = { ageMs: now - openedAt, silentMs: failed.silentMs, keepAlive: session.keepAlive };
        end({ failure: { kind: failed.kind, now, spentMs: 0, session: life }, error });
      };
      const look = (): void => {
        const now = clock.now();
        const { silentMs, intervalMs } = watch.read(now);
        if (intervalMs !== undefined) this.#memory.history = recovery.noteFrameInterval(this.#memory.history, intervalMs);
        const limit = recovery.stallLimit(this.#memory.history, { configuredMs: this.#options.stallTimeout, intervalMs });
        if (silentMs > limit) {
          fail(stalled(watch, silentMs), { kind: "stalled", silentMs });
          return;
        }
        if (input.ready) this.#set({ kind: "live" });
        else if (now - openedAt > KEY_FRAME_WAIT_MS) this.#set({ kind: "degraded", reason: "no-key-frame" });
        if (!good && input.ready && now - openedAt >= recovery.GOOD_MEDIA_MS) {
          good = true;
          this.#memory.history = recovery.noteGoodMedia(this.#memory.history);
        }
      };
      const timer = clock.every("camera media watch", WATCH_PERIOD_MS, look);
      this.#leaveSession = () => {
        fail(cameraError("camera-restarted"), { kind: "session-lost", silentMs: watch.read(clock.now()).silentMs });
      };
      signal.addEventListener("abort", leave, { once: true });
      input.onReady(() => {
        if (!signal.aborted) this.#set({ kind: "live" });
      });
      void session.ended.then((error) => {
        fail(error, { kind: this.#kindOf(error), silentMs: watch.read(clock.now()).silentMs });
      });
      if (signal.aborted) leave();
    });
  }

  #learn(facts: CameraFacts): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#memory.history = recovery.noteFacts(this.#memory.history, facts);
  }

  #explain(thrown: unknown): SluiceError {
    if (thrown instanceof SluiceError) return thrown;
    const error = cameraError("camera-unexpected", { cause: thrown, details: { reason: messageOf(thrown) } });
    this.#with.log.error({ error: thrown }, "camera session failed unexpectedly");
    return error;
  }

  #kindOf(error: SluiceError): FailureKind {
    return error.code.startsWith("camera-") ? "refused" : this.#with.opener.failureKind(error);
  }

  /** Puts what happens next into the state, and the reason into the log when it is a new one. */
  #show(action: recovery.RecoveryAction, ending: Ending | undefined): void {
    const { clock, log } = this.#with;
    const error = ending?.error;
    if (error !== undefined && error.code !== this.#lastError?.code) {
      log.warn({ camera: this.#with.name, code: error.code, ...error.details, ...this.#advice(action) }, "camera lost");
    }
    this.#lastError = error ?? this.#lastError;
    switch (action.kind) {
      case "switch-transport":
        log.info({ camera: this.#with.name, transport: action.transport }, "camera transport switched");
        return;
      case "wait-for-configuration":
        this.#set({ kind: "needs-credentials" });
        return;
      case "retry-credentials":
        this.#set({ kind: "locked-out", until: clock.wallNow() + action.afterMs });
        return;
      case "retry":
        if (ending?.failure.kind === "stalled") this.#set({ kind: "stalled" });
        else if (ending?.failure.kind === "unsupported") this.#set({ kind: "unsupported", reason: "no-usable-track" });
        else this.#set({ kind: "offline", retryAt: clock.wallNow() + action.afterMs });
    }
  }

  /** What to tell a person about this make of camera. */
  #advice(action: recovery.RecoveryAction): { make?: string; advice?: string } {
    const { quirk } = this;
    if (quirk === undefined) return {};
    const password = action.kind === "wait-for-configuration" || action.kind === "retry-credentials";
    const advice = password ? quirk.credentials : quirk.refused;
    return { make: quirk.id, ...(advice === undefined ? {} : { advice: advice.en }) };
  }

  #set(state: CameraState): void {
    if (state.kind === this.#state.kind && state.kind !== "offline" && state.kind !== "locked-out") return;
    this.#state = state;
    if (state.kind === "live") {
      this.#lastError = undefined;
      this.#with.log.info({ camera: this.#with.name }, "camera live");
    }
    this.#with.observer?.state(state, { error: this.#lastError, quirk: this.quirk });
  }
}

function stalled(watch: MediaWatch, silentMs: number): SluiceError {
  const video = watch.judged === "video";
  return cameraError("camera-stalled", {
    details: { media: video ? "video" : "audio", mediaZh: video ? "视频" : "音频", seconds: Math.round(silentMs / 1000) },
    retryable: true,
  });
}
