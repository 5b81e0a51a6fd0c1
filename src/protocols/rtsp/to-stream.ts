/**
 * Media of an RTSP session → input of a stream, for cameras we pull and for publishers: RTP is put in order where packets
 * can overtake each other (UDP), counted, and handed on; sender reports are handed on; receiver reports are made (RFC 3550
 * §6.4). Runs for every packet of every camera: the way of a packet allocates nothing.
 */
import type { Clock } from "#base/clock.ts";
import { parseRtcp, printReceiverReport, printSourceDescription } from "#formats/rtcp/packet.ts";
import { emptyRtpHeader, readRtpHeader } from "#formats/rtp/packet.ts";
import { ReceptionStatistics } from "#formats/rtp/reception.ts";
import { ReorderBuffer } from "#formats/rtp/reorder-buffer.ts";
import type { ByteRange } from "#streams/feed.ts";
import type { StreamInput } from "#streams/input.ts";

/** How long and how many packets wait for one that was overtaken. */
const MAX_REORDER_PACKETS = 64;
const MAX_REORDER_MS = 50;

/** A peer that uses another payload type than it announced is believed after this many packets, if it never used its own. */
const FOREIGN_TYPE_PACKETS = 25;

/** Payload types that RTCP packet types look like (RFC 5761 §4): RTCP on an RTP channel. */
const RTCP_TYPE = { first: 200, last: 207 } as const;

/** A track as its session agreed on it. */
export interface ReceivedTrack {
  /** Hz */
  readonly clockRate: number;
  readonly payloadType: number;
}

/** What a receiver works with. */
export interface MediaReceiverOptions {
  readonly input: StreamInput;
  readonly tracks: readonly ReceivedTrack[];
  readonly clock: Clock;
  /** Packets may arrive out of order (UDP). */
  readonly reorder: boolean;
  /** SSRC and canonical name of our receiver reports. */
  readonly localSsrc: number;
  readonly cname: string;
}

/** Counters of a session, named as MediaMTX's API names them. Jitter is the mean over tracks, in ticks. */
export interface MediaReceiverStatistics {
  readonly inboundBytes: number;
  readonly inboundRTPPackets: number;
  readonly inboundRTPPacketsLost: number;
  readonly inboundRTPPacketsInError: number;
  readonly inboundRTPPacketsJitter: number;
  readonly inboundRTCPPackets: number;
  readonly inboundRTCPPacketsInError: number;
}

class TrackReception {
  readonly clockRate: number;
  readonly reorder: ReorderBuffer | undefined;
  /** As announced, and as really sent. */
  readonly payloadType: number;
  sentType: number;
  reception: ReceptionStatistics;
  ssrc: number | undefined;
  packets = 0;
  foreign = 0;
  lostBefore = 0;

  constructor(track: ReceivedTrack, reorder: ReorderBuffer | undefined) {
    this.clockRate = track.clockRate;
    this.payloadType = track.payloadType;
    this.sentType = track.payloadType;
    this.reorder = reorder;
    this.reception = new ReceptionStatistics(track.clockRate);
  }

  /** Another source took over, or the first one came: what was counted of the one before is closed. */
  changeSource(ssrc: number): void {
    if (this.ssrc !== undefined) {
      this.lostBefore += Math.max(0, this.reception.lost);
      this.reception = new ReceptionStatistics(this.clockRate);
      this.reorder?.startAnew();
    }
    this.ssrc = ssrc;
  }
}

/** See the head of this file. */
export class MediaReceiver {
  readonly #options: MediaReceiverOptions;
  readonly #tracks: readonly TrackReception[];
  readonly #header = emptyRtpHeader();
  #bytes = 0;
  #rtpInError = 0;
  #rtcpPackets = 0;
  #rtcpInError = 0;
  #closed = false;

  constructor(options: MediaReceiverOptions) {
    this.#options = options;
    this.#tracks = options.tracks.map(
      (track, index) => new TrackReception(track, options.reorder ? this.#reorderBuffer(index) : undefined),
    );
  }

