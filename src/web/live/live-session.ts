/**
 * One live picture: does what `live-state.ts` decides. Opens and closes players, watches frames, keeps the last picture for the
 * time between two players, and measures what its viewer experiences.
 */
import { signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { Clock, Timer } from "../browser/clock.ts";
import { Experience } from "./experience.ts";
import type { ExperienceSink } from "./experience.ts";
import { drawPicture, watchFrames } from "./frame-watch.ts";
import { HlsPlayer } from "./players/hls-player.ts";
import { nextLiveState, patienceOf } from "./live-state.ts";
import type { LiveEvent, LiveState, Reason, Transport } from "./live-state.ts";
import type { Player, PlayerNote } from "./players/player.ts";
import type { Reachability } from "./reachability.ts";
import type { Slot, Slots } from "./slots.ts";
import { StillPlayer } from "./players/still-player.ts";
import { hasWebRtc, WhepPlayer } from "./players/whep-player.ts";

/** What all pictures of the page share. */
export interface LiveServices {
  readonly clock: Clock;
  readonly reachability: Reachability;
  /** Tiles that play low-latency HLS. */
  readonly hlsSlots: Slots;
  /** Turns of still pictures. */
  readonly stillTurns: Slots;
  readonly experience: ExperienceSink;
  readonly newId: () => string;
  /** Name of the camera that may be heard; the others are muted. */
  readonly sounding: Signal<string | undefined>;
}

/** Where the picture goes: the canvas keeps the last frame while the video shows none. */
export interface Screen {
  readonly video: HTMLVideoElement;
  readonly canvas: HTMLCanvasElement;
}

/** What is shown of a picture. */
export interface LiveView {
  readonly state: LiveState;
  /** When the last frame was shown, milliseconds since 1970. */
  readonly pictureAt: number | undefined;
  readonly notes: readonly PlayerNote[];
}

/** See the head of this file. */
export class LiveSession {
  readonly #services: LiveServices;
  readonly #screen: Screen;
  readonly #view = signal<LiveView>({ state: { phase: "paused" }, pictureAt: undefined, notes: [] });
  readonly #stopFrames: () => void;
  #path: string;
  #player: Player | undefined;
  #slot: Slot | undefined;
  #timer: Timer | undefined;
  #stopWaiting: (() => void) | undefined;
  #experience: Experience | undefined;
  #lastFrame = 0;
  #closed = false;

  constructor(services: LiveServices, screen: Screen, path: string) {
    this.#services = services;
    this.#screen = screen;
    this.#path = path;
    this.#stopFrames = watchFrames(screen.video, () => this.#onFrame());
  }

  /** Follows the picture. */
  get view(): ReadonlySignal<LiveView> {
    return this.#view;
  }

  /** Starts or pauses: nothing is fetched for a picture that nobody sees. */
  look(seen: boolean): void {
    if (this.#closed) return;
    this.#dispatch(seen ? { kind: "look", ...this.#best() } : { kind: "look-away" });
  }

  /** Plays another path in the same place, e.g. the main stream for the sub-stream. */
  setPath(path: string): void {
    if (path === this.#path) return;
    this.#path = path;
    if (this.#view.value.state.phase === "paused") return;
    this.look(false);
    this.look(true);
  }

  /** Sound was asked for: where WebRTC carries none, HLS does. */
  wantSound(): void {
    const { state, notes } = this.#view.value;
    if (!notes.includes("audio-unsupported") || state.phase !== "playing" || state.transport !== "webrtc") return;
    this.#dispatch({ kind: "look-away" });
    this.#dispatch({ kind: "look", best: "hls", reason: "sound" });
  }

  /** The box says that the camera is up again: don't wait out a pause, nor long for a picture in a session that stands still. */
  cameraReturned(): void {
    this.#dispatch({ kind: "returned" });
  }

  /** Ends it for good. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#dispatch({ kind: "look-away" });
    this.#closed = true;
    this.#stopFrames();
  }

  #best(): { best: Transport; reason: Reason | undefined } {
    if (!hasWebRtc()) return { best: "hls", reason: "unsupported" };
    return this.#services.reachability.blocked ? { best: "hls", reason: "blocked" } : { best: "webrtc", reason: undefined };
  }

  #onFrame(): void {
    const { clock } = this.#services;
    this.#lastFrame = clock.now();
    this.#experience?.frame();
    const { state, pictureAt } = this.#view.value;
    const isNew = pictureAt === undefined || clock.wallNow() - pictureAt >= 1000;
    if (state.phase === "opening" || state.phase === "frozen") this.#dispatch({ kind: "frame" });
    if (isNew) this.#view.value = { ...this.#view.value, pictureAt: clock.wallNow() };
  }

  #dispatch(event: LiveEvent): void {
    const before = this.#view.value.state;
    const after = nextLiveState(before, event);
    if (after === before) return;
    this.#view.value = { ...this.#view.value, state: after };
    const needsPlayer = after.phase === "opening";
    const keepsPlayer = (after.phase === "playing" || after.phase === "frozen") && this.#player !== undefined;
    if (event.kind === "failed") this.#experience?.failed();
    if (!keepsPlayer) this.#closePlayer();
    if (needsPlayer) this.#open(after.transport, after.reason);
    this.#wait();
  }

  /** Arms the timer of the state; frames push a silence back without touching it. */
  #wait(): void {
    this.#timer?.cancel();
    const { state, notes } = this.#view.value;
    const patience = patienceOf(state, notes.includes("key-units-only"));
    if (patience === undefined) return;
    const { clock } = this.#services;
    const since = clock.now();
    const check = (): void => {
      const quietFor = clock.now() - Math.max(since, patience.then === "silence" ? this.#lastFrame : 0);
      if (quietFor >= patience.ms) this.#dispatch({ kind: patience.then });
      else this.#timer = clock.after(patience.ms - quietFor, check);
    };
    this.#timer = clock.after(patience.ms, check);
  }

  #open(transport: Transport, reason: Reason | undefined): void {
    const { clock, hlsSlots, stillTurns, reachability } = this.#services;
    this.#view.value = { ...this.#view.value, notes: [] };
    const { experience: sink, newId } = this.#services;
    const experience = new Experience({ clock, sink, player: newId(), camera: this.#path, transport, reason });
    this.#experience = experience;
    const options = {
      path: this.#path,
      video: this.#screen.video,
      onConnected: () => {
        if (transport === "webrtc") reachability.worked();
      },
      onSession: (id: string) => experience.startedAs(id),
      onFailed: (why: Reason) => {
        if (transport === "webrtc" && why === "blocked") reachability.failed();
        this.#dispatch({ kind: "failed", reason: why });
      },
      onNote: (note: PlayerNote, holds: boolean) => {
        const others = this.#view.value.notes.filter((other) => other !== note);
        this.#view.value = { ...this.#view.value, notes: holds ? [...others, note] : others };
      },
    };
    if (transport === "webrtc") this.#player = WhepPlayer.open(options, clock);
    else if (transport === "still") {
      this.#stopWaiting = hlsSlots.wait(() => this.#dispatch({ kind: "slot" }));
      this.#player = StillPlayer.open({ ...options, clock, turns: stillTurns, keepPicture: () => this.#keepStill() });
    } else {
      this.#slot = hlsSlots.take();
      if (this.#slot === undefined) this.#dispatch({ kind: "failed", reason: "busy" });
      else this.#player = HlsPlayer.open(options, "low-latency");
    }
  }

  #keepStill(): void {
    drawPicture(this.#screen.video, this.#screen.canvas);
    this.#onFrame();
  }

  #closePlayer(): void {
    // Between two players the last picture stays; whether it is live is said by the state.
    if (this.#player !== undefined) drawPicture(this.#screen.video, this.#screen.canvas);
    this.#experience?.close();
    this.#experience = undefined;
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    const player = this.#player;
    this.#player = undefined;
    player?.close();
    this.#slot?.release();
    this.#slot = undefined;
  }
}
