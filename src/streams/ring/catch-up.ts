/**
 * Starting at a cached key unit without staying behind: the units from it up to now are sent in one burst, and this maps
 * their timestamps affinely into a quarter of the last frame interval, so that a player shows them at once and is live.
 * Distinct stays distinct, presentation order is kept (with B-frames too: what may still be overtaken keeps its true time),
 * and the newest unit keeps its own timestamp, so what follows fits on.
 *
 *   true      K . . . . . . . . . . . . . N       n      K key unit, N newest, n the next one to come
 *   sent                                K.N       n      within a quarter of a frame interval
 *
 * A quarter, since players that count in whole frames round the burst to one instant and what follows to the next ones
 * (ffmpeg: "non monotonically increasing dts" where half of a burst is rounded up to where the next frame belongs).
 */
import { timestampDistance } from "#formats/rtp/packet.ts";

/** What counts as a frame interval at most, ms, however slow the camera. */
const MAX_INTERVAL_MS = 40;

/** Share of the frame interval that the past is squeezed into, below a half; more of it where units would get the same timestamp. */
const SHARE = 0.25;

/** Interval assumed before one was measured, ms. */
const DEFAULT_INTERVAL_MS = 33;

/** Maps timestamps `[first, pivot]` onto `[pivot - room, pivot]`; later ones stay, and so do units within one frame interval. */
export class TimestampSqueeze {
  readonly #first: number;
  readonly #span: number;
  readonly #interval: number;
  readonly #room: number;

  constructor(options: { first: number; newest: number; reorderTicks: number; frameTicks: number; clockRate: number }) {
    const { first, newest, reorderTicks, frameTicks, clockRate } = options;
    const measured = frameTicks > 0 ? frameTicks : (clockRate * DEFAULT_INTERVAL_MS) / 1000;
    this.#first = first;
    this.#span = timestampDistance(first, newest) - reorderTicks;
    this.#interval = Math.round(Math.min(measured, (clockRate * MAX_INTERVAL_MS) / 1000));
    const distinct = Math.ceil(this.#span / measured);
    this.#room = Math.max(Math.round(this.#interval * SHARE), Math.min(this.#interval, distinct));
  }

  /** Outgoing timestamp for `timestamp`. */
  map(timestamp: number): number {
    const since = timestampDistance(this.#first, timestamp);
    if (this.#span <= this.#interval || since >= this.#span) return timestamp;
    const pivot = (this.#first + this.#span) >>> 0;
    const before = Math.round((this.#room * (this.#span - since)) / this.#span);
    return (pivot - before) >>> 0;
  }
}
