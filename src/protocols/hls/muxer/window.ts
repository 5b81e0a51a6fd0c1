/**
 * The segments of one stream that viewers can have: the newest `count` finished ones and the one that is being made, within
 * the bytes it may hold. Where those don't suffice, the window gets shorter; a segment that alone is too much is refused.
 */
import type { PartMedia } from "./segmenter.ts";
import type { SlabWriter, StoredBytes } from "./stored-bytes.ts";

/** One part in memory. */
export interface Part {
  /** Counts from 0 through all segments. */
  readonly number: number;
  readonly bytes: StoredBytes;
  /** Seconds. */
  readonly duration: number;
  readonly independent: boolean;
}

/** A segment, finished or being made. */
export interface Segment {
  /** Media sequence number. */
  readonly number: number;
  readonly discontinuity: boolean;
  /** Which initialization segment it needs. */
  readonly initVersion: number;
  /** ms since 1970. */
  readonly programDateTime: number | undefined;
  readonly parts: Part[];
  /** Seconds so far. */
  duration: number;
  bytes: number;
}

/** Why nothing more can be taken. */
export type WindowRefusal = "memory-full" | "segment-too-large" | "share-too-small";

/** Limits of a window. */
export interface WindowLimits {
  /** Finished segments, ≥ 1, asked at the end of each. */
  readonly count: () => number;
  /** Bytes of one segment, asked at every part. */
  readonly segmentBytes: () => number;
  /** Bytes of all of them, asked at every part. */
  readonly share: () => number;
}

/** See the head of this file. */
export class SegmentWindow {
  readonly #limits: WindowLimits;
  readonly #writer: SlabWriter;
  #finished: Segment[] = [];
  #current: Segment | undefined;
  #nextSegment: number;
  #nextPart = 0;
  #bytes = 0;
  #discontinuitySequence = 0;
  #shortened = 0;

  /** `first` is the media sequence number of the first segment. */
  constructor(limits: WindowLimits, writer: SlabWriter, first: number) {
    this.#limits = limits;
    this.#writer = writer;
    this.#nextSegment = first;
  }

  /** Oldest first. */
  get finished(): readonly Segment[] {
    return this.#finished;
  }

  /** The one being made. */
  get current(): Segment | undefined {
    return this.#current;
  }

  /** Media sequence number of the segment being made, or of the next one. */
  get number(): number {
    return this.#current?.number ?? this.#nextSegment;
  }

  /** Number of the part that comes next. */
  get nextPart(): number {
    return this.#nextPart;
  }

  /** Discontinuities that have left the window. */
  get discontinuitySequence(): number {
    return this.#discontinuitySequence;
  }

  /** Segments that had to go before their time, for want of memory. */
  get shortened(): number {
    return this.#shortened;
  }

  /** Bytes of a finished segment, part by part; undefined when it isn't there. */
  segmentBytes(number: number): readonly StoredBytes[] | undefined {
    const [oldest] = this.#finished;
    const segment = oldest === undefined ? undefined : this.#finished[number - oldest.number];
    return segment?.parts.map(({ bytes }) => bytes);
  }

  /** Bytes of a part; undefined when it isn't there. */
  partBytes(number: number): readonly StoredBytes[] | undefined {
    for (const segment of [this.#current, ...this.#finished]) {
      const first = segment?.parts[0]?.number;
      const part = first === undefined ? undefined : segment?.parts[number - first];
      if (part !== undefined) return [part.bytes];
    }
    return undefined;
  }

  begin(what: { discontinuity: boolean; initVersion: number; programDateTime: number | undefined }): void {
    this.#current = { number: this.#nextSegment, ...what, parts: [], duration: 0, bytes: 0 };
    this.#nextSegment += 1;
  }

  /** Adds a part to the segment being made, or says why it can't. */
  add(media: PartMedia): WindowRefusal | undefined {
    const current = this.#current;
    if (current === undefined) return undefined;
    let bytes = this.#writer.write(media.pieces);
    while (bytes === undefined && this.#finished.length > 0) {
      this.#dropOldest("for-memory");
      bytes = this.#writer.write(media.pieces);
    }
    if (bytes === undefined) return "memory-full";
    const { duration, independent } = media;
    current.parts.push({ number: this.#nextPart, bytes, duration, independent });
    current.duration += duration;
    current.bytes += bytes.length;
    this.#nextPart += 1;
    this.#bytes += bytes.length;
    if (current.bytes > this.#limits.segmentBytes()) return "segment-too-large";
    return this.#fit();
  }

  end(): void {
    if (this.#current === undefined) return;
    this.#finished.push(this.#current);
    this.#current = undefined;
    while (this.#finished.length > this.#limits.count()) this.#dropOldest("in-time");
  }

  /** Lets go of everything. */
  close(): void {
    for (const segment of [...this.#finished, ...(this.#current === undefined ? [] : [this.#current])]) release(segment);
    this.#finished = [];
    this.#current = undefined;
    this.#bytes = 0;
    this.#writer.close();
  }

  #fit(): WindowRefusal | undefined {
    const share = this.#limits.share();
    while (this.#bytes > share && this.#finished.length > 0) this.#dropOldest("for-memory");
    return this.#bytes > share ? "share-too-small" : undefined;
  }

  #dropOldest(why: "in-time" | "for-memory"): void {
    const oldest = this.#finished.shift();
    if (oldest === undefined) return;
    this.#bytes -= oldest.bytes;
    if (why === "for-memory") this.#shortened += 1;
    if (oldest.discontinuity) this.#discontinuitySequence += 1;
    release(oldest);
  }
}

function release(segment: Segment): void {
  for (const part of segment.parts) part.bytes.release();
}
