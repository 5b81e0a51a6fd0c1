/**
 * A session over one byte stream (interleaved TCP, TLS, tunnels). Live, it writes slices of the ring that all such readers
 * share; with other channel numbers, fewer tracks, while bursting or until every track has begun it writes copies. One write
 * is in flight at a time, of at most `MAX_WRITE_BYTES`; what the ring drops meanwhile is skipped and counted.
 */
import type { Clock, Timer } from "#base/clock.ts";
import { messageOf, type SluiceError } from "#base/errors.ts";
import type { TcpFanOut } from "#base/network.ts";
import { FRAME_HEADER_BYTES } from "#formats/rtsp-message/stream-reader.ts";
import { Cursor, type Slice } from "#streams/ring/cursor.ts";
import { streamError } from "#streams/errors.ts";
import type { Feed, FeedReader } from "#streams/feed.ts";
import type { Chunk } from "#streams/ring/ring.ts";
import type { Slab } from "#streams/ring/slab.ts";
import type { Stream } from "#streams/stream.ts";
import type { ByteOutput, PlayPosition, ReaderSink, ReaderStatistics, RtspReader, RtspReaderOptions } from "./reader.ts";
import { type CopyRules, copyPackets } from "./packet-copy.ts";
import { planStart, playPositions, type StartPlan } from "./start-plan.ts";
import { type GroupMember, TcpGroup } from "./tcp-group.ts";
import { TrackBeginnings } from "./track-beginnings.ts";

/** Largest single write: a stalled reader pins one slab; one that takes 52 kbit/s still finishes within `writeTimeout`. */
const MAX_WRITE_BYTES = 64 * 1024;

/**
 * The burst begins with its key unit in one write; then whoever came for one picture has time to leave, and the rest follows
 * in blocks of this size: a visit doesn't cost a whole GOP.
 */
const BURST_BLOCK_BYTES = 64 * 1024;
const KEY_UNIT_PAUSE_MS = 20;

/** Pause between blocks: 2 MB (4 s at 4 Mbit/s) take 64 ms. */
const BURST_PAUSE_MS = 2;

/** The burst still to be sent: chunks `[next, endChunk)`, beginning `offset` into the first. */
interface Burst {
  readonly rules: CopyRules;
  readonly endChunk: number;
  next: number;
  offset: number | undefined;
  part: "key-unit" | "rest";
}

/** See the head of this file. */
export class TcpReader implements RtspReader, FeedReader, GroupMember {
  readonly statistics: ReaderStatistics = { packets: 0, bytes: 0, rtcpPackets: 0, discardedPackets: 0, reportedLost: 0 };
  readonly #options: RtspReaderOptions;
  readonly #clock: Clock;
  readonly #output: ByteOutput;
  readonly #stream: Stream;
  readonly #feed: Feed;
  readonly #rules: CopyRules;
  readonly #shared: boolean;
  readonly #fanOut: TcpFanOut | undefined;
  #group: TcpGroup | undefined;
  readonly #lost = new Map<number, number>();
  #cursor: Cursor;
  #plan: StartPlan | undefined;
  #beginnings: TrackBeginnings | undefined;
  #burst: Burst | undefined;
  #burstPause: Timer | undefined;
  #state: "idle" | "playing" | "closed" = "idle";
  #writing: Slab | undefined;
  #writeStartedAt = 0;
  readonly #written: (error?: Error | null) => void;

