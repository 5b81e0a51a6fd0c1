/**
 * Still pictures, where nothing else comes through: every few seconds one key unit is fetched by plain HLS, shown, and the
 * connection given back. All tiles take turns, one at a time, so that a page of them stays within the browser's connections.
 */
import type { Clock, Timer } from "../../browser/clock.ts";
import { HlsPlayer } from "./hls-player.ts";
import type { Player, PlayerOptions } from "./player.ts";
import type { Slot, Slots } from "../slots.ts";

/** From one picture to the next. */
const PERIOD_MS = 8000;
/** A turn that brings nothing ends. */
const TURN_MS = 6000;

/** What turns are taken with. */
export interface StillOptions extends PlayerOptions {
  readonly clock: Clock;
  readonly turns: Slots;
  /** Keeps the picture that the video shows now; it's gone when the turn ends. */
  readonly keepPicture: () => void;
}

/** See the head of this file. */
export class StillPlayer implements Player {
  readonly #options: StillOptions;
  #player: Player | undefined;
  #slot: Slot | undefined;
  #timer: Timer | undefined;
  #stopWaiting: (() => void) | undefined;
  #closed = false;

  private constructor(options: StillOptions) {
    this.#options = options;
  }

  /** Takes its first turn as soon as there is one. */
  static open(options: StillOptions): Player {
    const player = new StillPlayer(options);
    player.#queue();
    return player;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWaiting?.();
    this.#options.video.removeEventListener("timeupdate", this.#onPicture);
    this.#endTurn();
  }

  #queue(): void {
    if (this.#closed) return;
    this.#slot = this.#options.turns.take();
    if (this.#slot === undefined) {
      this.#stopWaiting = this.#options.turns.wait(() => this.#queue());
      return;
    }
    const { video, clock } = this.#options;
    this.#timer = clock.after(TURN_MS, () => this.#next());
    video.addEventListener("timeupdate", this.#onPicture);
    this.#player = HlsPlayer.open({ ...this.#options, onFailed: (reason) => this.#onFailed(reason) }, "plain");
  }

  readonly #onPicture = (): void => {
    if (this.#options.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#options.keepPicture();
    this.#next();
  };

  #onFailed(reason: Parameters<PlayerOptions["onFailed"]>[0]): void {
    if (this.#closed) return;
    this.close();
    this.#options.onFailed(reason);
  }

  #next(): void {
    this.#options.video.removeEventListener("timeupdate", this.#onPicture);
    this.#endTurn();
    if (!this.#closed) this.#timer = this.#options.clock.after(PERIOD_MS, () => this.#queue());
  }

  #endTurn(): void {
    this.#timer?.cancel();
    this.#player?.close();
    this.#player = undefined;
    this.#slot?.release();
    this.#slot = undefined;
  }
}
