/**
 * A feed: one writer's packets in a ring, and the readers who are told when a chunk becomes visible. A stream has one in
 * the packet sizes of its source, and one more for each other size that somebody wants. When to flush: at an access unit's
 * end, when a chunk is full, or when what waits has waited long enough: `VIDEO_WAIT_MS` for part of a picture,
 * `AUDIO_RIDE_MS` for audio beside a video track, which saves a write per audio frame and reader.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import { FRAME_HEADER_BYTES } from "./ring/packet-walk.ts";
import type { Ring } from "./ring/ring.ts";
import type { Track } from "./track.ts";

/** Longest wait of part of an access unit. */
const VIDEO_WAIT_MS = 5;

/** Longest wait of audio for the next picture: a frame interval at 25/s and some sway, still below players' buffers. */
const AUDIO_RIDE_MS = 45;

/** Fixed part of an RTP header. */
const RTP_HEADER_BYTES = 12;

/** Largest packet that an interleaved frame can carry. */
const MAX_PACKET_BYTES = 0xffff;

/** Someone who follows a feed. */
export interface FeedReader {
  /** New chunks are visible. */
  wake(): void;
  /** Once a second: time-outs. */
  check(now: number): void;
  /** The feed ends. */
  end(error: SluiceError): void;
}

/** Outgoing header fields of one packet. */
export interface PacketFields {
  marker: boolean;
  sequence: number;
  timestamp: number;
}

/** Bytes `[start, end)` of a buffer. */
export interface ByteRange {
  start: number;
  end: number;
}

/** See the head of this file. */
export class Feed {
  readonly ring: Ring;
  readonly tracks: readonly Track[];
  readonly #clock: Clock;
  readonly #readers = new Set<FeedReader>();
  readonly #hasVideo: boolean;
  readonly #groups = new Map<object, FeedReader>();
  readonly #openedAt: number;
  #deadline = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;
  #timerAt = 0;
  #checks: Timer | undefined;
  #dropped = 0;

  constructor(options: { ring: Ring; tracks: readonly Track[]; clock: Clock }) {
    this.ring = options.ring;
    this.tracks = options.tracks;
    this.#clock = options.clock;
    this.#openedAt = options.clock.now();
    this.#hasVideo = options.tracks.some((track) => track.kind === "video");
  }

  /** Packets that found no memory. */
  get dropped(): number {
    return this.#dropped;
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  addReader(reader: FeedReader): void {
    this.#readers.add(reader);
    this.#checks ??= this.#clock.every("reader checks", 1000, () => {
      const now = this.#clock.now();
      for (const each of this.#readers) each.check(now);
    });
  }

