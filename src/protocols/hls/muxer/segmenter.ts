/**
 * Cuts a stream's units into parts and segments. A segment begins at a key unit of the first track and ends at the first key
 * unit after `segmentMs`; a part ends before it would grow longer than `partMs` and a little. A new source or other parameter
 * sets end the segment at once; what follows begins anew. The last unit of each track waits for the next one to know its
 * duration.
 */
import type { StreamUnit } from "#streams/units/unit.ts";
import type { CarriedTrack, Container, Sample } from "./container.ts";

/** Share of the minimum that a duration may lack: cameras' timestamps are rounded. */
const TOLERANCE = 0.97;
/** Shortest first segment, ms: enough to begin with. */
const HEAD_MS = 500;
/** A unit is never taken for longer than this: the camera paused. */
const MAX_UNIT_MS = 2000;

/** Where a segment begins. */
export interface SegmentStart {
  readonly unit: StreamUnit;
  /** What came before doesn't join it. */
  readonly discontinuity: boolean;
  /** Bytes of its initialization segment where that is a new one. */
  readonly init: Buffer | undefined;
}

/** A finished part. */
export interface PartMedia {
  readonly pieces: readonly Buffer[];
  /** Seconds. */
  readonly duration: number;
  readonly independent: boolean;
}

/** Who takes what was cut. */
export interface SegmentSink {
  beginSegment(start: SegmentStart): void;
  part(media: PartMedia): void;
  endSegment(): void;
}

/** Lengths in milliseconds. */
export interface SegmentLengths {
  readonly segmentMs: number;
  readonly partMs: number;
}

type Waiting = Omit<Sample, "duration">;

class OpenTrack {
  readonly carried: CarriedTrack;
  waiting: Waiting | undefined;
  samples: Sample[] = [];
  lastDuration: number;

  constructor(carried: CarriedTrack) {
    this.carried = carried;
    this.lastDuration = Math.round(carried.clockRate / 25);
  }

  /** Ends the unit that waits; `until` is the next one's decode time, unknown when there is none. */
  settle(until?: number): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    const most = (this.carried.clockRate * MAX_UNIT_MS) / 1000;
    const told = until === undefined ? this.lastDuration : until - waiting.dts;
    const duration = told >= 1 && told <= most ? told : this.lastDuration;
    this.lastDuration = duration;
    this.samples.push({ ...waiting, duration });
    this.waiting = undefined;
  }
}

/** See the head of this file. */
export class Segmenter {
  readonly #container: Container;
  readonly #lengths: SegmentLengths;
  readonly #sink: SegmentSink;
  readonly #tracks: readonly OpenTrack[];
  #forms: readonly unknown[] = [];
  #epoch = 0;
  #started = false;
  /** Of the first track. */
  #newest: StreamUnit | undefined;
  #segmentStart = 0;
  #beganWith: "key" | "delta" = "key";
  #partStart = 0;
  #place: "begins-segment" | "goes-on" = "begins-segment";
  #head: "waits-for-key" | "ends-anywhere" = "waits-for-key";

  constructor(container: Container, lengths: SegmentLengths, sink: SegmentSink) {
    this.#container = container;
    this.#lengths = lengths;
    this.#sink = sink;
    this.#tracks = container.tracks.map((track) => new OpenTrack(track));
  }