  constructor(options: RtspReaderOptions, sink: Extract<ReaderSink, { kind: "tcp" }>) {
    const { stream } = options.path;
    if (stream === undefined) throw streamError("path-no-stream", { details: { path: options.path.name } });
    this.#options = options;
    this.#clock = options.clock;
    this.#output = sink.output;
    this.#stream = stream;
    this.#feed = stream.feed;
    this.#cursor = new Cursor(this.#feed, this.#clock);
    const channels = interleavedChannels(options);
    this.#rules = { channels };
    this.#shared = stream.tracks.every((track) => channels[track.channel] === track.channel);
    this.#fanOut = this.#shared ? sink.fanOut : undefined;
    this.#written = (error) => {
      this.#finishWrite(error);
    };
  }

  play(): readonly PlayPosition[] {
    const start = planStart(this.#feed, this.#options.path.options.readerStart);
    this.#plan = start;
    const tracks = this.#options.tracks.map((each) => each.track);
    const positions = playPositions(this.#stream, this.#feed, { start, tracks });
    this.#beginnings = start.kind === "squeezed" ? TrackBeginnings.of(this.#feed, positions, this.#clock) : undefined;
    return positions;
  }

  start(): void {
    if (this.#state !== "idle") return;
    this.#state = "playing";
    const plan = this.#plan ?? planStart(this.#feed, this.#options.path.options.readerStart);
    this.#plan = undefined;
    this.#cursor = new Cursor(this.#feed, this.#clock);
    if (plan.kind === "squeezed") this.#startBurst(plan);
    else if (plan.kind === "true-times") this.#cursor.startAt(plan.key);
    else if (plan.kind === "next-key") this.#cursor.waitForKey();
    this.#group = TcpGroup.of(this.#feed, this.#output, this.#fanOut);
    this.#group?.add(this, this.#output);
    this.#feed.addReader(this);
    this.#sendReports();
    this.wake();
  }

  pause(): void {
    if (this.#state !== "playing") return;
    this.#state = "idle";
    this.#leave();
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#leave();
  }

  receiverReport(track: number, cumulativeLost: number): void {
    this.#lost.set(track, Math.max(0, cumulativeLost));
    this.statistics.reportedLost = [...this.#lost.values()].reduce((sum, lost) => sum + lost, 0);
  }

  /** The chunk this reader waits for, when nothing is in its way; for its group only. */
  get idleAt(): number | undefined {
    const free = this.#state === "playing" && this.#writing === undefined && this.#burst === undefined;
    return free && this.#beginnings === undefined && this.#cursor.live ? this.#cursor.next : undefined;
  }

  /** Its group wrote the first `bytes` of `chunk` for it; the rest, if any, goes the slow way. */
  wroteShared(chunk: Chunk, bytes: number): void {
    this.#cursor.pass(chunk);
    this.#count(chunk.packets, chunk.end - chunk.start);
    if (bytes === chunk.end - chunk.start) return;
    chunk.slab.hold();
    this.#write(chunk.slab, chunk.view.subarray(bytes));
  }

  wake(): void {
    if (this.#state !== "playing" || this.#writing !== undefined || this.#burstPause !== undefined) return;
    if (this.#burst !== undefined && this.#writeBurst()) return;
    for (;;) {
      const slice = this.#cursor.take(MAX_WRITE_BYTES);
      this.statistics.discardedPackets = this.#cursor.discarded;
      if (slice === undefined || this.#writeSlice(slice)) return;
    }
  }

  check(now: number): void {
    if (this.#writing === undefined) return;
    const error = this.#options.path.stalled(now - this.#writeStartedAt, this.#options.writeTimeoutMs);
    if (error !== undefined) this.#fail(error);
  }

  end(error: SluiceError): void {
    this.#fail(error);
  }

  #leave(): void {
    this.#group?.remove(this);
    this.#group = undefined;
    this.#feed.removeReader(this);
    this.#burst = undefined;
    this.#burstPause?.cancel();
    this.#burstPause = undefined;
  }

  #fail(error: SluiceError): void {
    if (this.#state === "closed") return;
    this.close();
    this.#options.onClose(error);
  }

  #startBurst(plan: Extract<StartPlan, { kind: "squeezed" }>): void {
    const { ring } = this.#feed;
    const chunk = ring.chunk(plan.key.chunk);
    if (chunk === undefined) {
      this.#cursor.startAt(plan.key);
      return;
    }
    const rules = { channels: this.#rules.channels, squeeze: { channel: plan.key.track * 2, timestamps: plan.squeeze } };
    const offset = ring.startOf(plan.key, chunk);
    this.#burst = { rules, endChunk: plan.endChunk, next: plan.key.chunk, offset, part: "key-unit" };
    this.#cursor.moveTo(plan.endChunk);
  }

  /** Writes the next block of the burst; false when it is over. */
  #writeBurst(): boolean {
    const burst = this.#burst;
    if (burst === undefined) return false;
    const block = burst.next < burst.endChunk ? this.#options.slabs.take() : undefined;
    if (block === undefined) {
      this.#burst = undefined;
      return false;
    }
    const unit = burst.part === "key-unit";
    const what = { ...burst.rules, limit: { until: unit ? block.buffer.length : BURST_BLOCK_BYTES, unit } };
    let at = 0;
    let packets = 0;
    let unitEnded = false;
    while (burst.next < burst.endChunk && !(unit && unitEnded)) {
      const chunk = this.#feed.ring.chunk(burst.next);
      if (chunk === undefined) {
        burst.next = burst.endChunk;
        this.#cursor.waitForKey();
        break;
      }
      const source = { buffer: chunk.slab.buffer, start: burst.offset ?? chunk.start, end: chunk.end };
      const copied = copyPackets(source, { buffer: block.buffer, at }, what);
      ({ end: at, unitEnded } = copied);
      packets += copied.packets;
      if (copied.next < chunk.end) {
        burst.offset = copied.next;
        break;
      }
      burst.offset = undefined;
      burst.next += 1;
    }
    if (at === 0) {
      block.release();
      this.#burst = undefined;
      return false;
    }
    this.#count(packets, at);
    burst.part = "rest";
    if (burst.next >= burst.endChunk) this.#burst = undefined;
    else this.#pauseBurst(unit && unitEnded ? KEY_UNIT_PAUSE_MS : BURST_PAUSE_MS);
    this.#write(block, block.buffer.subarray(0, at));
    return true;
  }

  #pauseBurst(ms: number): void {
    this.#burstPause = this.#clock.after("burst pause", ms, () => {
      this.#burstPause = undefined;
      this.wake();
    });
  }

  /** Writes what of `slice` this session gets; false when that is nothing. */
  #writeSlice(slice: Slice): boolean {
    if (this.#beginnings?.over === true) this.#beginnings = undefined;
    const beginnings = this.#beginnings;
    if (this.#shared && beginnings === undefined) {
      this.#count(slice.packets, slice.end - slice.start);
      slice.slab.hold();
      this.#write(slice.slab, slice.view);
      return true;
    }
    const block = this.#options.slabs.take();
    if (block === undefined) return false;
    const source = { buffer: slice.slab.buffer, start: slice.start, end: slice.end };
    const { end, packets } = copyPackets(source, { buffer: block.buffer, at: 0 }, { ...this.#rules, beginnings });
    if (end === 0) {
      block.release();
      return false;
    }
    this.#count(packets, end);
    this.#write(block, block.buffer.subarray(0, end));
    return true;
  }

  /** Writes `view`; takes over one hold of `slab`. */
  #write(slab: Slab, view: Buffer): void {
    this.#writing = slab;
    this.#writeStartedAt = this.#clock.now();
    this.#output.write(view, this.#written);
  }

  #finishWrite(error: Error | null | undefined): void {
    this.#writing?.release();
    this.#writing = undefined;
    if (error !== null && error !== undefined)
      this.#fail(streamError("stream-reader-gone", { details: { reason: messageOf(error) } }));
    else this.wake();
  }

  /** Counts RTP alone: the same media counts the same over UDP and over TCP, and going out as coming in. */
  #count(packets: number, framedBytes: number): void {
    const bytes = framedBytes - packets * FRAME_HEADER_BYTES;
    this.statistics.packets += packets;
    this.statistics.bytes += bytes;
    this.#options.path.countOutbound(bytes);
  }

  /** The first sender reports come before media, so that players can align the tracks at once. */
  #sendReports(): void {
    for (const { track, target } of this.#options.tracks) {
      const state = this.#feed.tracks[track];
      const report = state === undefined ? undefined : this.#stream.senderReport(state);
      if (report === undefined || target.kind !== "interleaved") continue;
      const frame = Buffer.allocUnsafe(4 + report.length);
      frame[0] = 0x24;
      frame[1] = target.channel + 1;
      frame.writeUInt16BE(report.length, 2);
      report.copy(frame, 4);
      this.statistics.rtcpPackets += 1;
      this.#output.write(frame, () => undefined);
    }
  }
}

/** Outgoing channel by ring channel, RTP and RTCP. */
function interleavedChannels(options: RtspReaderOptions): (number | undefined)[] {
  const channels: (number | undefined)[] = [];
  for (const { track, target } of options.tracks) {
    if (target.kind !== "interleaved") continue;
    channels[track * 2] = target.channel;
    channels[track * 2 + 1] = target.channel + 1;
  }
  return channels;
}
