/**
 * Lost packets, sent again from the ring: in a stream of their own where that was negotiated (RFC 4588), else as they were. A
 * viewer gets back at most the stream's own bitrate, so that a link that loses for lack of room isn't filled twice.
 */
import type { Clock } from "#base/clock.ts";
import type { SrtpContext } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import { emptyRtpHeader, readRtpHeader } from "#formats/rtp/packet.ts";
import type { Feed } from "#streams/feed.ts";
import { findPacket } from "./lookup.ts";
import { sendTo, type MediaOutput } from "./sink.ts";
import type { TrackSender } from "./track-sender.ts";

/** Repair allowed while the stream's bitrate isn't known or is low, bytes per second. */
const MIN_BYTES_PER_SECOND = 64 * 1024;
/** Bytes saved up at most, in seconds of the allowance. */
const MAX_SAVED_SECONDS = 1;
const ORIGINAL_BYTES = 2;
const MAX_PACKET_BYTES = 2048;

/** See the head of this file. */
export class Repair {
  readonly #clock: Clock;
  readonly #output: MediaOutput;
  readonly #scratch = Buffer.alloc(MAX_PACKET_BYTES);
  readonly #offsets = Uint32Array.of(0);
  readonly #lengths = Uint32Array.of(0);
  readonly #header = emptyRtpHeader();
  #sequence: number;
  #allowance = MIN_BYTES_PER_SECOND;
  #countedAt: number;

  constructor(options: { clock: Clock; random: Random; output: MediaOutput }) {
    this.#clock = options.clock;
    this.#output = options.output;
    this.#sequence = options.random.uint32() & 0xffff;
    this.#countedAt = options.clock.now();
  }

  /** Sends what is still there of the packets that went out as `sequences`; bytes sent, and packets. */
  resend(sender: TrackSender, feed: Feed, sequences: readonly number[]): { packets: number; bytes: number } {
    this.#saveUp(feed);
    let packets = 0;
    let bytes = 0;
    for (const sequence of sequences) {
      if (this.#allowance <= 0) break;
      const sent = this.#resendOne(sender, feed, sequence);
      if (sent === 0) continue;
      packets += 1;
      bytes += sent;
      this.#allowance -= sent;
    }
    return { packets, bytes };
  }

  #saveUp(feed: Feed): void {
    const now = this.#clock.now();
    const perSecond = Math.max(MIN_BYTES_PER_SECOND, feed.bitrate() / 8);
    const earned = ((now - this.#countedAt) / 1000) * perSecond;
    this.#allowance = Math.min(this.#allowance + earned, perSecond * MAX_SAVED_SECONDS);
    this.#countedAt = now;
  }

  #resendOne(sender: TrackSender, feed: Feed, sequence: number): number {
    const { track, retransmission } = sender.negotiated;
    const origin = sender.find(sequence);
    const found = origin === undefined ? undefined : findPacket(feed.ring, track * 2, origin.sequence);
    if (origin === undefined || found === undefined) return 0;
    const { packet, chunk } = found;
    if (packet.length + ORIGINAL_BYTES > MAX_PACKET_BYTES) return 0;
    if (!readRtpHeader(packet, { start: 0, end: packet.length }, this.#header)) return 0;
    const { payloadStart } = this.#header;
    const shift = retransmission === undefined ? 0 : ORIGINAL_BYTES;
    const out = this.#scratch.subarray(0, packet.length + shift);
    packet.copy(out, 0, 0, payloadStart);
    packet.copy(out, payloadStart + shift, payloadStart);
    if (origin.burst !== undefined && chunk < origin.burst.endChunk) {
      out.writeUInt32BE(origin.burst.squeeze.map(packet.readUInt32BE(4)), 4);
    }
    const { context } = sender;
    if (retransmission === undefined) {
      this.#send(out, { context, ssrc: sender.ssrc, payloadType: sender.payloadType, to: sequence });
    } else {
      out.writeUInt16BE(sequence, payloadStart);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#send(out, { context, ...retransmission, to: this.#sequence });
    }
    return out.length;
  }

  #send(packet: Buffer, as: { context: SrtpContext; ssrc: number; payloadType: number; to: number }): void {
    packet.writeUInt16BE(as.to, 2);
    this.#lengths[0] = packet.length;
    const batch = { buffer: packet, offsets: this.#offsets, lengths: this.#lengths, count: 1 };
    const { context, ssrc, payloadType } = as;
    sendTo(this.#output, batch, { context, ssrc, payloadType, sequenceOffset: 0 });
  }
}
