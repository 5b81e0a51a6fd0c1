/**
 * Which wall-clock instant an outgoing RTP timestamp stands for: what sender reports and RTP-Info need. Built from arrival
 * times by a minimum filter (a packet can be late, never early), or, when every audio and video track of the stream has
 * sender reports of the source, from those, shifted by one common offset: that keeps the source's own lip-sync. The
 * source's NTP clock is only a hint (frozen, local-time and stepping clocks exist): its steps are left out.
 */
import { timestampDistance } from "#formats/rtp/packet.ts";

/** A disagreement larger than this is a step of somebody's clock, not jitter. */
const MAX_JUMP_MS = 5000;

/** A source's clock that goes this much further or less than its media was set, ms; drift between two reports is far below. */
const CLOCK_STEP_MS = 200;

/** How fast the estimate may follow late packets: share of the error per packet. */
const DRIFT_SHARE = 0.002;

/**
 * How long the earliest arrival is believed at once, ms; then the mapping goes back by this share of the time at most: 15 ms
 * between two sender reports, less than an audio frame. A busy moment makes all arrivals late; if its end took the mapping
 * back in one step, players that follow the reports would see timestamps go back.
 */
const SETTLE_MS = 5000;
const MAX_BACKWARD_SHARE = 0.006;

/** A moment that media time is tied to: RTP timestamp ↔ milliseconds. */
interface Anchor {
  timestamp: number;
  ms: number;
}

/** Follows `media time + offset = arrival` by a minimum filter. */
class OffsetFilter {
  #earliest: number | undefined;
  /** `#earliest`, followed at once upwards, and slowly downwards. */
  #offset: number | undefined;
  #anchoredAt = 0;
  #observedAt = 0;
  #maxJumpMs = MAX_JUMP_MS;

  get offset(): number | undefined {
    return this.#offset;
  }

  observe(mediaMs: number, arrivalMs: number): void {
    const error = this.#earliest === undefined ? Number.POSITIVE_INFINITY : arrivalMs - mediaMs - this.#earliest;
    if (this.#earliest === undefined || this.#offset === undefined || Math.abs(error) > this.#maxJumpMs) {
      this.#earliest = this.#offset = arrivalMs - mediaMs;
      this.#anchoredAt = arrivalMs;
    } else {
      this.#earliest += error < 0 ? error : error * DRIFT_SHARE;
      const isSettling = arrivalMs - this.#anchoredAt < SETTLE_MS;
      const back = isSettling ? Number.POSITIVE_INFINITY : (arrivalMs - this.#observedAt) * MAX_BACKWARD_SHARE;
      this.#offset = Math.max(this.#earliest, this.#offset - back);
    }
    this.#observedAt = arrivalMs;
    this.#maxJumpMs = MAX_JUMP_MS;
  }

  /** Media comes from another clock next: it may be the same time, or not. */
  clockReplaced(): void {
    this.#maxJumpMs = CLOCK_STEP_MS;
  }
}

/** Time mapping of one track; timestamps are outgoing ones. */
class TrackTimeline {
  readonly #ticksPerMs: number;
  readonly #arrival = new OffsetFilter();
  #reference: Anchor | undefined;
  #source: Anchor | undefined;
  /** What is added to the source's clock, ms, to have it run on through its steps. */
  #sourceShift = 0;
  #elapsedTicks = 0;
  #newest = 0;

  constructor(clockRate: number) {
    this.#ticksPerMs = clockRate / 1000;
  }

  /** Whether the source's sender reports can be used. */
  get hasSourceClock(): boolean {
    return this.#source !== undefined;
  }

  /** A packet with `timestamp` arrived at `arrivalMs`. */
  observe(timestamp: number, arrivalMs: number): void {
    if (this.#reference === undefined) {
      this.#reference = { timestamp, ms: 0 };
      this.#newest = timestamp;
    }
    this.#elapsedTicks += timestampDistance(this.#newest, timestamp);
    this.#newest = timestamp;
    this.#arrival.observe(this.#elapsedTicks / this.#ticksPerMs, arrivalMs);
  }

