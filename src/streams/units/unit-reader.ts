/**
 * A whole-unit reader's place in a `UnitFeed`: a number. `take` gives the next unit; one that has been overtaken goes on at
 * the next key unit, and what it missed is counted. While it catches up from the newest key unit in the ring it puts units
 * together by itself.
 */
import type { SluiceError } from "#base/errors.ts";
import type { Feed } from "#streams/feed.ts";
import type { KeyPosition } from "#streams/ring/ring.ts";
import type { UnitAssembler } from "./assembler.ts";
import type { StreamUnit } from "./unit.ts";

/** Who reads. */
export interface UnitListener {
  /** There may be something to take. */
  wake(): void;
  /** The stream is over; nothing comes any more. */
  end(error: SluiceError): void;
}

/** What a reader needs of the feed it has a place in. */
export interface UnitSource {
  readonly source: Feed;
  readonly chunk: number;
  readonly epoch: number;
  readonly first: number;
  readonly next: number;
  readonly damaged: number;
  unit(number: number): StreamUnit | undefined;
  keyFrom(number: number): number | undefined;
  wallTime(unit: StreamUnit): number | undefined;
  remove(reader: UnitReader): void;
}

/** Catching up: chunks before `until` are put together here. */
interface CatchUp {
  readonly assembler: UnitAssembler;
  readonly key: KeyPosition;
  chunk: number;
  units: StreamUnit[];
}

/** See the head of this file. */
export class UnitReader {
  readonly #feed: UnitSource;
  readonly #listener: UnitListener;
  #next: number;
  #catchUp: CatchUp | undefined;
  #waitingForKey = false;
  #missed = 0;

  constructor(feed: UnitSource, options: { listener: UnitListener; next: number }) {
    this.#feed = feed;
    this.#listener = options.listener;
    this.#next = options.next;
  }

  /** Number of the unit that comes next. */
  get next(): number {
    return this.#catchUp === undefined ? this.#next : this.#feed.next;
  }

  /** Units it was too slow for. */
  get missed(): number {
    return this.#missed;
  }

  /** Units that never came whole to the stream, for all readers. */
  get damaged(): number {
    return this.#feed.damaged;
  }

  /** The next unit; undefined when there is none yet. */
  take(): StreamUnit | undefined {
    const own = this.#catchUp === undefined ? undefined : this.#takeOwn(this.#catchUp);
    if (own !== undefined) return own;
    if (this.#next < this.#feed.first) {
      this.#missed += this.#feed.first - this.#next;
      this.#next = this.#feed.first;
      this.#waitingForKey = true;
    }
    if (this.#waitingForKey && !this.#findKey()) return undefined;
    const unit = this.#feed.unit(this.#next);
    if (unit !== undefined) this.#next += 1;
    return unit;
  }

  /** See `UnitFeed.wallTime`. */
  wallTime(unit: StreamUnit): number | undefined {
    return this.#feed.wallTime(unit);
  }

  /** Idempotent. */
  close(): void {
    this.#feed.remove(this);
  }

  wake(): void {
    this.#listener.wake();
  }

  end(error: SluiceError): void {
    this.#listener.end(error);
  }

  /** For the feed: begins at `key`, whose chunks up to where the feed is are still there. */
  catchUp(assembler: UnitAssembler, key: KeyPosition): void {
    this.#catchUp = { assembler, key, chunk: key.chunk, units: [] };
  }

  /** For the feed: goes on with unit `number`, whatever lies before. */
  join(number: number): void {
    if (this.#catchUp === undefined) return;
    this.#catchUp = undefined;
    this.#next = number;
  }

  #takeOwn(own: CatchUp): StreamUnit | undefined {
    const { ring } = this.#feed.source;
    while (own.units.length === 0 && own.chunk < this.#feed.chunk) {
      const chunk = ring.chunk(own.chunk);
      if (chunk === undefined) {
        this.#missed += 1;
        this.#waitingForKey = true;
        break;
      }
      const from = own.chunk === own.key.chunk ? ring.startOf(own.key, chunk) : chunk.start;
      own.units = own.assembler.convert(chunk, from, this.#feed.epoch);
      own.chunk += 1;
    }
    const unit = own.units.shift();
    if (unit === undefined) this.join(this.#feed.next);
    return unit;
  }

  #findKey(): boolean {
    const key = this.#feed.keyFrom(this.#next);
    const end = key ?? this.#feed.next;
    this.#missed += end - this.#next;
    this.#next = end;
    this.#waitingForKey = key === undefined;
    return key !== undefined;
  }
}
