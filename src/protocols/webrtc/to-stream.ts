/**
 * Media of a publisher → input of a stream: packets are put in order, missing ones asked for again, and a new picture is asked for
 * where that didn't help, at the beginning, and every `KEY_INTERVAL_MS`: browsers send one when asked and never otherwise, and
 * readers who come later, segments and the ring need them. Reports tell the publisher how it is received and what it may send.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import { printBandwidth, printNack, printPictureLoss } from "#formats/rtcp/feedback.ts";
import { parseRtcp, printReceiverReport, printSourceDescription } from "#formats/rtcp/packet.ts";
import { emptyRtpHeader, readRtpHeader } from "#formats/rtp/packet.ts";
import type { StreamInput } from "#streams/input.ts";
import type { PublishedTrack } from "./negotiation/publish-offer.ts";
import { TrackReceiver } from "./ingress/track-receiver.ts";

/** How often missing packets are looked after. */
const TICK_MS = 20;
const REPORT_INTERVAL_MS = 1000;
/** What we tell publishers they may send, bits per second: a LAN carries it, and 4K cameras send half. */
const BANDWIDTH_BPS = 50_000_000;
/** Time between requests for a picture. */
const PICTURE_INTERVAL_MS = 1000;
/** Time between key units, as MediaMTX has it; publishers with a shorter one of their own aren't asked. */
const KEY_INTERVAL_MS = 2000;

/** What a receiver works with. */
export interface MediaReceiverOptions {
  readonly tracks: readonly PublishedTrack[];
  readonly input: StreamInput;
  readonly clock: Clock;
  readonly localSsrc: number;
  readonly cname: string;
  readonly sendRtcp: (packet: Buffer) => void;
}

/** Counters, named as MediaMTX's API names them. */
export interface MediaReceiverStatistics {
  readonly inboundRTPPackets: number;
  readonly inboundRTPPacketsLost: number;
  /** Mean over tracks, ticks. */
  readonly inboundRTPPacketsJitter: number;
  readonly inboundRTCPPackets: number;
  readonly outboundRTCPPackets: number;
}

/** See the head of this file. */
export class MediaReceiver {
  readonly #options: MediaReceiverOptions;
  readonly #tracks: readonly TrackReceiver[];
  readonly #header = emptyRtpHeader();
  readonly #tick: Timer;
  #rtcpPackets = 0;
  #rtcpSent = 0;
  #reportAt: number;
  #heardAt: number;
  #closed = false;

  constructor(options: MediaReceiverOptions) {
    this.#options = options;
    const { clock, input } = options;
    this.#heardAt = clock.now();
    this.#reportAt = clock.now() + REPORT_INTERVAL_MS;
    this.#tracks = options.tracks.map(
      (track, index) =>
        new TrackReceiver(track.format, (packet, range) => {
          if (!this.#closed) input.pushRtp(index, packet, range);
        }),
    );
    this.#tick = clock.every("webrtc publisher tick", TICK_MS, () => this.#lookAfter());
  }

  /** Monotonic ms of the last media. */
  get heardAt(): number {
    return this.#heardAt;
  }

  get statistics(): MediaReceiverStatistics {
    const sum = (of: (track: TrackReceiver) => number): number => this.#tracks.reduce((total, track) => total + of(track), 0);
    return {
      inboundRTPPackets: sum((track) => track.packets),
      inboundRTPPacketsLost: sum((track) => Math.max(0, track.reception.lost)),
      inboundRTPPacketsJitter: sum((track) => track.reception.jitterTicks) / Math.max(1, this.#tracks.length),
      inboundRTCPPackets: this.#rtcpPackets,
      outboundRTCPPackets: this.#rtcpSent,
    };
  }

  /** Takes one RTP packet; payload types tell tracks apart, and padding alone (probing) carries nothing. */
  rtp(packet: Buffer): void {
    const header = this.#header;
    if (this.#closed || !readRtpHeader(packet, { start: 0, end: packet.length }, header)) return;
    const track = this.#tracks.find((each) => each.format.payloadType === header.payloadType);
    if (track === undefined) return;
    this.#heardAt = this.#options.clock.now();
    track.push(packet, header, this.#heardAt);
  }

  /** Takes one compound RTCP packet. */
  rtcp(packet: Buffer): void {
    if (this.#closed) return;
    this.#rtcpPackets += 1;
    for (const each of parseRtcp(packet, { start: 0, end: packet.length })) {
      if (each.kind !== "sender-report") continue;
      const index = this.#tracks.findIndex((track) => track.ssrc === each.ssrc);
      this.#tracks[index]?.reception.senderReport(each.ntpSeconds, each.ntpFraction, this.#options.clock.now());
      if (index >= 0) this.#options.input.pushSenderReport(index, each);
    }
  }

  /** Leaves the path. Idempotent. */
  close(reason: SluiceError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tick.cancel();
    this.#options.input.close(reason);
  }

  #lookAfter(): void {
    const now = this.#options.clock.now();
    const { localSsrc, input } = this.#options;
    for (const [index, track] of this.#tracks.entries()) {
      const { ssrc } = track;
      if (ssrc === undefined) continue;
      const { missing, broken } = track.tick(now);
      const nack = printNack(localSsrc, ssrc, missing);
      if (nack !== undefined) this.#send(nack);
      if (this.#options.tracks[index]?.kind !== "video") continue;
      const isOld = now - (input.lastKeyAt(index) ?? Number.NEGATIVE_INFINITY) >= KEY_INTERVAL_MS;
      if ((broken || !input.ready || isOld) && track.mayAskForPicture(now, PICTURE_INTERVAL_MS))
        this.#send(printPictureLoss(localSsrc, ssrc));
    }
    if (now >= this.#reportAt) this.#report(now);
  }

  #report(now: number): void {
    this.#reportAt = now + REPORT_INTERVAL_MS;
    const { localSsrc, cname } = this.#options;
    const heard = this.#tracks.flatMap((track) => (track.ssrc === undefined ? [] : [{ track, ssrc: track.ssrc }]));
    if (heard.length === 0) return;
    const reports = heard.map(({ track, ssrc }) => track.reception.report(ssrc, now));
    const sources = heard.map(({ ssrc }) => ssrc);
    this.#send(
      Buffer.concat([
        printReceiverReport(localSsrc, reports),
        printSourceDescription(localSsrc, cname),
        printBandwidth(localSsrc, BANDWIDTH_BPS, sources),
      ]),
    );
  }

  #send(packet: Buffer): void {
    this.#rtcpSent += 1;
    this.#options.sendRtcp(packet);
  }
}
