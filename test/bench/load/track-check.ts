/**
 * Verifies one RTP track as a reader gets it: continuous sequence numbers, whole access units (first fragment to marker, in
 * one piece), and no unit left out (by the number in its stamp), at a few reads per packet. Counts go to a `Tally` that many
 * tracks share.
 */
import { LatencyHistogram } from "../statistics.ts";
import { readStamp } from "./stamp.ts";

const RTP_HEADER = 12;
const NAL_IDR = 5;
const NAL_FU_A = 28;
const AUDIO_STAMP_AT = 6;
const VIDEO_STAMP_AT = { first: 4, later: 2, single: 3 };

/** A complete video access unit. `receivedAt`, `sentAt` in ms (`machineNow`); `timestamp` is RTP's. */
export interface Unit {
  readonly key: boolean;
  readonly timestamp: number;
  readonly receivedAt: number;
  readonly sentAt: number;
  readonly number: number;
}

/** Sums over all tracks that write to it. Latency: from the sending of a unit's last packet to its arrival. */
export class Tally {
  readonly latency = new LatencyHistogram();
  bytes = 0;
  packets = 0;
  units = 0;
  lostPackets = 0;
  latePackets = 0;
  brokenUnits = 0;
  missingUnits = 0;

  /** Starts counting anew. */
  clear(): void {
    this.latency.clear();
    this.bytes = this.packets = this.units = 0;
    this.lostPackets = this.latePackets = this.brokenUnits = this.missingUnits = 0;
  }
}

/** What a track is made with; `onUnit` is told of complete video units. */
export interface TrackCheckOptions {
  readonly kind: "video" | "audio";
  readonly tally: Tally;
  readonly onUnit?: ((unit: Unit) => void) | undefined;
}

/** State of one track of one reader. */
export class TrackCheck {
  readonly #video: boolean;
  readonly #tally: Tally;
  readonly #onUnit: ((unit: Unit) => void) | undefined;
  readonly #stamp = { number: 0, sentAt: 0 };
  readonly #place = { at: 0, end: 0 };
  #expected = -1;
  #lastNumber = -1;
  /** Of the unit being received: seen from its first slice byte on, unbroken, and a key unit. */
  #begun = false;
  #broken = false;
  #key = false;
  #stamped = false;
  /** Nothing is judged before the first unit boundary: a reader may join in the middle of a unit. */
  #synchronised = false;

  constructor(options: TrackCheckOptions) {
    this.#video = options.kind === "video";
    this.#tally = options.tally;
    this.#onUnit = options.onUnit;
  }

  /** Takes the RTP packet in `buffer` from `start` to `end`, arrived at `now` (`machineNow`). */
  packet(buffer: Buffer, range: { readonly start: number; readonly end: number }, now: number): void {
    const { start, end } = range;
    const tally = this.#tally;
    if (end - start <= RTP_HEADER) return;
    tally.packets += 1;
    tally.bytes += end - start;
    const sequence = buffer.readUInt16BE(start + 2);
    if (this.#expected >= 0 && sequence !== this.#expected) {
      const gap = (sequence - this.#expected) & 0xffff;
      if (gap >= 0x8000) {
        tally.latePackets += 1;
        return;
      }
      tally.lostPackets += gap;
      this.#broken = true;
    }
    this.#expected = (sequence + 1) & 0xffff;
    const marker = ((buffer[start + 1] ?? 0) & 0x80) !== 0;
    if (this.#video) this.#slice(buffer, start, end);
    else this.#readStamp(buffer, start + RTP_HEADER + AUDIO_STAMP_AT, end);
    if (marker) this.#finish(buffer.readUInt32BE(start + 4), now);
  }

  #slice(buffer: Buffer, start: number, end: number): void {
    const at = start + RTP_HEADER;
    const type = (buffer[at] ?? 0) & 0x1f;
    if (type === NAL_FU_A) {
      const flags = buffer[at + 1] ?? 0;
      const first = (flags & 0x80) !== 0;
      const last = (flags & 0x40) !== 0;
      if (first) {
        this.#begun = true;
        this.#key = (flags & 0x1f) === NAL_IDR;
      }
      if (first || last) this.#readStamp(buffer, at + (first ? VIDEO_STAMP_AT.first : VIDEO_STAMP_AT.later), end);
    } else if (type === 1 || type === NAL_IDR) {
      this.#begun = true;
      this.#key = type === NAL_IDR;
      this.#readStamp(buffer, at + VIDEO_STAMP_AT.single, end);
    }
  }

  #readStamp(buffer: Buffer, at: number, end: number): void {
    this.#place.at = at;
    this.#place.end = end;
    if (readStamp(buffer, this.#place, this.#stamp)) this.#stamped = true;
  }

  #finish(timestamp: number, now: number): void {
    const tally = this.#tally;
    const complete = this.#stamped && !this.#broken && (this.#begun || !this.#video);
    if (complete) {
      const { number, sentAt } = this.#stamp;
      if (this.#lastNumber >= 0 && number > this.#lastNumber + 1) tally.missingUnits += number - this.#lastNumber - 1;
      this.#lastNumber = number;
      if (this.#video) {
        tally.units += 1;
        tally.latency.add(now - sentAt);
        this.#onUnit?.({ key: this.#key, timestamp, receivedAt: now, sentAt, number });
      }
    } else if (this.#synchronised) tally.brokenUnits += 1;
    this.#synchronised = true;
    this.#begun = this.#broken = this.#key = this.#stamped = false;
  }
}
