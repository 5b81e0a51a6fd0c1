/**
 * What a viewer experiences: time to the first picture, stalls, errors, and why it isn't WebRTC. Told to the box and to nobody
 * else: at the first picture, every ten seconds, and at the end, each time everything since the player began.
 */
import type { ViewerReport } from "#api/contract/viewers.ts";
import type { Clock, Timer } from "../browser/clock.ts";
import type { Reason, Transport } from "./live-state.ts";

const REPORT_EVERY_MS = 10_000;
/** A gap between two frames from which on it is a stall. */
const STALL_MS = 1000;

/** Where reports go. */
export type ExperienceSink = (report: ViewerReport) => void;

/** What is measured, and how. */
export interface ExperienceOptions {
  readonly clock: Clock;
  readonly sink: ExperienceSink;
  /** Random; the same in all reports of this player. */
  readonly player: string;
  readonly camera: string;
  readonly transport: Transport;
  readonly reason: Reason | undefined;
}

const kinds = { webrtc: "webrtc", hls: "low-latency-hls", still: "still" } as const;

/** See the head of this file. */
export class Experience {
  readonly #options: ExperienceOptions;
  readonly #opened: number;
  readonly #timer: Timer;
  #reader: string | undefined;
  #firstPictureMs: number | null = null;
  #lastFrame: number | undefined;
  #stalls = 0;
  #stalledMs = 0;
  #errors = 0;
  #closed = false;

  constructor(options: ExperienceOptions) {
    this.#options = options;
    this.#opened = options.clock.now();
    this.#timer = options.clock.every(REPORT_EVERY_MS, () => this.#report(false));
  }

  /** The server's id of the session. */
  startedAs(reader: string): void {
    this.#reader = reader;
  }

  /** A frame was shown. */
  frame(): void {
    const now = this.#options.clock.now();
    const gap = now - (this.#lastFrame ?? now);
    this.#lastFrame = now;
    // Stills have gaps by nature.
    if (gap >= STALL_MS && this.#options.transport !== "still") {
      this.#stalls++;
      this.#stalledMs += gap;
    }
    if (this.#firstPictureMs !== null) return;
    this.#firstPictureMs = now - this.#opened;
    this.#report(false);
  }

  /** It ended by itself. */
  failed(): void {
    this.#errors++;
  }

  /** Ends it with a last report. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer.cancel();
    this.#report(true);
  }

  #report(ended: boolean): void {
    const { sink, player, camera, transport, reason } = this.#options;
    sink({
      player,
      camera,
      kind: kinds[transport],
      ...(this.#reader === undefined ? {} : { reader: this.#reader }),
      firstPictureMs: this.#firstPictureMs === null ? null : Math.round(this.#firstPictureMs),
      stalls: this.#stalls,
      stalledMs: Math.round(this.#stalledMs),
      errors: this.#errors,
      ...(reason === undefined ? {} : { fallbackReason: reason }),
      ended,
    });
  }
}