  removeReader(reader: FeedReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) {
      this.#checks?.cancel();
      this.#checks = undefined;
    }
  }

  /** Bits per second over the feed's life so far; 0 before there is anything. */
  bitrate(): number {
    let octets = 0;
    for (const track of this.tracks) octets += track.octets;
    const seconds = (this.#clock.now() - this.#openedAt) / 1000;
    return seconds < 0.2 ? 0 : (octets * 8) / seconds;
  }

  /** Readers that share work on this feed (one call for all of them) meet here: one group per `key`, made at first use. */
  group<T extends FeedReader>(key: object, make: () => T): T {
    let group = this.#groups.get(key) as T | undefined; // the key belongs to one kind of group only
    if (group === undefined) {
      group = make();
      this.#groups.set(key, group);
      this.addReader(group);
    }
    return group;
  }

  /** The group of `key` has no members left. */
  dissolve(key: object): void {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    this.#groups.delete(key);
    this.removeReader(group);
  }

  /** Copies one whole RTP packet in, with the stream's own header fields. */
  append(track: Track, fields: PacketFields, packet: { buffer: Buffer; range: ByteRange }): void {
    const { start, end } = packet.range;
    const length = end - start;
    const now = this.#clock.now();
    const into = length > MAX_PACKET_BYTES ? undefined : this.ring.reserve(FRAME_HEADER_BYTES + length, now);
    if (into === undefined) {
      this.#dropped += 1;
      return;
    }
    const at = this.ring.position + FRAME_HEADER_BYTES;
    packet.buffer.copy(into, at, start, end);
    this.#finish(track, fields, { into, at, length, now });
  }

  /** Writes a packet of our own making from its payload. */
  appendPayload(track: Track, fields: PacketFields, payload: Buffer): void {
    const length = RTP_HEADER_BYTES + payload.length;
    const now = this.#clock.now();
    const into = this.ring.reserve(FRAME_HEADER_BYTES + length, now);
    if (into === undefined) {
      this.#dropped += 1;
      return;
    }
    const at = this.ring.position + FRAME_HEADER_BYTES;
    into[at] = 0x80;
    payload.copy(into, at + RTP_HEADER_BYTES);
    this.#finish(track, fields, { into, at, length, now });
  }

  /** Writes an RTCP packet on the track's odd channel. */
  appendRtcp(track: Track, packet: Buffer): void {
    const into = this.ring.reserve(FRAME_HEADER_BYTES + packet.length, this.#clock.now());
    if (into === undefined) return;
    const at = this.ring.position;
    writeFrameHeader(into, at, { channel: track.channel + 1, length: packet.length });
    packet.copy(into, at + FRAME_HEADER_BYTES);
    this.ring.commit(FRAME_HEADER_BYTES + packet.length);
  }

  /** Makes what waits visible and tells the readers. */
  flush(): void {
    this.#deadline = Number.POSITIVE_INFINITY;
    if (!this.ring.flush(this.#clock.now())) return;
    for (const reader of this.#readers) reader.wake();
  }

  /** Ends all readers and lets go of the ring. */
  close(error: SluiceError): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const reader of [...this.#readers]) reader.end(error);
    this.#readers.clear();
    this.#groups.clear();
    this.#checks?.cancel();
    this.#checks = undefined;
    this.ring.close();
  }

  #finish(track: Track, fields: PacketFields, written: { into: Buffer; at: number; length: number; now: number }): void {
    const { into, at, length, now } = written;
    writeFrameHeader(into, at - FRAME_HEADER_BYTES, { channel: track.channel, length });
    into[at + 1] = (fields.marker ? 0x80 : 0) | track.payloadType;
    into[at + 2] = fields.sequence >>> 8;
    into[at + 3] = fields.sequence & 0xff;
    into.writeUInt32BE(fields.timestamp, at + 4);
    into.writeUInt32BE(track.ssrc, at + 8);
    this.ring.commit(FRAME_HEADER_BYTES + length);
    track.sequence = fields.sequence;
    track.writtenAt = now;
    track.packets += 1;
    track.octets += length - RTP_HEADER_BYTES;
    if (!this.#hasVideo || (fields.marker && track.kind === "video")) this.flush();
    else this.#waitUntil(now + (track.kind === "video" ? VIDEO_WAIT_MS : AUDIO_RIDE_MS));
  }

  /** One timer serves all waits: a flush leaves it alone, it finds out when it fires. */
  #waitUntil(deadline: number): void {
    if (deadline >= this.#deadline) return;
    this.#deadline = deadline;
    if (this.#timer !== undefined && this.#timerAt <= deadline) return;
    this.#timer?.cancel();
    this.#arm();
  }

  #arm(): void {
    this.#timerAt = this.#deadline;
    this.#timer = this.#clock.after("flush", Math.max(1, this.#deadline - this.#clock.now()), () => {
      this.#timer = undefined;
      if (this.#deadline === Number.POSITIVE_INFINITY) return;
      if (this.#clock.now() + 1 >= this.#deadline) this.flush();
      else this.#arm();
    });
  }
}

function writeFrameHeader(into: Buffer, at: number, frame: { channel: number; length: number }): void {
  into[at] = 0x24;
  into[at + 1] = frame.channel;
  into[at + 2] = frame.length >>> 8;
  into[at + 3] = frame.length & 0xff;
}
