/**
 * The stream in other packet sizes: follows the source's feed, puts access units together and cuts them anew, once for all
 * readers of that size. Sequence numbers are its own (they go on from the source's), timestamps and SSRC are the stream's.
 * A unit damaged by loss is left out, and video then waits for the next key unit. Formats that can't be cut differently are
 * passed on where they fit and counted where they don't. It exists while somebody reads it, plus `LINGER_MS`.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { AccessUnit, Depacketizer, Packetizer } from "#codecs/codec.ts";
import { emptyRtpHeader, readRtpHeader, sequenceDistance, timestampDistance } from "#formats/rtp/packet.ts";
import { Feed, type FeedReader } from "./feed.ts";
import { emptyPosition, readPosition } from "./ring/packet-walk.ts";
import type { Chunk, Ring } from "./ring/ring.ts";
import type { Track } from "./track.ts";

/** An unread rendition is kept this long for the next reader. */
const LINGER_MS = 10_000;

/** Bytes of an RTP header without extensions. */
const RTP_HEADER_BYTES = 12;

class RenditionTrack {
  readonly out: Track;
  depacketizer: Depacketizer | undefined;
  packetizer: Packetizer | undefined;
  lastSequence: number | undefined;
  waitingForKey = false;
  #lastUnit: number | undefined;

  constructor(out: Track, maxPacketBytes: number) {
    this.out = out;
    this.open(maxPacketBytes);
  }

  open(maxPacketBytes: number): void {
    this.packetizer = this.out.codec.packetizer(maxPacketBytes - RTP_HEADER_BYTES);
    this.depacketizer = this.packetizer === undefined ? undefined : this.out.codec.depacketizer();
    this.lastSequence = undefined;
    this.#lastUnit = undefined;
  }

  /** A packet of sound holds one unit here, and several where it comes from. */
  measure(timestamp: number): void {
    const { out } = this;
    if (out.kind !== "audio") return;
    const step = this.#lastUnit === undefined ? 0 : timestampDistance(this.#lastUnit, timestamp);
    this.#lastUnit = timestamp;
    out.timestamp = timestamp;
    if (step > 0) out.frameTicks = step;
  }
}

/** See the head of this file. */
export class Rendition implements FeedReader {
  readonly feed: Feed;
  readonly #source: Feed;
  readonly #clock: Clock;
  readonly #maxPacketBytes: number;
  readonly #tracks: readonly RenditionTrack[];
  readonly #header = emptyRtpHeader();
  readonly #position = emptyPosition();
  #next: number;
  #idle: (() => void) | undefined;
  #linger: Timer | undefined;
  #oversize = 0;

  constructor(options: { source: Feed; maxPacketBytes: number; ring: Ring; clock: Clock }) {
    this.#source = options.source;
    this.#clock = options.clock;
    this.#maxPacketBytes = options.maxPacketBytes;
    const tracks = options.source.tracks.map((track) => track.fork());
    this.feed = new Feed({ ring: options.ring, tracks, clock: options.clock });
    this.#tracks = tracks.map((track) => new RenditionTrack(track, options.maxPacketBytes));
    const { ring } = options.source;
    this.#next = ring.newestKey?.chunk ?? ring.next;
    this.#source.addReader(this);
    this.wake();
  }

  /** Packets left out because their format can't be cut to size. */
  get oversize(): number {
    return this.#oversize;
  }

  /** Calls back when nobody has read it for a while; it has let go of everything then. */
  onIdle(run: () => void): void {
    this.#idle = run;
  }

  wake(): void {
    const { ring } = this.#source;
    if (this.#next < ring.first) {
      this.#next = ring.first;
      for (const track of this.#tracks) track.lastSequence = undefined;
    }
    for (let chunk = ring.chunk(this.#next); chunk !== undefined; chunk = ring.chunk(this.#next)) {
      this.#next += 1;
      this.#convert(chunk);
    }
  }

  check(): void {
    if (this.feed.readerCount > 0) {
      this.#linger?.cancel();
      this.#linger = undefined;
      return;
    }
    this.#linger ??= this.#clock.after("rendition linger", LINGER_MS, () => {
      if (this.feed.readerCount === 0) this.#stop();
    });
  }

