/**
 * Track of a video coding that repeats everything a decoder needs in each key frame (VP8, VP9, AV1): nothing to insert, the
 * fmtp line at most follows what key frames show.
 */
import type { CodecProps, Depacketizer, IsobmffMapping, Packetizer, PayloadRange, RtpFormat, TrackCodec } from "./codec.ts";
import { PacketFlag } from "./codec.ts";
import { isSameCoding, printFmtp } from "./rtp-format.ts";

/** What a coding says about its packets. */
export interface SelfContainedVideo {
  /** `PacketFlag` bits of a payload; may learn from it. */
  readonly inspect: (buffer: Buffer, range: PayloadRange) => number;
  readonly depacketizer: () => Depacketizer;
  readonly packetizer: (maxPayloadBytes: number) => Packetizer;
  /** Absent where it can't be carried. */
  readonly isobmff?: () => IsobmffMapping;
  readonly props?: () => CodecProps;
  /** fmtp values that replace the source's. */
  readonly fmtp?: () => Readonly<Record<string, string>>;
}

/** State of one such track. */
export class SelfContainedVideoTrack implements TrackCodec {
  readonly format: RtpFormat;
  readonly #coding: SelfContainedVideo;

  constructor(format: RtpFormat, coding: SelfContainedVideo) {
    this.format = format;
    this.#coding = coding;
  }

  inspect(buffer: Buffer, range: PayloadRange): number {
    return range.end > range.start ? this.#coding.inspect(buffer, range) : PacketFlag.Malformed;
  }

  parameterSetPayloads(): readonly Buffer[] {
    return [];
  }

  fmtp(): string {
    return printFmtp(new Map([...this.format.fmtp, ...Object.entries(this.#coding.fmtp?.() ?? {})]));
  }

  props(): CodecProps {
    return this.#coding.props?.() ?? {};
  }

  depacketizer(): Depacketizer {
    return this.#coding.depacketizer();
  }

  packetizer(maxPayloadBytes: number): Packetizer {
    return this.#coding.packetizer(maxPayloadBytes);
  }

  isobmff(): IsobmffMapping | undefined {
    return this.#coding.isobmff?.();
  }

  compatibleWith(other: RtpFormat): boolean {
    return isSameCoding(this.format, other);
  }
}
