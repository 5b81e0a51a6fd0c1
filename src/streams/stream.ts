/**
 * A stream: the tracks of one path, their feed, and the source that fills it now. The stream outlives its source: when
 * that is lost, readers stay for `sourceGraceMs`, and for the time it may take to notice a return; a source with compatible
 * tracks that comes back meanwhile goes on with the same sequence numbers and timestamps, any other ends the stream.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Random } from "#base/random.ts";
import { printSenderReport, printSourceDescription } from "#formats/rtcp/packet.ts";
import { Feed } from "./feed.ts";
import { Input, type InputOwner, type StreamInput } from "./input.ts";
import { Rendition } from "./rendition.ts";
import type { MemoryPool } from "./ring/memory-budget.ts";
import { Ring } from "./ring/ring.ts";
import type { SlabPool } from "./ring/slab.ts";
import { StreamTimeline } from "./timeline.ts";
import { type OpenTrack, Track } from "./track.ts";
import { UnitFeed } from "./units/unit-feed.ts";
import type { UnitListener, UnitReader } from "./units/unit-reader.ts";

/** Sender reports go out this often (some recorders want ≤ 5 s; quirk row 12). */
const REPORT_INTERVAL_MS = 2500;

/** What a source that is back may take to be tried again and set up, ms: pauses between tries grow to 2.5 s, a try takes 2 s at most. */
const RETURN_MS = 5000;

/** Seconds between 1900 (NTP) and 1970. */
const NTP_EPOCH_SECONDS = 2_208_988_800;

/** Most packet sizes a stream is cut to at once; a reader asking for another gets the nearest smaller one. */
const MAX_RENDITIONS = 4;

/** What a stream tells its path. */
export interface StreamEvents {
  ready(): void;
  /** The source is lost; readers stay. */
  lost(reason: SluiceError): void;
  /** Nobody came back: all readers have been closed, the stream is over. */
  gone(error: SluiceError): void;
}

/** Collaborators and settings of a stream. */
export interface StreamOptions {
  readonly path: string;
  readonly tracks: readonly OpenTrack[];
  readonly slabs: SlabPool;
  /** What whole-unit readers keep waiting. */
  readonly memory: MemoryPool;
  /** Bytes this stream's ring may hold now. */
  readonly share: () => number;
  readonly clock: Clock;
  readonly random: Random;
  readonly sourceGraceMs: () => number;
  readonly events: StreamEvents;
  /** Made when the tracks changed, to close readers with. */
  readonly goneError: () => SluiceError;
}

