/**
 * The segments of one stream that viewers can have: the newest `count` finished ones and the one that is being made, within
 * the bytes it may hold. Where those don't suffice, the window gets shorter; a segment that alone is too much is refused. With
 * a shelf, finished segments go there one after the other, and count no more; what it doesn't take stays.
 */
import type { MediaFile } from "#base/files/media-folder.ts";
import type { PartMedia } from "./segmenter.ts";
import { ShelvedFile } from "./shelved-bytes.ts";
import type { MediaBytes, SlabWriter, StoredBytes } from "./stored-bytes.ts";

/** One part. */
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
  place: Place;
}

/** Where a segment's bytes are: in memory for good where the shelf didn't take them. */
type Place = { readonly kind: "memory" } | { readonly kind: "refused" } | { readonly kind: "shelf"; readonly file: ShelvedFile };

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
  /** Lays a finished segment aside; undefined where it can't be, and has to stay in memory. Never rejects. */
  readonly shelve?: ((segment: number, pieces: readonly Buffer[]) => Promise<MediaFile | undefined>) | undefined;
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
  #shelving = false;

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
  segmentBytes(number: number): readonly MediaBytes[] | undefined {
    const [oldest] = this.#finished;
    const segment = oldest === undefined ? undefined : this.#finished[number - oldest.number];
    if (segment?.place.kind === "shelf") return [segment.place.file.slice()];
    return segment?.parts.map(({ bytes }) => bytes);
  }

  /** Bytes of a part; undefined when it isn't there. */
  partBytes(number: number): readonly MediaBytes[] | undefined {
    for (const segment of [this.#current, ...this.#finished]) {
      const first = segment?.parts[0]?.number;
      const part = first === undefined ? undefined : segment?.parts[number - first];
      if (segment === undefined || part === undefined) continue;
      return [segment.place.kind === "shelf" ? segment.place.file.slice(rangeOf(segment, part)) : part.bytes];
    }
    return undefined;
  }

  begin(what: { discontinuity: boolean; initVersion: number; programDateTime: number | undefined }): void {
    this.#current = { number: this.#nextSegment, ...what, parts: [], duration: 0, bytes: 0, place: { kind: "memory" } };
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
    this.#shelveNext();
  }

  /** Lets go of everything. */
  close(): void {
    for (const segment of [...this.#finished, ...(this.#current === undefined ? [] : [this.#current])]) release(segment);
    this.#finished = [];
    this.#current = undefined;
    this.#bytes = 0;
    this.#writer.close();
  }

  /** One at a time: a slow disk holds one segment of each stream, not the budget. */
  #shelveNext(): void {
    const { shelve } = this.#limits;
    const segment = this.#finished.find(({ place }) => place.kind === "memory");
    if (shelve === undefined || segment === undefined || this.#shelving) return;
    this.#shelving = true;
    const parts = segment.parts.map(({ bytes }) => bytes);
    for (const bytes of parts) bytes.hold();
    const pieces = parts.flatMap(({ content }) => content);
    void shelve(segment.number, pieces).then((file) => {
      this.#shelving = false;
      for (const bytes of parts) bytes.release();
      if (!this.#finished.includes(segment)) file?.remove();
      else if (file === undefined) segment.place = { kind: "refused" };
      else this.#moveOut(segment, file);
      this.#shelveNext();
    });
  }

  #moveOut(segment: Segment, file: MediaFile): void {
    release(segment);
    this.#bytes -= segment.bytes;
    segment.place = { kind: "shelf", file: new ShelvedFile(file) };
  }

  #fit(): WindowRefusal | undefined {
    const share = this.#limits.share();
    while (this.#bytes > share && this.#finished.length > 0) this.#dropOldest("for-memory");
    return this.#bytes > share ? "share-too-small" : undefined;
  }

  #dropOldest(why: "in-time" | "for-memory"): void {
    const oldest = this.#finished.shift();
    if (oldest === undefined) return;
    if (oldest.place.kind !== "shelf") this.#bytes -= oldest.bytes;
    if (why === "for-memory") this.#shortened += 1;
    if (oldest.discontinuity) this.#discontinuitySequence += 1;
    release(oldest);
  }
}

function rangeOf(segment: Segment, part: Part): { start: number; end: number } {
  const before = segment.parts.slice(0, part.number - (segment.parts[0]?.number ?? 0));
  const start = before.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { start, end: start + part.bytes.length };
}

function release(segment: Segment): void {
  if (segment.place.kind === "shelf") segment.place.file.release();
  else for (const part of segment.parts) part.bytes.release();
}