  /** Takes the next unit; units of tracks that aren't carried are passed over. */
  push(unit: StreamUnit): void {
    const position = this.#tracks.findIndex(({ carried }) => carried.index === unit.track);
    const track = this.#tracks[position];
    if (track === undefined) return;
    const pieces = track.carried.convert(unit);
    if (position > 0 && (!this.#started || unit.epoch !== this.#epoch)) return;
    if (position === 0 && !this.#lead(track, unit)) return;
    if (pieces.length === 0) return;
    if (position > 0) {
      if (track.waiting === undefined && this.#precedes(track.carried, unit)) return;
      track.settle(unit.dts);
    }
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (position === 0) this.#newest = unit;
    track.waiting = { pts: unit.pts, dts: unit.dts, type: unit.type, pieces, bytes };
  }

  /** Lets the first segment end at the next unit, key or not, once there is enough to begin with: a first playlist waits for it. */
  endSoon(): void {
    this.#head = "ends-anywhere";
    const unit = this.#newest;
    if (unit !== undefined && this.#mayEndSegment(unit)) this.#nextSegment(unit);
  }

  /** Decides what ends before a unit of the first track; false when the unit can't be used. */
  #lead(track: OpenTrack, unit: StreamUnit): boolean {
    if (!this.#started || unit.epoch !== this.#epoch) {
      if (unit.type !== "key" || this.#currentForms().includes(undefined)) return false;
      this.#breakAt(unit);
      return true;
    }
    track.settle(unit.dts);
    if (unit.type === "key" && this.#formsChanged()) {
      this.#breakAt(unit);
      return true;
    }
    const inPart = ((unit.dts - this.#partStart) * 1000) / track.carried.clockRate;
    if (this.#mayEndSegment(unit)) this.#nextSegment(unit);
    else if (inPart >= this.#lengths.partMs * TOLERANCE) this.#endPart(unit.dts);
    return true;
  }

  /** Whether the segment is long enough, and `unit` one that the next can begin with. */
  #mayEndSegment(unit: StreamUnit): boolean {
    const { segmentMs } = this.#lengths;
    const isHead = this.#head === "ends-anywhere";
    // After a head that ended anywhere, the first key picture begins what is regular.
    const least = this.#beganWith === "delta" ? 0 : isHead ? Math.min(HEAD_MS, segmentMs) : segmentMs;
    const clockRate = this.#tracks[0]?.carried.clockRate ?? 1;
    const elapsedMs = ((unit.dts - this.#segmentStart) * 1000) / clockRate;
    return (isHead || unit.type === "key") && elapsedMs >= least * TOLERANCE;
  }

  #nextSegment(unit: StreamUnit): void {
    this.#endPart(unit.dts);
    this.#sink.endSegment();
    this.#begin(unit, { discontinuity: false, init: undefined });
  }

  /** Ends everything and begins anew at `unit`. */
  #breakAt(unit: StreamUnit): void {
    const wasStarted = this.#started;
    if (wasStarted) {
      const [lead] = this.#tracks;
      for (const track of this.#tracks) track.settle();
      const last = lead?.samples.at(-1);
      if (last !== undefined) this.#endPart(last.dts + last.duration);
      this.#sink.endSegment();
    }
    this.#started = true;
    this.#epoch = unit.epoch;
    this.#forms = this.#currentForms();
    this.#begin(unit, { discontinuity: wasStarted, init: this.#container.init() });
  }

  #begin(unit: StreamUnit, what: Omit<SegmentStart, "unit">): void {
    this.#segmentStart = unit.dts;
    this.#beganWith = unit.type;
    this.#partStart = unit.dts;
    this.#place = "begins-segment";
    this.#head = "waits-for-key";
    this.#sink.beginSegment({ unit, ...what });
  }

  #endPart(end: number): void {
    const [lead] = this.#tracks;
    const first = lead?.samples[0];
    if (lead === undefined || first === undefined) return;
    const pieces = this.#container.fragment(
      this.#tracks.map(({ samples }) => samples),
      this.#place,
    );
    for (const track of this.#tracks) track.samples = [];
    this.#place = "goes-on";
    this.#sink.part({
      pieces,
      duration: (end - this.#partStart) / lead.carried.clockRate,
      independent: first.type === "key",
    });
    this.#partStart = end;
  }

  /** Whether `unit` belongs before what the first track began with. */
  #precedes(carried: CarriedTrack, unit: StreamUnit): boolean {
    const [lead] = this.#tracks;
    if (lead === undefined) return false;
    return unit.pts / carried.clockRate < this.#segmentStart / lead.carried.clockRate;
  }

  #currentForms(): readonly unknown[] {
    return this.#tracks.map(({ carried }) => carried.form);
  }

  #formsChanged(): boolean {
    return this.#currentForms().some((form, index) => form !== this.#forms[index]);
  }
}
