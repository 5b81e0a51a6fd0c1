/**
 * Measures what a camera really sends, track by track, in the place of a stream: pictures and their rate, bitrate, distance
 * of key units, sender reports.
 */
import type { Clock } from "#base/clock.ts";
import { type CodecProps, PacketFlag, type PayloadRange } from "#codecs/codec.ts";
import { emptyRtpHeader, readRtpHeader } from "#formats/rtp/packet.ts";
import type { ByteRange } from "#streams/feed.ts";
import type { StreamInput } from "#streams/input.ts";
import type { OpenTrack } from "#streams/track.ts";

/** What was measured of one track. */
export interface MeasuredTrack {
  readonly codec: string;
  readonly kind: string;
  readonly props: CodecProps;
  readonly packets: number;
  /** Access units per second; undefined before two have come. */
  readonly unitsPerSecond: number | undefined;
  readonly bitsPerSecond: number;
  readonly keyUnits: number;
  /** Longest distance of two key units seen, in seconds. */
  readonly keyIntervalSeconds: number | undefined;
  readonly senderReports: number;
}

class TrackMeter {
  readonly open: OpenTrack;
  packets = 0;
  bytes = 0;
  units = 0;
  keyUnits = 0;
  senderReports = 0;
  firstAt: number | undefined;
  lastAt = 0;
  keyInterval: number | undefined;
  #timestamp: number | undefined;
  #keyAt: number | undefined;
  #unitIsKey = false;

  constructor(open: OpenTrack) {
    this.open = open;
  }

  /** Whether `timestamp` opens an access unit. */
  enter(timestamp: number): boolean {
    if (timestamp === this.#timestamp) return false;
    this.#timestamp = timestamp;
    this.#unitIsKey = false;
    this.units += 1;
    return true;
  }

  key(now: number): void {
    if (this.#unitIsKey) return;
    this.#unitIsKey = true;
    this.keyUnits += 1;
    if (this.#keyAt !== undefined) this.keyInterval = Math.max(this.keyInterval ?? 0, now - this.#keyAt);
    this.#keyAt = now;
  }
}

/** See the head of this file. */
export class MediaMeter implements StreamInput {
  readonly ready = true;
  readonly #clock: Clock;
  readonly #tracks: readonly TrackMeter[];
  readonly #header = emptyRtpHeader();
  readonly #payload: PayloadRange = { start: 0, end: 0, firstOfUnit: false };

  constructor(tracks: readonly OpenTrack[], clock: Clock) {
    this.#tracks = tracks.map((open) => new TrackMeter(open));
    this.#clock = clock;
  }

  pushRtp(index: number, buffer: Buffer, range: ByteRange): void {
    const track = this.#tracks[index];
    const header = this.#header;
    if (track === undefined || !readRtpHeader(buffer, range, header)) return;
    const now = this.#clock.now();
    track.firstAt ??= now;
    track.lastAt = now;
    track.packets += 1;
    track.bytes += range.end - range.start;
    const payload = this.#payload;
    payload.firstOfUnit = track.enter(header.timestamp);
    payload.start = header.payloadStart;
    payload.end = header.payloadEnd;
    if ((track.open.track.inspect(buffer, payload) & PacketFlag.Key) !== 0) track.key(now);
  }

  pushSenderReport(index: number): void {
    const track = this.#tracks[index];
    if (track !== undefined) track.senderReports += 1;
  }

  lastPacketAt(track: number): number | undefined {
    return this.#tracks[track]?.lastAt;
  }

  lastKeyAt(): undefined {
    return undefined;
  }

  frameInterval(): undefined {
    return undefined;
  }

  onReady(run: () => void): void {
    run();
  }

  close(): void {
    // nothing is held
  }

  /** The figures so far. */
  measured(): readonly MeasuredTrack[] {
    return this.#tracks.map((track) => {
      const seconds = track.firstAt === undefined ? 0 : (track.lastAt - track.firstAt) / 1000;
      return {
        codec: track.open.codec.name,
        kind: track.open.track.format.kind,
        props: track.open.track.props(),
        packets: track.packets,
        unitsPerSecond: track.units > 1 && seconds > 0 ? (track.units - 1) / seconds : undefined,
        bitsPerSecond: seconds > 0 ? (track.bytes * 8) / seconds : 0,
        keyUnits: track.keyUnits,
        keyIntervalSeconds: track.keyInterval === undefined ? undefined : track.keyInterval / 1000,
        senderReports: track.senderReports,
      };
    });
  }
}
