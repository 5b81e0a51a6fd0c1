/**
 * Packets of a feed → access units of all its tracks, chunk by chunk. A unit damaged by loss is left out; video then waits
 * for the next key unit, so that whatever comes out can be decoded. Tracks whose format has no depacketizer are passed over.
 */
import type { AccessUnit, Depacketizer } from "#codecs/codec.ts";
import { emptyRtpHeader, readRtpHeader, sequenceDistance } from "#formats/rtp/packet.ts";
import type { Feed } from "#streams/feed.ts";
import { emptyPosition, readPosition } from "#streams/ring/packet-walk.ts";
import type { Chunk } from "#streams/ring/ring.ts";
import type { Track } from "#streams/track.ts";
import { DecodeTimes } from "./decode-times.ts";
import type { MediaTime } from "./media-time.ts";
import type { StreamUnit } from "./unit.ts";

/** A track's tie to the others is looked at every so many of its units. */
const CHECK_UNITS = 100;

class AssemblingTrack {
  readonly track: Track;
  readonly times = new DecodeTimes();
  depacketizer: Depacketizer | undefined;
  lastSequence: number | undefined;
  waitingForKey: boolean;
  units = 0;

  constructor(track: Track) {
    this.track = track;
    this.depacketizer = track.codec.depacketizer();
    this.waitingForKey = track.kind === "video";
  }
}

/** See the head of this file. */
export class UnitAssembler {
  readonly #feed: Feed;
  readonly #time: MediaTime;
  readonly #header = emptyRtpHeader();
  readonly #position = emptyPosition();
  #tracks: readonly AssemblingTrack[];
  #damaged = 0;

  constructor(feed: Feed, time: MediaTime) {
    this.#feed = feed;
    this.#time = time;
    this.#tracks = feed.tracks.map((track) => new AssemblingTrack(track));
  }

  /** Units that were lost or damaged, and gaps that can't be counted in units. */
  get damaged(): number {
    return this.#damaged;
  }

  /** A new source feeds the stream: half-built units and codec states are those of the old one. */
  restart(): void {
    this.#tracks = this.#feed.tracks.map((track) => new AssemblingTrack(track));
  }

  /** Part of the feed was missed. */
  gap(): void {
    for (const track of this.#tracks) this.#lose(track);
  }

  /** Units that end in `chunk`; `from` is where in its slab to begin. */
  convert(chunk: Chunk, from: number, epoch: number): StreamUnit[] {
    const { buffer } = chunk.slab;
    const position = this.#position;
    const units: StreamUnit[] = [];
    for (let at = from; at < chunk.end; at = position.end) {
      readPosition(buffer, at, position);
      const track = this.#tracks[position.channel >>> 1];
      if (track?.depacketizer === undefined || (position.channel & 1) === 1) continue;
      for (const unit of this.#packet(track, track.depacketizer, buffer)) this.#finish(track, unit, { epoch, into: units });
    }
    return units;
  }

  #packet(track: AssemblingTrack, depacketizer: Depacketizer, buffer: Buffer): readonly AccessUnit[] {
    const header = this.#header;
    if (!readRtpHeader(buffer, this.#position, header)) return [];
    if (track.lastSequence !== undefined && sequenceDistance(track.lastSequence, header.sequence) !== 1) this.#lose(track);
    track.lastSequence = header.sequence;
    const payload = buffer.subarray(header.payloadStart, header.payloadEnd);
    const result = depacketizer.push({ payload, timestamp: header.timestamp, marker: header.marker });
    if (result.kind === "access-units") return result.accessUnits;
    if (result.kind === "damaged") this.#waitForKey(track);
    return [];
  }

  #lose(track: AssemblingTrack): void {
    track.depacketizer?.reset();
    this.#waitForKey(track);
  }

  #waitForKey(track: AssemblingTrack): void {
    this.#damaged += 1;
    track.waitingForKey = track.track.kind === "video";
  }

  #finish(track: AssemblingTrack, unit: AccessUnit, to: { epoch: number; into: StreamUnit[] }): void {
    if (track.waitingForKey) {
      if (unit.type !== "key") {
        this.#damaged += 1;
        return;
      }
      track.waitingForKey = false;
    }
    const { index, kind, reorderDepth, frameTicks } = track.track;
    track.units += 1;
    const pts = this.#time.ticks(index, unit.timestamp);
    if (track.units % CHECK_UNITS === 0) this.#time.check(index, unit.timestamp);
    const depth = kind === "video" ? reorderDepth : 0;
    const dts = track.times.next(pts, { depth, interval: frameTicks });
    const bytes = unit.units.reduce((sum, part) => sum + part.length, 0);
    to.into.push({ ...unit, track: index, pts, dts, epoch: to.epoch, bytes });
  }
}
