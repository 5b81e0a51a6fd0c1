/**
 * A video track's way to one viewer until it is live: from the newest key unit on, paced to `PACE` times the stream's bitrate (a
 * burst at once drowns in socket buffers), timestamps squeezed to live; at the live edge `LiveTrack` takes
 * over. Over TCP it stays: the connection sets the pace, and who falls behind skips to the next key unit. With `keysOnly` nothing
 * but key units goes out.
 */
import type { Timer } from "#base/clock.ts";
import { TimestampSqueeze } from "#streams/ring/catch-up.ts";
import { Cursor, type Slice } from "#streams/ring/cursor.ts";
import type { KeyPosition } from "#streams/ring/ring.ts";
import { emptyPosition, readPosition } from "#streams/ring/packet-walk.ts";
import { LiveTrack, type LiveTrackOptions } from "./live-track.ts";
import { sendTo } from "./sink.ts";
import type { Burst, TrackSender } from "./track-sender.ts";

/** Catching up happens at this many times the stream's bitrate. */
const PACE = 8;
/** Slowest catching up, bits per second, for streams whose bitrate isn't known yet. */
const MIN_PACE_BPS = 10_000_000;
/** Time between paced sends. */
const PACE_INTERVAL_MS = 5;
/** Largest piece taken from the ring at once. */
const PIECE_BYTES = 16 * 1024;
/** Packets in a piece: small ones are 40 bytes. */
const MAX_PACKETS = 512;
/** A TCP connection that holds more than this is waited for. */
const MAX_PENDING_BYTES = 128 * 1024;

/** What a run is made with. */
export interface VideoRunOptions extends LiveTrackOptions {
  readonly readerStart: "live" | "keyframe" | "next";
  readonly keysOnly: boolean;
}

/** See the head of this file. */
export class VideoRun {
  readonly sender: TrackSender;
  readonly #options: VideoRunOptions;
  readonly #scratch = Buffer.allocUnsafe(PIECE_BYTES + 4096);
  readonly #offsets = new Uint32Array(MAX_PACKETS);
  readonly #lengths = new Uint32Array(MAX_PACKETS);
  readonly #position = emptyPosition();
  #cursor: Cursor;
  #burst: Burst | undefined;
  #live: LiveTrack | undefined;
  #pace: Timer | undefined;
  #credit = 0;
  #pacedAt = 0;
  #discarded = 0;
  /** With `keysOnly`: the key unit being sent, and the last one that was. */
  #key: KeyPosition | undefined;
  #lastKey = -1;
  #closed = false;

  constructor(options: VideoRunOptions) {
    this.#options = options;
    this.sender = options.sender;
    this.#cursor = new Cursor(options.feed, options.clock);
  }

  start(): void {
    if (this.#options.keysOnly) {
      this.#lastKey = this.#options.feed.ring.newestKey?.chunk ?? -1;
      return;
    }
    this.#begin(this.#options.readerStart);
  }

