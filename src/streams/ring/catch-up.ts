/**
 * Starting at a cached key unit without staying behind: the units from it up to now are sent in one burst, and this maps
 * their timestamps affinely into the last frame interval, so that a player shows them at once and is live. Distinct stays
 * distinct, presentation order is kept (with B-frames too: what may still be overtaken keeps its true time), and the
 * newest unit keeps its own timestamp, so what follows fits on.
 *
 *   true      K . . . . . . . . . . . . . N          K key unit, N newest
 *   sent                            K.....N          within one frame interval
 */
import { timestampDistance } from "#formats/rtp/packet.ts";

/** The interval that the past is squeezed into is no longer than this, ms, however slow the camera. */
const MAX_INTERVAL_MS = 40;

/** Interval assumed before one was measured, ms. */
const DEFAULT_INTERVAL_MS = 33;

/** Maps timestamps `[first, pivot]` onto `[pivot - interval, pivot]`; later ones stay. */
export class TimestampSqueeze {
  readonly #first: number;
  readonly #span: number;
  readonly #interval: number;

  constructor(options: { first: number; newest: number; reorderTicks: number; frameTicks: number; clockRate: number }) {
    const { first, newest, reorderTicks, frameTicks, clockRate } = options;
    const measured = frameTicks > 0 ? frameTicks : (clockRate * DEFAULT_INTERVAL_MS) / 1000;
    this.#first = first;
    this.#span = timestampDistance(first, newest) - reorderTicks;
    this.#interval = Math.round(Math.min(measured, (clockRate * MAX_INTERVAL_MS) / 1000));
  }

  /** Outgoing timestamp for `timestamp`. */
  map(timestamp: number): number {
    const since = timestampDistance(this.#first, timestamp);
    if (this.#span <= this.#interval || since >= this.#span) return timestamp;
    const pivot = (this.#first + this.#span) >>> 0;
    const before = Math.round((this.#interval * (this.#span - since)) / this.#span);
    return (pivot - before) >>> 0;
  }
}
