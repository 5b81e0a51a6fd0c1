/**
 * Whole access units of a stream, put together once for all who want them (HLS, RTMP, recording), while somebody does.
 *
 *   ring    [chunk][chunk][chunk]…            packets, shared with every other reader
 *   feed     └ assembled once ┘ → units n, n+1, …
 *   readers                          ^ a number each
 *
 * Readers hold a number, not a queue. What the slowest has not taken yet is kept, `WINDOW_MS` at most and within the memory
 * budget; whoever is overtaken goes on at the next key unit, and what it missed is counted. The first reader starts at the
 * newest key unit in the ring; a later one catches up from there by itself and then joins.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Feed, FeedReader } from "#streams/feed.ts";
import type { MemoryPool } from "#streams/ring/memory-budget.ts";
import { WINDOW_MS } from "#streams/ring/ring.ts";
import type { StreamTimeline } from "#streams/timeline.ts";
import { UnitAssembler } from "./assembler.ts";
import { MediaTime } from "./media-time.ts";
import type { StreamUnit } from "./unit.ts";
import { type UnitListener, UnitReader, type UnitSource } from "./unit-reader.ts";

/** A unit that somebody may still want. */
interface KeptUnit {
  readonly unit: StreamUnit;
  readonly at: number;
}

/** What a unit feed stands on. */
export interface UnitFeedOptions {
  readonly feed: Feed;
  readonly timeline: StreamTimeline;
  readonly clock: Clock;
  /** What waits is taken from here. */
  readonly memory: MemoryPool;
  /** Wall clock less monotonic clock that `timeline` reckons with, ms. */
  readonly wallOffset: number;
}

/** See the head of this file. */
export class UnitFeed implements FeedReader, UnitSource {
  readonly #options: UnitFeedOptions;
  readonly #assembler: UnitAssembler;
  readonly #time: MediaTime;
  readonly #readers = new Set<UnitReader>();
  readonly #idle: () => void;
  #kept: KeptUnit[] = [];
  #keptBytes = 0;
  /** Number of the oldest unit kept. */
  #first = 0;
  /** Chunk that comes next. */
  #chunk: number;
  #epoch = 0;

  /** `idle` is called when the last reader has left. */
  constructor(options: UnitFeedOptions, idle: () => void) {
    this.#options = options;
    this.#idle = idle;
    const { feed, timeline } = options;
    this.#time = new MediaTime(
      timeline,
      feed.tracks.map((track) => track.clockRate),
    );
    this.#assembler = new UnitAssembler(feed, this.#time);
    const key = feed.ring.newestKey;
    this.#chunk = key?.chunk ?? feed.ring.next;
    feed.addReader(this);
    this.#assemble();
  }

  /** A reader that starts at the newest key unit. */
  open(listener: UnitListener): UnitReader {
    const { ring } = this.#options.feed;
    const key = ring.newestKey;
    const joins = this.#readers.size === 0 ? this.#first : this.next;
    const reader = new UnitReader(this, { listener, next: joins });
    if (this.#readers.size > 0 && key !== undefined && key.chunk < this.#chunk) {
      reader.catchUp(new UnitAssembler(this.#options.feed, this.#time), key);
    }
    this.#readers.add(reader);
    return reader;
  }

  get source(): Feed {
    return this.#options.feed;
  }

  /** Chunk of the source that is assembled next. */
  get chunk(): number {
    return this.#chunk;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Number of the oldest unit that can still be had. */
  get first(): number {
    return this.#first;
  }

  /** Number the next unit will have. */
  get next(): number {
    return this.#first + this.#kept.length;
  }

  /** Units that were lost on the way here or can't be decoded for what was. */
  get damaged(): number {
    return this.#assembler.damaged;
  }

  /** Unit `number`; undefined when it has gone or isn't there yet. */
  unit(number: number): StreamUnit | undefined {
    return this.#kept[number - this.#first]?.unit;
  }

  /** Number of the first unit from `number` on at which reading can begin; undefined when there is none yet. */
  keyFrom(number: number): number | undefined {
    const { tracks } = this.#options.feed;
    const hasVideo = tracks.some((track) => track.kind === "video");
    for (let at = Math.max(number, this.#first); at < this.next; at += 1) {
      const unit = this.unit(at);
      if (unit?.type === "key" && (!hasVideo || tracks[unit.track]?.kind === "video")) return at;
    }
    return undefined;
  }

  /** When `unit` was there to be seen, ms since 1970 by the machine's clock as it is set now. */
  wallTime(unit: StreamUnit): number | undefined {
    const { timeline, clock, wallOffset } = this.#options;
    const time = timeline.wallTime(unit.track, unit.timestamp);
    return time === undefined ? undefined : time - wallOffset + (clock.wallNow() - clock.now());
  }

  remove(reader: UnitReader): void {
    if (!this.#readers.delete(reader)) return;
    this.#trim();
    if (this.#readers.size === 0) this.#close();
  }

  wake(): void {
    this.#assemble();
    for (const reader of [...this.#readers]) reader.wake();
    this.#trim();
  }

  check(): void {
    this.#trim();
  }

  end(error: SluiceError): void {
    const readers = [...this.#readers];
    this.#readers.clear();
    this.#close();
    for (const reader of readers) reader.end(error);
  }

  /** The stream has a new source. */
  sourceReplaced(): void {
    this.#assemble();
    this.#epoch += 1;
    this.#assembler.restart();
    this.#chunk = this.#options.feed.ring.next;
    for (const reader of this.#readers) reader.join(this.next);
  }

  #assemble(): void {
    const { feed, clock } = this.#options;
    const { ring } = feed;
    if (this.#chunk < ring.first) {
      this.#chunk = ring.first;
      this.#assembler.gap();
    }
    for (let chunk = ring.chunk(this.#chunk); chunk !== undefined; chunk = ring.chunk(this.#chunk)) {
      const key = this.next === 0 && ring.newestKey?.chunk === this.#chunk ? ring.newestKey : undefined;
      const from = key === undefined ? chunk.start : ring.startOf(key, chunk);
      this.#chunk += 1;
      const at = clock.now();
      for (const unit of this.#assembler.convert(chunk, from, this.#epoch)) this.#kept.push({ unit, at });
    }
  }

  /** Lets go of what everybody has taken, and of what nobody may wait for any longer; the rest is paid for. */
  #trim(): void {
    const { memory, clock } = this.#options;
    const wanted = Math.min(this.next, ...[...this.#readers].map((reader) => reader.next));
    const horizon = clock.now() - WINDOW_MS;
    let drop = 0;
    while (drop < this.#kept.length) {
      const oldest = this.#kept[drop];
      if (oldest === undefined || (this.#first + drop >= wanted && oldest.at >= horizon)) break;
      drop += 1;
    }
    this.#drop(drop);
    let bytes = this.#kept.reduce((sum, { unit }) => sum + unit.bytes, 0);
    while (bytes > this.#keptBytes && !memory.take(bytes - this.#keptBytes)) {
      bytes -= this.#kept[0]?.unit.bytes ?? bytes;
      this.#drop(1);
    }
    if (bytes < this.#keptBytes) memory.give(this.#keptBytes - bytes);
    this.#keptBytes = bytes;
  }

  #drop(count: number): void {
    this.#kept.splice(0, count);
    this.#first += count;
  }

  #close(): void {
    this.#options.feed.removeReader(this);
    this.#kept = [];
    this.#options.memory.give(this.#keptBytes);
    this.#keptBytes = 0;
    this.#idle();
  }
}