/** See the head of this file. */
export class Stream implements InputOwner {
  readonly feed: Feed;
  readonly clock: Clock;
  readonly timeline: StreamTimeline;
  /** RTCP CNAME of all its tracks (RFC 3550 §6.5.1). */
  readonly cname: string;
  readonly #options: StreamOptions;
  readonly #renditions = new Map<number, Rendition>();
  readonly #nextReportAt: number[];
  /** Wall clock minus monotonic clock, taken once: reports must not jump when somebody sets the clock. */
  readonly #wallOffset: number;
  #units: UnitFeed | undefined;
  #input: Input | undefined;
  #previousBytes = 0;
  #largestPacket = 0;
  #grace: Timer | undefined;
  #closed = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.cname = options.random.bytes(8).toString("hex");
    this.#wallOffset = options.clock.wallNow() - options.clock.now();
    const tracks = options.tracks.map(
      (open, index) =>
        new Track(open, {
          index,
          ssrc: options.random.uint32(),
          sequence: options.random.uint32() & 0xffff,
          timestamp: options.random.uint32(),
        }),
    );
    this.feed = new Feed({ ring: new Ring(options.slabs, options.share), tracks, clock: options.clock });
    this.timeline = new StreamTimeline(
      tracks.map((track) => ({ clockRate: track.clockRate, synchronised: track.kind !== "application" })),
    );
    this.#nextReportAt = tracks.map(() => 0);
  }

  get tracks(): readonly Track[] {
    return this.feed.tracks;
  }

  /** True while a source feeds it and the first key unit (or audio) has come. */
  get ready(): boolean {
    return this.#input?.ready === true;
  }

  /** True while some source is attached, ready or not. */
  get attached(): boolean {
    return this.#input !== undefined;
  }

  /** Bytes of RTP that sources have delivered in all. */
  get inboundBytes(): number {
    return this.#previousBytes + (this.#input?.statistics.bytes ?? 0);
  }

  /** Packets of the present source that could not be read. */
  get inboundInError(): number {
    return this.#input?.statistics.malformed ?? 0;
  }

  /** Largest RTP packet seen, bytes: tells whether UDP readers need other packet sizes. */
  get largestPacket(): number {
    return this.#largestPacket;
  }

  /** Whether `tracks` can feed the readers of this stream. */
  accepts(tracks: readonly OpenTrack[]): boolean {
    return (
      tracks.length === this.tracks.length &&
      this.tracks.every((track, index) => {
        const other = tracks[index];
        return other !== undefined && track.continuesWith(other);
      })
    );
  }

  /** Lets a source feed the stream; ask `accepts` first. The former source, if any, is cut off. */
  attach(tracks: readonly OpenTrack[]): StreamInput {
    this.#grace?.cancel();
    this.#grace = undefined;
    this.#detach();
    this.tracks.forEach((track, index) => {
      const open = tracks[index];
      if (open !== undefined) track.replaceSource(open);
    });
    this.timeline.sourceReplaced();
    for (const rendition of this.#renditions.values()) rendition.sourceReplaced();
    this.#units?.sourceReplaced();
    this.#input = new Input(this);
    return this.#input;
  }

  /** Packets cut to at most `maxPacketBytes` of RTP: the source's own where they are small enough. */
  feedFor(maxPacketBytes: number): Feed {
    if (this.#largestPacket <= maxPacketBytes) return this.feed;
    let rendition = this.#renditions.get(maxPacketBytes);
    if (rendition === undefined) {
      const smaller = [...this.#renditions.keys()].filter((size) => size < maxPacketBytes).sort((a, b) => b - a)[0];
      if (this.#renditions.size >= MAX_RENDITIONS && smaller !== undefined) return this.feedFor(smaller);
      const { slabs, share, clock } = this.#options;
      rendition = new Rendition({ source: this.feed, maxPacketBytes, ring: new Ring(slabs, share), clock });
      rendition.onIdle(() => this.#renditions.delete(maxPacketBytes));
      this.#renditions.set(maxPacketBytes, rendition);
    }
    return rendition.feed;
  }

  /** Whole access units from the newest key unit on, put together once for all who read them. */
  readUnits(listener: UnitListener): UnitReader {
    const { feed, timeline, clock } = this;
    const { memory } = this.#options;
    this.#units ??= new UnitFeed({ feed, timeline, clock, memory, wallOffset: this.#wallOffset }, () => {
      this.#units = undefined;
    });
    return this.#units.open(listener);
  }

  /** A sender report with source description for `track` as of now, as a compound packet; undefined before its first packet. */
  senderReport(track: Track): Buffer | undefined {
    if (track.writtenAt === undefined) return undefined;
    const elapsed = this.clock.now() - track.writtenAt;
    const timestamp = (track.timestamp + Math.round((elapsed * track.clockRate) / 1000)) >>> 0;
    const wall = this.timeline.wallTime(track.index, timestamp);
    if (wall === undefined) return undefined;
    const seconds = wall / 1000 + NTP_EPOCH_SECONDS;
    const report = printSenderReport({
      ssrc: track.ssrc,
      ntpSeconds: Math.floor(seconds) >>> 0,
      ntpFraction: Math.floor((seconds % 1) * 2 ** 32) >>> 0,
      rtpTimestamp: timestamp,
      packetCount: track.packets >>> 0,
      octetCount: track.octets >>> 0,
    });
    return Buffer.concat([report, printSourceDescription(track.ssrc, this.cname)]);
  }

  written(track: Track, timestamp: number, now: number): void {
    this.timeline.observe(track.index, timestamp, now + this.#wallOffset);
    if (now >= (this.#nextReportAt[track.index] ?? 0)) {
      this.#nextReportAt[track.index] = now + REPORT_INTERVAL_MS;
      const report = this.senderReport(track);
      if (report !== undefined) this.feed.appendRtcp(track, report);
    }
  }

  packetSize(bytes: number): void {
    if (bytes > this.#largestPacket) this.#largestPacket = bytes;
  }

  sourceReport(track: Track, timestamp: number, ntpMs: number): void {
    this.timeline.sourceReport(track.index, timestamp, ntpMs);
  }

  inputReady(): void {
    this.#options.events.ready();
  }

  inputClosed(reason: SluiceError): void {
    if (this.#closed || this.#input === undefined) return;
    this.#detach();
    const graceMs = this.#options.sourceGraceMs();
    this.#grace = this.clock.after("source grace", graceMs + Math.min(graceMs, RETURN_MS), () => {
      const error = this.#options.goneError();
      this.close(error);
      this.#options.events.gone(error);
    });
    this.#options.events.lost(reason);
  }

  /** Closes all readers with `error` and lets go of all memory. Idempotent. */
  close(error: SluiceError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#grace?.cancel();
    this.#detach();
    for (const rendition of this.#renditions.values()) rendition.close(error);
    this.#renditions.clear();
    this.feed.close(error);
  }

  #detach(): void {
    const input = this.#input;
    if (input === undefined) return;
    this.#input = undefined;
    this.#previousBytes += input.statistics.bytes;
    input.cutOff();
    this.feed.flush();
    this.feed.ring.forgetKeys();
  }
}
