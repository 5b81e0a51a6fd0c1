/**
 * One stream as HLS: reads its units, cuts them into segments and parts, and answers for playlists and files by name. Viewers
 * may ask for what doesn't exist yet (a first playlist, the next part, a playlist that has it): those wait here, all looked at
 * when something new is there and once a second. It ends with its stream; when nothing more can be taken it fails and keeps
 * the reason.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { hlsError } from "#protocols/hls/errors.ts";
import type { SlabPool } from "#streams/ring/slab.ts";
import type { Stream } from "#streams/stream.ts";
import type { UnitListener, UnitReader } from "#streams/units/unit-reader.ts";
import type { Container } from "./container.ts";
import { type Names, type PlaylistKind, Playlists } from "./playlists.ts";
import { type PartMedia, Segmenter, type SegmentSink, type SegmentStart } from "./segmenter.ts";
import type { Shelf } from "./shelf.ts";
import { type MediaBytes, SlabWriter } from "./stored-bytes.ts";
import { SegmentWindow, type WindowRefusal } from "./window.ts";

/** Longest wait for a first playlist: a GOP of 10 s and a little. */
const FIRST_WAIT_MS = 15_000;
/** Longest wait for what is announced, in target durations (RFC 8216bis §6.2.5.2). */
const BLOCKING_TARGETS = 3;
/** Requests that may wait at one muxer; more are answered with what there is. */
const MAX_WAITING = 5000;
/** Seconds of parts that a request may be ahead (RFC 8216bis §6.2.5.2, Advance Part Limit). */
const ADVANCE_SECONDS = 3;

/** Finished segments that a live playlist must list at least for players to start (RFC 8216 §6.3.3). */
const SHORT_SEGMENTS = 3;

/** What a muxer is made with. */
export interface MuxerOptions {
  readonly path: string;
  readonly stream: Stream;
  readonly container: Container;
  readonly variant: "lowLatency" | "fmp4" | "mpegts";
  /** Begins all names, so that caches of an earlier muxer don't answer. */
  readonly prefix: string;
  /** Asked at the end of each segment. */
  readonly segmentCount: () => number;
  readonly segmentMs: number;
  readonly partMs: number;
  /** Asked at every part. */
  readonly segmentBytes: () => number;
  readonly slabs: SlabPool;
  /** Where finished segments go; undefined: they stay in memory. */
  readonly shelf: Shelf | undefined;
  readonly share: () => number;
  /** Whether memory is short, so that only what players need at least is kept. */
  readonly short: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A file's bytes; `release` them when they are sent. */
export interface MuxerFile {
  readonly type: string;
  readonly bytes: number;
  readonly body: readonly Buffer[] | AsyncIterable<Buffer>;
  readonly release: () => void;
}

/** A place in the playlist that somebody waits for; without `part`, the end of the segment. */
export interface PlaylistPosition {
  readonly segment: number;
  readonly part: number | undefined;
}

/** Who waits at a muxer; it has left when `done` is called. */
interface Waiter {
  readonly deadline: number;
  reached(): boolean;
  done(): void;
}

/** See the head of this file. */
export class Muxer implements UnitListener, SegmentSink {
  /** ms since 1970. */
  readonly created: number;
  readonly options: MuxerOptions;
  readonly names: Names;
  readonly #reader: UnitReader;
  readonly #segmenter: Segmenter;
  readonly #window: SegmentWindow;
  readonly #playlists: Playlists;
  /** Initialization segments that the window needs, by version. */
  readonly #inits = new Map<number, Buffer>();
  #initVersion = 0;
  readonly #waiters = new Set<Waiter>();
  #state: { readonly kind: "open" } | { readonly kind: "ended"; readonly error: SluiceError; readonly at: number } = {
    kind: "open",
  };
  #shortened = false;