  /** Takes one packet of `track`. Its bytes are only read during the call. */
  pushRtp(track: number, buffer: Buffer, range: ByteRange): void {
    const state = this.#tracks[track];
    const header = this.#header;
    if (state === undefined || this.#closed) return;
    this.#bytes += range.end - range.start;
    if (isRtcp(buffer, range)) {
      this.pushRtcp(track, buffer, range);
      return;
    }
    if (!readRtpHeader(buffer, range, header) || (header.payloadType !== state.sentType && !this.#believe(state))) {
      this.#rtpInError += 1;
      return;
    }
    if (state.sentType !== state.payloadType) setPayloadType(buffer, range.start, state.payloadType);
    state.packets += 1;
    const now = this.#options.clock.now();
    if (header.ssrc !== state.ssrc) state.changeSource(header.ssrc);
    state.reception.packet(header.sequence, header.timestamp, now);
    if (state.reorder === undefined) this.#options.input.pushRtp(track, buffer, range);
    else state.reorder.push(buffer, range, now);
  }

  /** Takes one compound RTCP packet of `track`. */
  pushRtcp(track: number, buffer: Buffer, range: ByteRange): void {
    const state = this.#tracks[track];
    if (state === undefined || this.#closed) return;
    const packets = parseRtcp(buffer, range);
    this.#rtcpPackets += 1;
    if (packets.length === 0) this.#rtcpInError += 1;
    for (const packet of packets) {
      if (packet.kind !== "sender-report") continue;
      state.reception.senderReport(packet.ntpSeconds, packet.ntpFraction, this.#options.clock.now());
      this.#options.input.pushSenderReport(track, packet);
    }
  }

  /** A receiver report for the sender of `track`, with our canonical name; undefined before its first packet. */
  receiverReport(track: number): Buffer | undefined {
    const state = this.#tracks[track];
    if (state?.ssrc === undefined) return undefined;
    const { localSsrc, cname, clock } = this.#options;
    const report = state.reception.report(state.ssrc, clock.now());
    return Buffer.concat([printReceiverReport(localSsrc, [report]), printSourceDescription(localSsrc, cname)]);
  }

  /** Lets go of packets that have waited long enough; call every 10…50 ms where packets are reordered. */
  tick(): void {
    const now = this.#options.clock.now();
    for (const { reorder } of this.#tracks) reorder?.flushExpired(now);
  }

  get stats(): MediaReceiverStatistics {
    const tracks = this.#tracks;
    const sum = (of: (track: TrackReception) => number): number => tracks.reduce((total, track) => total + of(track), 0);
    return {
      inboundBytes: this.#bytes,
      inboundRTPPackets: sum((track) => track.packets),
      inboundRTPPacketsLost: sum((track) => track.lostBefore + Math.max(0, track.reception.lost)),
      inboundRTPPacketsInError: this.#rtpInError,
      inboundRTPPacketsJitter: tracks.length === 0 ? 0 : sum((track) => track.reception.jitterTicks) / tracks.length,
      inboundRTCPPackets: this.#rtcpPackets,
      inboundRTCPPacketsInError: this.#rtcpInError,
    };
  }

  /** Stops handing on; packets that still come are ignored. Leaves the input to its owner. Idempotent. */
  close(): void {
    this.#closed = true;
  }

  #reorderBuffer(track: number): ReorderBuffer {
    return new ReorderBuffer({
      maxPackets: MAX_REORDER_PACKETS,
      maxDelayMs: MAX_REORDER_MS,
      deliver: (packet, range) => {
        if (!this.#closed) this.#options.input.pushRtp(track, packet, range);
      },
    });
  }

  /** A packet of another payload type than agreed; whether to take it all the same. */
  #believe(track: TrackReception): boolean {
    track.foreign += 1;
    if (track.packets > 0 || track.foreign < FOREIGN_TYPE_PACKETS) return false;
    track.sentType = this.#header.payloadType;
    return true;
  }
}

/** Streams know a track by the type that was announced. The buffer is the session's own. */
function setPayloadType(buffer: Buffer, start: number, payloadType: number): void {
  buffer[start + 1] = ((buffer[start + 1] ?? 0) & 0x80) | payloadType;
}

function isRtcp(buffer: Buffer, range: ByteRange): boolean {
  const type = buffer[range.start + 1] ?? 0;
  return type >= RTCP_TYPE.first && type <= RTCP_TYPE.last;
}