  /** The source says that `timestamp` stands for `ntpMs` of its own clock. */
  sourceReport(timestamp: number, ntpMs: number): void {
    const expected = this.sourceTime(timestamp);
    const step = expected === undefined ? 0 : ntpMs + this.#sourceShift - expected;
    if (Math.abs(step) > CLOCK_STEP_MS) this.#sourceShift -= step;
    this.#source = { timestamp, ms: ntpMs + this.#sourceShift };
  }

  /** The source's own clock at `timestamp`, in ms, where it has said; steps of that clock are left out. */
  sourceTime(timestamp: number): number | undefined {
    if (this.#source === undefined) return undefined;
    return this.#source.ms + timestampDistance(this.#source.timestamp, timestamp) / this.#ticksPerMs;
  }

  /** Arrival-based wall clock of `timestamp`, ms; undefined before the first packet. */
  arrivalTime(timestamp: number): number | undefined {
    const offset = this.#arrival.offset;
    if (offset === undefined) return undefined;
    return (this.#elapsedTicks + timestampDistance(this.#newest, timestamp)) / this.#ticksPerMs + offset;
  }

  /** Forgets the source's clock (it was replaced); the outgoing timeline runs on. */
  sourceReplaced(): void {
    this.#source = undefined;
    this.#sourceShift = 0;
  }
}

/** The tracks' mappings together. */
export class StreamTimeline {
  readonly #tracks: readonly { readonly timeline: TrackTimeline; readonly ticksPerMs: number; readonly synchronised: boolean }[];
  readonly #common = new OffsetFilter();

  /** `synchronised` tracks (audio, video) must all have source clocks before any is believed. */
  constructor(tracks: readonly { clockRate: number; synchronised: boolean }[]) {
    this.#tracks = tracks.map((track) => ({
      timeline: new TrackTimeline(track.clockRate),
      ticksPerMs: track.clockRate / 1000,
      synchronised: track.synchronised,
    }));
  }

  /** A packet of `track` arrived. */
  observe(track: number, timestamp: number, arrivalMs: number): void {
    const entry = this.#tracks[track];
    if (entry === undefined) return;
    entry.timeline.observe(timestamp, arrivalMs);
    const source = entry.timeline.sourceTime(timestamp);
    if (source !== undefined) this.#common.observe(source, arrivalMs);
  }

  /** A sender report of the source for `track`. */
  sourceReport(track: number, timestamp: number, ntpMs: number): void {
    this.#tracks[track]?.timeline.sourceReport(timestamp, ntpMs);
  }

  /** Wall-clock milliseconds of `timestamp` on `track`; undefined before its first packet. */
  wallTime(track: number, timestamp: number): number | undefined {
    const entry = this.#tracks[track];
    if (entry === undefined) return undefined;
    const arrival = entry.timeline.arrivalTime(timestamp);
    const offset = this.#common.offset;
    if (offset === undefined || !this.#sourceClocksComplete()) return arrival;
    const source = entry.timeline.sourceTime(timestamp);
    if (source === undefined) return arrival;
    // Tracks whose clocks are hours apart are no two halves of one moment.
    const isBelievable = arrival === undefined || Math.abs(source + offset - arrival) <= MAX_JUMP_MS;
    return isBelievable ? source + offset : arrival;
  }

  /** Timestamp of `track` at wall-clock `ms`, given that `near` is close to it; `near` itself when nothing is known. */
  timestampAt(track: number, ms: number, near: number): number {
    const wall = this.wallTime(track, near);
    const entry = this.#tracks[track];
    if (wall === undefined || entry === undefined) return near;
    return (near + Math.round((ms - wall) * entry.ticksPerMs)) >>> 0;
  }

  /** A new source feeds the stream: its clock is unknown. */
  sourceReplaced(): void {
    this.#common.clockReplaced();
    for (const entry of this.#tracks) entry.timeline.sourceReplaced();
  }

  #sourceClocksComplete(): boolean {
    return this.#tracks.every((entry) => !entry.synchronised || entry.timeline.hasSourceClock);
  }
}