  constructor(options: MuxerOptions) {
    this.options = options;
    const { clock, container, variant, slabs, shelf, share, segmentMs, partMs, segmentCount, segmentBytes, stream } = options;
    this.created = clock.wallNow();
    this.names = namesOf(options);
    const lowLatency = variant === "lowLatency";
    const padding = lowLatency ? segmentCount() : 0;
    const count = (): number => (options.short() ? Math.min(segmentCount(), SHORT_SEGMENTS) : segmentCount());
    const shelve =
      shelf === undefined
        ? undefined
        : (number: number, pieces: readonly Buffer[]) => shelf.put(this.names.segment(number), pieces);
    this.#window = new SegmentWindow({ count, segmentBytes, share, shelve }, new SlabWriter(slabs), padding);
    this.#playlists = new Playlists({
      window: this.#window,
      container,
      names: this.names,
      lowLatency,
      padding,
      partMs,
      expectedMs: () => this.#expectedMs(),
      frameRate: () => this.#frameRate(),
    });
    this.#segmenter = new Segmenter(container, { segmentMs, partMs }, this);
    this.#reader = stream.readUnits(this);
    this.wake();
    if (this.#window.finished.length === 0) this.#segmenter.endSoon();
  }

  /** Why it has ended, and since when (monotonic ms). */
  get ended(): { readonly error: SluiceError; readonly at: number } | undefined {
    return this.#state.kind === "ended" ? this.#state : undefined;
  }

  /** Seconds; announced in the playlist. */
  get targetDuration(): number {
    return this.#playlists.targetDuration;
  }

  /** Units that viewers never got: lost before they came here. */
  get discarded(): number {
    return this.#reader.missed + this.#reader.damaged;
  }

  /** Resolves when there is a playlist that can be played. Rejects when there will be none, or with the signal's reason. */
  async ready(signal: AbortSignal): Promise<void> {
    await this.#wait(() => this.playable, FIRST_WAIT_MS, signal);
    this.#throwIfEnded();
    if (!this.playable) throw hlsError("hls-no-key-unit", { details: { path: this.options.path }, retryable: true });
  }

  /** The multivariant playlist, with `SUFFIX` behind every address. */
  multivariant(): string {
    return this.#playlists.multivariant();
  }

  /** The media playlist as it is now, with `SUFFIX` behind every address. */
  playlist(kind: PlaylistKind): string {
    return this.#playlists.media(this.options.variant === "lowLatency" ? kind : "whole");
  }

  /** Resolves when the playlist holds `position`, or the longest wait is over. False at once when it is too far ahead. */
  async waitFor(position: PlaylistPosition, signal: AbortSignal): Promise<boolean> {
    if (this.#isTooFar(position)) return false;
    await this.#wait(() => this.#holds(position), this.#patienceMs(), signal);
    this.#throwIfEnded();
    return true;
  }

  /** Whether the playlist can be played now. */
  get playable(): boolean {
    return this.#window.finished.length > 0 && this.#state.kind === "open";
  }

  /** Where `position` is: listed, to come, or so far ahead that nobody should ask. */
  place(position: PlaylistPosition): "listed" | "to-come" | "too-far" {
    if (this.#isTooFar(position)) return "too-far";
    return this.#holds(position) ? "listed" : "to-come";
  }

  /** Calls `done` when the playlist holds `position`, the longest wait is over or the muxer has ended; what is answered leaves without. */
  whenListed(position: PlaylistPosition, done: () => void): () => void {
    const waiter: Waiter = {
      deadline: this.options.clock.now() + this.#patienceMs(),
      reached: () => this.#holds(position),
      done: () => {
        this.#waiters.delete(waiter);
        done();
      },
    };
    this.#waiters.add(waiter);
    return () => this.#waiters.delete(waiter);
  }

  /** Whether more may wait. */
  get crowded(): boolean {
    return this.#waiters.size >= MAX_WAITING;
  }

  /** The file called `name`, if it is there now. */
  fileNow(name: string): MuxerFile | undefined {
    return this.#init(name) ?? this.#media(name);
  }

  /** The file called `name`; the part that comes next is waited for. Undefined when there is no such file. */
  async file(name: string, signal: AbortSignal): Promise<MuxerFile | undefined> {
    const next = this.#window.nextPart;
    if (name === this.names.part(next) && this.options.variant === "lowLatency") {
      await this.#wait(() => this.#window.nextPart > next, this.#patienceMs(), signal);
    }
    return this.fileNow(name);
  }

  /** Once a second: whoever has waited too long gets what there is. */
  sweep(now: number): void {
    for (const waiter of [...this.#waiters]) if (now >= waiter.deadline) waiter.done();
    if (this.#shortened || this.#window.shortened === 0) return;
    this.#shortened = true;
    this.options.log.warn({ segments: this.#window.finished.length }, "memory is short: the HLS window gets shorter");
  }

  /** Idempotent. */
  close(error: SluiceError): void {
    if (this.#state.kind === "ended") return;
    this.#state = { kind: "ended", error, at: this.options.clock.now() };
    this.#reader.close();
    this.#window.close();
    for (const waiter of [...this.#waiters]) waiter.done();
  }

  wake(): void {
    for (let unit = this.#reader.take(); unit !== undefined; unit = this.#reader.take()) {
      this.#segmenter.push(unit);
      if (this.#state.kind === "ended") return;
    }
  }

  end(error: SluiceError): void {
    this.close(error);
  }

  beginSegment(start: SegmentStart): void {
    if (start.init !== undefined) {
      if (this.#inits.size > 0) this.#initVersion += 1;
      this.#inits.set(this.#initVersion, start.init);
    }
    this.#window.begin({
      discontinuity: start.discontinuity,
      initVersion: this.#initVersion,
      programDateTime: this.#reader.wallTime(start.unit),
    });
  }

  part(media: PartMedia): void {
    const refusal = this.#window.add(media);
    if (refusal === undefined) this.#changed();
    else this.#fail(refusal);
  }

  endSegment(): void {
    this.#window.end();
    this.#changed();
  }

  #changed(): void {
    this.#playlists.changed();
    const oldest = this.#window.finished[0] ?? this.#window.current;
    if (oldest !== undefined) {
      for (const version of this.#inits.keys()) if (version < oldest.initVersion) this.#inits.delete(version);
    }
    for (const waiter of [...this.#waiters]) if (waiter.reached()) waiter.done();
  }

  #fail(refusal: WindowRefusal): void {
    const { path, segmentBytes, share, log } = this.options;
    const seconds = Math.round(this.#window.current?.duration ?? 0);
    const details = { path, seconds, bytes: refusal === "segment-too-large" ? segmentBytes() : Math.round(share()) };
    const error = hlsError(refusal === "segment-too-large" ? "hls-segment-too-large" : "hls-memory-full", { details });
    log.error({ code: error.code, reason: error.message }, "HLS of this stream has stopped");
    this.close(error);
  }

  #throwIfEnded(): void {
    if (this.#state.kind === "ended") throw this.#state.error;
  }

  #init(name: string): MuxerFile | undefined {
    for (const [version, bytes] of this.#inits) {
      if (this.names.init(version) === name) {
        return { type: "video/mp4", bytes: bytes.length, body: [bytes], release: () => undefined };
      }
    }
    return undefined;
  }

  #media(name: string): MuxerFile | undefined {
    const wanted = this.names.read(name);
    if (wanted === undefined) return undefined;
    const stored = wanted.kind === "segment" ? this.#window.segmentBytes(wanted.number) : this.#window.partBytes(wanted.number);
    return stored === undefined ? undefined : this.#hold(stored);
  }

  #hold(stored: readonly MediaBytes[]): MuxerFile {
    for (const bytes of stored) bytes.hold();
    return {
      type: this.options.container.extension === "ts" ? "video/mp2t" : "video/mp4",
      bytes: stored.reduce((sum, { length }) => sum + length, 0),
      body: bodyOf(stored),
      release: () => {
        for (const bytes of stored) bytes.release();
      },
    };
  }

  #holds({ segment, part }: PlaylistPosition): boolean {
    const { number, current } = this.#window;
    const parts = current?.parts.length ?? 0;
    if (segment >= number) return segment === number && part !== undefined && parts > part;
    // A part beyond a finished segment's last one stands for the first of the next segment.
    const before = this.#window.finished.at(-1);
    const isBeyond = before?.number === segment && part !== undefined && part >= before.parts.length;
    return !isBeyond || parts > 0 || segment < number - 1;
  }

  #isTooFar({ segment, part }: PlaylistPosition): boolean {
    const { number, current } = this.#window;
    if (segment > number + 1) return true;
    const limit = Math.ceil(ADVANCE_SECONDS / Math.max(this.#playlists.partTarget, this.options.partMs / 1000, 0.05));
    const there = segment === number ? current : this.#window.finished.at(-1);
    const parts = there?.number === segment ? there.parts.length : 0;
    return segment >= number - 1 && part !== undefined && part >= parts + limit;
  }

  #patienceMs(): number {
    return BLOCKING_TARGETS * 1000 * this.#playlists.targetDuration;
  }

  #wait(reached: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
    if (reached() || this.#state.kind === "ended" || this.crowded) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        leave();
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        reached,
        deadline: this.options.clock.now() + ms,
        done: () => {
          leave();
          resolve();
        },
      };
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      signal.addEventListener("abort", abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  #expectedMs(): number {
    const { stream, container, segmentMs } = this.options;
    const lead = stream.tracks[container.tracks[0]?.index ?? 0];
    const keyMs = lead === undefined ? 0 : (lead.keyTicks * 1000) / lead.clockRate;
    return keyMs <= 0 ? segmentMs : Math.ceil((segmentMs * 0.97) / keyMs) * keyMs;
  }

  #frameRate(): number | undefined {
    const { stream, container } = this.options;
    const lead = stream.tracks[container.tracks[0]?.index ?? 0];
    return lead === undefined || lead.frameTicks === 0 || lead.reorderDepth > 0 ? undefined : lead.clockRate / lead.frameTicks;
  }
}

/** What is in memory goes out at once, what isn't is read as it goes. */
function bodyOf(stored: readonly MediaBytes[]): MuxerFile["body"] {
  const inMemory = stored.flatMap(({ content }) => (Array.isArray(content) ? (content as readonly Buffer[]) : []));
  return stored.every(({ content }) => Array.isArray(content)) ? inMemory : readAll(stored);
}

async function* readAll(stored: readonly MediaBytes[]): AsyncGenerator<Buffer> {
  for (const { content } of stored) yield* content;
}

function namesOf({ prefix, variant, container }: MuxerOptions): Names {
  const track = variant === "mpegts" ? "main" : `${container.tracks[0]?.kind ?? "video"}1`;
  const { extension } = container;
  const begin = `${prefix}_${track}_`;
  const pattern = /^(seg|part)(\d{1,12})\.(?:mp4|ts)$/;
  return {
    playlist: `${track}_stream.m3u8`,
    init: (version) => `${prefix}_${track}_init${version === 0 ? "" : String(version + 1)}.mp4`,
    segment: (number) => `${prefix}_${track}_seg${String(number)}.${extension}`,
    part: (number) => `${prefix}_${track}_part${String(number)}.${extension}`,
    read: (name) => {
      const [, kind, number] = (name.startsWith(begin) && pattern.exec(name.slice(begin.length))) || [];
      return kind === undefined ? undefined : { kind: kind === "seg" ? "segment" : "part", number: Number(number) };
    },
  };
}
