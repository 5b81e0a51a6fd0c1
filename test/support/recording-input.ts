/**
 * An input of a stream that only keeps what it gets, for tests of those who feed streams.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import { PacketFlag } from "#codecs/codec.ts";
import { emptyRtpHeader, readRtpHeader, timestampDistance } from "#formats/rtp/packet.ts";
import type { StreamInput } from "#streams/input.ts";
import type { OpenTrack } from "#streams/track.ts";

/** A packet as it arrived. */
export interface RecordedPacket {
  readonly track: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payloadType: number;
  readonly bytes: Buffer;
}

/** Packets kept; older ones go. */
const MAX_PACKETS = 5000;

/** See the head of this file. */
export class RecordingInput implements StreamInput {
  readonly tracks: readonly OpenTrack[];
  readonly packets: RecordedPacket[] = [];
  readonly senderReports: { track: number; ntpSeconds: number; rtpTimestamp: number }[] = [];
  closedWith: SluiceError | undefined;
  ready = false;
  readonly #clock: Clock;
  readonly #header = emptyRtpHeader();
  readonly #lastAt: (number | undefined)[] = [];
  readonly #keyAt: (number | undefined)[] = [];
  readonly #lastTimestamp: (number | undefined)[] = [];
  readonly #interval: (number | undefined)[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(tracks: readonly OpenTrack[], clock: Clock) {
    this.tracks = tracks;
    this.#clock = clock;
  }

  /** Packets of one track. */
  of(track: number): readonly RecordedPacket[] {
    return this.packets.filter((packet) => packet.track === track);
  }

  pushRtp(track: number, buffer: Buffer, range: { start: number; end: number }): void {
    const header = this.#header;
    const open = this.tracks[track];
    if (open === undefined || !readRtpHeader(buffer, range, header)) throw new Error("a packet for nobody, or none at all");
    const { sequence, timestamp, payloadType } = header;
    this.packets.push({ track, sequence, timestamp, payloadType, bytes: Buffer.from(buffer.subarray(range.start, range.end)) });
    if (this.packets.length > MAX_PACKETS) this.packets.shift();
    const step = timestampDistance(this.#lastTimestamp[track] ?? timestamp, timestamp);
    if (step > 0) this.#interval[track] = (step * 1000) / open.track.format.clockRate;
    this.#lastTimestamp[track] = timestamp;
    this.#lastAt[track] = this.#clock.now();
    const flags = open.track.inspect(buffer, { start: header.payloadStart, end: header.payloadEnd, firstOfUnit: true });
    if ((flags & PacketFlag.Key) !== 0) this.#keyAt[track] = this.#clock.now();
    const starts = open.track.format.kind !== "video" || (flags & PacketFlag.Key) !== 0;
    if (!this.ready && starts && this.#decides(track)) this.#becomeReady();
  }

  pushSenderReport(track: number, report: { ntpSeconds: number; ntpFraction: number; rtpTimestamp: number }): void {
    this.senderReports.push({ track, ntpSeconds: report.ntpSeconds, rtpTimestamp: report.rtpTimestamp });
  }

  lastPacketAt(track: number): number | undefined {
    return this.#lastAt[track];
  }

  lastKeyAt(track: number): number | undefined {
    return this.#keyAt[track];
  }

  frameInterval(track: number): number | undefined {
    return this.#interval[track];
  }

  onReady(run: () => void): void {
    if (this.ready) run();
    else this.#waiting.push(run);
  }

  close(reason: SluiceError): void {
    this.closedWith ??= reason;
  }

  #decides(track: number): boolean {
    const hasVideo = this.tracks.some((open) => open.track.format.kind === "video");
    return !hasVideo || this.tracks[track]?.track.format.kind === "video";
  }

  #becomeReady(): void {
    this.ready = true;
    for (const run of this.#waiting.splice(0)) run();
  }
}