  end(error: SluiceError): void {
    this.close(error);
  }

  /** The stream has a new source with compatible tracks. */
  sourceReplaced(): void {
    this.#tracks.forEach((track, index) => {
      const source = this.#source.tracks[index];
      if (source !== undefined) track.out.replaceSource(source.open);
      track.open(this.#maxPacketBytes);
      track.waitingForKey = track.out.kind === "video";
    });
  }

  close(error: SluiceError): void {
    this.#linger?.cancel();
    this.#source.removeReader(this);
    this.feed.close(error);
  }

  #stop(): void {
    this.#source.removeReader(this);
    this.feed.ring.close();
    this.#idle?.();
  }

  #convert(chunk: Chunk): void {
    const { buffer } = chunk.slab;
    const position = this.#position;
    for (let at = chunk.start; at < chunk.end; at = position.end) {
      readPosition(buffer, at, position);
      const track = this.#tracks[position.channel >>> 1];
      if (track === undefined) continue;
      if ((position.channel & 1) === 1) this.feed.appendRtcp(track.out, buffer.subarray(position.start, position.end));
      else this.#packet(track, buffer);
    }
  }

  #packet(track: RenditionTrack, buffer: Buffer): void {
    const header = this.#header;
    const position = this.#position;
    if (!readRtpHeader(buffer, position, header)) return;
    if (track.depacketizer === undefined) {
      this.#passOn(track, buffer);
      return;
    }
    if (track.lastSequence !== undefined && sequenceDistance(track.lastSequence, header.sequence) !== 1) {
      track.depacketizer.reset();
      track.waitingForKey = track.out.kind === "video";
    }
    track.lastSequence = header.sequence;
    const payload = buffer.subarray(header.payloadStart, header.payloadEnd);
    const result = track.depacketizer.push({ payload, timestamp: header.timestamp, marker: header.marker });
    if (result.kind === "access-units") for (const unit of result.accessUnits) this.#unit(track, unit);
    else if (result.kind === "damaged") track.waitingForKey = track.out.kind === "video";
  }

  #passOn(track: RenditionTrack, buffer: Buffer): void {
    const header = this.#header;
    const position = this.#position;
    if (position.end - position.start > this.#maxPacketBytes) {
      this.#oversize += 1;
      return;
    }
    const sequence = (track.out.sequence + 1) & 0xffff;
    this.#follow(track.out, header.timestamp);
    if (track.out.kind === "video") this.#addKey(track.out, header.timestamp);
    this.feed.append(track.out, { marker: header.marker, sequence, timestamp: header.timestamp }, { buffer, range: position });
  }

  #unit(track: RenditionTrack, unit: AccessUnit): void {
    if (track.waitingForKey && unit.type !== "key") return;
    track.waitingForKey = false;
    this.#follow(track.out, unit.timestamp);
    track.measure(unit.timestamp);
    if (track.out.kind === "video" && unit.type === "key") this.#addKey(track.out, unit.timestamp);
    for (const { payload, marker, timestampOffset } of track.packetizer?.packetize(unit) ?? []) {
      const sequence = (track.out.sequence + 1) & 0xffff;
      const timestamp = (unit.timestamp + timestampOffset) >>> 0;
      this.feed.appendPayload(track.out, { marker, sequence, timestamp }, payload);
    }
  }

  #addKey(out: Track, timestamp: number): void {
    const { ring } = this.feed;
    ring.addKey({ chunk: ring.next, offset: ring.position, timestamp, track: out.index, at: this.#clock.now() });
  }

  #follow(out: Track, timestamp: number): void {
    const source = this.#source.tracks[out.index];
    out.timestamp = source?.timestamp ?? timestamp;
    out.reorderTicks = source?.reorderTicks ?? 0;
    out.frameTicks = source?.frameTicks ?? 0;
  }
}