  wake(): void {
    if (this.#closed) return;
    if (this.#live !== undefined) this.#live.wake();
    else if (this.#options.keysOnly && this.#key === undefined) this.#takeKey();
    else if (this.#pace === undefined) this.#startPacing();
  }

  /** Sends the newest key unit again, and what came after it. */
  restart(): void {
    if (this.#closed || this.#options.keysOnly) return;
    this.#stop();
    this.#begin("live");
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  get #tcp(): boolean {
    return this.#options.output.remote().destination === undefined;
  }

  #stop(): void {
    this.#pace?.cancel();
    this.#pace = undefined;
    this.#live?.close();
    this.#live = undefined;
  }

  #begin(readerStart: VideoRunOptions["readerStart"]): void {
    const { feed, clock } = this.#options;
    const key = feed.ring.newestKey;
    this.#cursor = new Cursor(feed, clock);
    this.#discarded = 0;
    this.#burst = undefined;
    if (key === undefined || readerStart === "next") this.#cursor.waitForKey();
    else this.#cursor.startAt(key);
    if (key !== undefined && readerStart === "live") this.#burst = this.#makeBurst(key);
    this.sender.startRun(this.#burst);
    this.#startPacing();
  }

  #makeBurst(key: KeyPosition): Burst | undefined {
    const { feed } = this.#options;
    const track = feed.tracks[key.track];
    if (track === undefined) return undefined;
    const { timestamp: newest, reorderTicks, frameTicks, clockRate } = track;
    const squeeze = new TimestampSqueeze({ first: key.timestamp, newest, reorderTicks, frameTicks, clockRate });
    return { endChunk: feed.ring.next, squeeze };
  }

  /** A key unit has come, whole or in part: sends it, and nothing else. */
  #takeKey(): void {
    const { feed, clock } = this.#options;
    const key = feed.ring.newestKey;
    if (key === undefined || key.chunk <= this.#lastKey || feed.ring.chunk(key.chunk) === undefined) return;
    this.#lastKey = key.chunk;
    this.#key = key;
    this.#cursor = new Cursor(feed, clock);
    this.#cursor.startAt(key);
    this.sender.startRun();
    this.#startPacing();
  }

  #startPacing(): void {
    const { clock } = this.#options;
    this.#pacedAt = clock.now();
    this.#credit = PIECE_BYTES;
    this.#pace = clock.every("webrtc pace", PACE_INTERVAL_MS, () => this.#sendPaced());
    this.#sendPaced();
  }

  /** Sends what the pace allows. */
  #sendPaced(): void {
    const { clock, feed, output } = this.#options;
    const now = clock.now();
    const bytesPerMs = Math.max(MIN_PACE_BPS, feed.bitrate() * PACE) / 8000;
    this.#credit = Math.min(this.#credit + (now - this.#pacedAt) * bytesPerMs, bytesPerMs * 4 * PACE_INTERVAL_MS + PIECE_BYTES);
    this.#pacedAt = now;
    while (this.#credit > 0 && output.remote().pendingBytes <= MAX_PENDING_BYTES) {
      const bursting = this.#burst !== undefined && this.#cursor.next < this.#burst.endChunk;
      const slice = this.#cursor.take(PIECE_BYTES, bursting ? this.#burst?.endChunk : undefined);
      this.#noteSkips();
      if (slice === undefined) {
        this.#reachedEdge();
        return;
      }
      this.#credit -= this.#send(slice, bursting);
      if (this.#pace === undefined) return;
    }
  }

  /** Numbers go on without a gap where the cursor skipped. */
  #noteSkips(): void {
    const skipped = this.#cursor.discarded - this.#discarded;
    if (skipped <= 0) return;
    this.#discarded = this.#cursor.discarded;
    this.#options.events.discarded(skipped);
    this.sender.startRun();
  }

  #reachedEdge(): void {
    this.#pace?.cancel();
    this.#pace = undefined;
    if (this.#cursor.waitingForKey || this.#tcp || this.#options.keysOnly) return;
    this.#live = new LiveTrack(this.#options);
    this.#live.start(this.#cursor.next);
  }

  /** Sends the track's packets of a slice; bytes looked at. */
  #send(slice: Slice, bursting: boolean): number {
    const { buffer } = slice.slab;
    const position = this.#position;
    const channel = this.sender.negotiated.track * 2;
    const squeeze = bursting ? this.#burst?.squeeze : undefined;
    let at = 0;
    let count = 0;
    for (let next = slice.start; next < slice.end; next = position.end) {
      readPosition(buffer, next, position);
      const length = position.end - position.start;
      if (position.channel === channel + 1 && !bursting)
        this.#options.events.report(buffer.subarray(position.start, position.end));
      if (position.channel !== channel) continue;
      const timestamp = buffer.readUInt32BE(position.start + 4);
      if (this.#key !== undefined && timestamp !== this.#key.timestamp) {
        this.#flush(count, at);
        this.#finishKey();
        return slice.end - slice.start;
      }
      if (at + length > this.#scratch.length || count === MAX_PACKETS) {
        this.#flush(count, at);
        at = 0;
        count = 0;
      }
      if (length > this.#scratch.length) continue;
      buffer.copy(this.#scratch, at, position.start, position.end);
      if (squeeze !== undefined) this.#scratch.writeUInt32BE(squeeze.map(timestamp), at + 4);
      this.#offsets[count] = at;
      this.#lengths[count] = length;
      at += length;
      count += 1;
    }
    this.#flush(count, at);
    return slice.end - slice.start;
  }

  #finishKey(): void {
    this.#key = undefined;
    this.#pace?.cancel();
    this.#pace = undefined;
  }

  #flush(count: number, bytes: number): void {
    if (count === 0) return;
    const { output, events } = this.#options;
    const buffer = this.#scratch;
    const last = this.#offsets[count - 1] ?? 0;
    this.sender.advance(buffer.readUInt16BE((this.#offsets[0] ?? 0) + 2), buffer.readUInt16BE(last + 2));
    sendTo(output, { buffer, offsets: this.#offsets, lengths: this.#lengths, count }, this.sender);
    events.sent(count, bytes);
  }
}
