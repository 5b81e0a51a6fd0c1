/**
 * A reader's place in a feed: a chunk number, nothing else, so a slow reader holds no memory. One that falls more than
 * `WINDOW_MS` behind, or is overtaken by the ring, skips to the next key unit; what it missed is counted.
 */
import type { Clock } from "#base/clock.ts";
import type { Feed } from "../feed.ts";
import { type Chunk, type KeyPosition, WINDOW_MS } from "./ring.ts";
import type { Slab } from "./slab.ts";

/** Bytes to write, all in one slab; hold the slab while they are being written. */
export interface Slice {
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
  readonly packets: number;
  readonly view: Buffer;
}

/** See the head of this file. */
export class Cursor {
  readonly #feed: Feed;
  readonly #clock: Clock;
  #next: number;
  /** Where in chunk `#next` to begin; undefined = at its start. */
  #key: KeyPosition | undefined;
  #mode: "waiting-for-key" | "may-lag" | "live";
  #packets: number;
  #discarded = 0;

  /** Starts at the live edge. */
  constructor(feed: Feed, clock: Clock) {
    this.#feed = feed;
    this.#clock = clock;
    this.#next = feed.ring.next;
    this.#packets = feed.ring.packets;
    this.#mode = "live";
  }

  /** Number of the chunk that comes next. */
  get next(): number {
    return this.#next;
  }

  /** Packets missed so far. */
  get discarded(): number {
    return this.#discarded;
  }

  /** True while nothing is given out because a key unit has to come first. */
  get waitingForKey(): boolean {
    return this.#mode === "waiting-for-key";
  }

  /** True while it follows the live edge and may be given new chunks as they come. */
  get live(): boolean {
    return this.#mode === "live" && this.#key === undefined;
  }

  /** Goes on with chunk `number`: what lies before has been sent otherwise. */
  moveTo(number: number): void {
    this.#next = number;
    this.#mode = "live";
    this.#packets = this.#feed.ring.chunk(number)?.packetsBefore ?? this.#feed.ring.packets;
  }

  /** Chunk `next` has been sent for this cursor by somebody else. */
  pass(chunk: Chunk): void {
    this.#next += 1;
    this.#packets = chunk.packetsBefore + chunk.packets;
  }

  /** Begins with the next key unit that arrives. */
  waitForKey(): void {
    this.#mode = "waiting-for-key";
  }

  /** Begins at `key`; until it has caught up once it may lag as far as the ring reaches. */
  startAt(key: KeyPosition): void {
    this.#mode = "may-lag";
    this.#place(key);
  }

  /** What to write now, at most `maxBytes` (but one chunk at least), nothing of chunk `stopAt` and later; undefined when there is nothing. */
  take(maxBytes: number, stopAt = Number.POSITIVE_INFINITY): Slice | undefined {
    const { ring } = this.#feed;
    if (this.#mode === "waiting-for-key" && !this.#findKey()) return undefined;
    let chunk = ring.chunk(this.#next);
    if (chunk === undefined && this.#next >= ring.next) {
      this.#mode = "live";
      return undefined;
    }
    if (chunk === undefined || (this.#mode === "live" && this.#clock.now() - chunk.at > WINDOW_MS)) {
      this.#mode = "waiting-for-key";
      if (!this.#findKey()) return undefined;
      chunk = ring.chunk(this.#next);
      if (chunk === undefined) return undefined;
    }
    const start = this.#key === undefined ? chunk.start : ring.startOf(this.#key, chunk);
    this.#key = undefined;
    return this.#gather(chunk, start, { maxBytes, stopAt });
  }

  #gather(chunk: Chunk, start: number, limit: { maxBytes: number; stopAt: number }): Slice {
    const { ring } = this.#feed;
    const { maxBytes, stopAt } = limit;
    this.#next += 1;
    let packets = chunk.packets;
    let { end } = chunk;
    for (;;) {
      const following = this.#next < stopAt ? ring.chunk(this.#next) : undefined;
      if (following?.slab !== chunk.slab || following.start !== end || following.end - start > maxBytes) break;
      this.#next += 1;
      end = following.end;
      packets += following.packets;
    }
    this.#packets = chunk.packetsBefore + packets;
    if (start === chunk.start && end === chunk.end) return chunk;
    return { slab: chunk.slab, start, end, packets, view: chunk.slab.buffer.subarray(start, end) };
  }

  /** Looks for a key unit young enough to go on from. */
  #findKey(): boolean {
    const { ring } = this.#feed;
    const horizon = this.#clock.now() - WINDOW_MS;
    let key = ring.keyAfter(Math.max(this.#next, ring.first));
    while (key !== undefined && key.at < horizon) key = ring.keyAfter(key.chunk + 1);
    if (key === undefined || ring.chunk(key.chunk) === undefined) return false;
    this.#mode = "live";
    this.#place(key);
    return true;
  }

  #place(key: KeyPosition): void {
    const chunk = this.#feed.ring.chunk(key.chunk);
    this.#next = key.chunk;
    this.#key = key;
    const before = chunk?.packetsBefore ?? this.#packets;
    if (before > this.#packets) this.#discarded += before - this.#packets;
    this.#packets = before;
  }
}
