/**
 * Puts the tracks of a stream onto one time line: RTP timestamps (32 bit, each track from a random start) → ticks since an
 * instant common to all tracks. The tie between tracks is the stream's own (arrival, or the source's sender reports); once
 * tied, a track follows its own clock, and is tied anew only when it has left the first track by more than `MAX_APART_MS`.
 */
import { timestampDistance } from "#formats/rtp/packet.ts";
import type { StreamTimeline } from "#streams/timeline.ts";

/** Sound this far from its picture is noticed by everyone (ITU-R BT.1359: 125 ms late, 45 ms early are noticed by some). */
const MAX_APART_MS = 200;
/** The first unit lies this far from zero, so that nothing that belongs to it comes out negative. */
const LEAD_MS = 10_000;
/** An anchor is moved along before distances from it wrap. */
const MAX_DISTANCE = 2 ** 30;

interface Anchor {
  timestamp: number;
  ticks: number;
}

/** See the head of this file. */
export class MediaTime {
  readonly #timeline: StreamTimeline;
  readonly #clockRates: readonly number[];
  readonly #anchors: (Anchor | undefined)[];
  #zeroMs: number | undefined;
  #first: number | undefined;
  /** How far the first track's clock has left the wall clock, ms. */
  #firstError = 0;

  constructor(timeline: StreamTimeline, clockRates: readonly number[]) {
    this.#timeline = timeline;
    this.#clockRates = clockRates;
    this.#anchors = clockRates.map(() => undefined);
  }

  /** Ticks of `timestamp` on `track`. */
  ticks(track: number, timestamp: number): number {
    const anchor = (this.#anchors[track] ??= this.#tie(track, timestamp));
    const distance = timestampDistance(anchor.timestamp, timestamp);
    const ticks = anchor.ticks + distance;
    if (distance > MAX_DISTANCE) this.#anchors[track] = { timestamp, ticks };
    return ticks;
  }

  /** Looks whether `track` has drifted from the first one, and ties it anew where it has; call now and then. */
  check(track: number, timestamp: number): void {
    const error = this.#error(track, timestamp);
    if (error === undefined) return;
    if (track === this.#first) {
      this.#firstError = error;
      return;
    }
    const apart = error - this.#firstError;
    if (Math.abs(apart) <= MAX_APART_MS) return;
    const ticks = this.ticks(track, timestamp) - Math.round((apart * (this.#clockRates[track] ?? 1)) / 1000);
    this.#anchors[track] = { timestamp, ticks };
  }

  /** Media time less wall time, ms. */
  #error(track: number, timestamp: number): number | undefined {
    const wall = this.#timeline.wallTime(track, timestamp);
    if (wall === undefined || this.#zeroMs === undefined) return undefined;
    return (this.ticks(track, timestamp) * 1000) / (this.#clockRates[track] ?? 1) - (wall - this.#zeroMs);
  }

  #tie(track: number, timestamp: number): Anchor {
    const wall = this.#timeline.wallTime(track, timestamp) ?? 0;
    this.#first ??= track;
    this.#zeroMs ??= wall - LEAD_MS;
    return { timestamp, ticks: Math.round(((wall - this.#zeroMs) * (this.#clockRates[track] ?? 1)) / 1000) };
  }
}
