/**
 * Track of a format without parameter sets of its own: every packet is a key unit, the source's fmtp is carried on as it is.
 * Audio formats and all that is passed through are built from this; what they add comes as options.
 */
import type {
  CodecProps,
  Depacketizer,
  IsobmffMapping,
  MpegtsMapping,
  Packetizer,
  PayloadRange,
  RtpFormat,
  TrackCodec,
} from "./codec.ts";
import { PacketFlag } from "./codec.ts";
import { isSameCoding, printFmtp } from "./rtp-format.ts";

/** What a format adds to the plain track; everything may be absent. */
export interface PlainTrackOptions {
  readonly props?: CodecProps;
  /** What the fmtp line says in place of the source's. */
  readonly fmtp?: ReadonlyMap<string, string>;
  /** fmtp keys two tracks must agree on to be compatible. */
  readonly essentialKeys?: readonly string[];
  /** Bytes of payload header before the data; a payload that isn't longer is malformed. */
  readonly headerBytes?: number;
  readonly depacketizer?: () => Depacketizer;
  readonly packetizer?: (maxPayloadBytes: number) => Packetizer;
  /** Absent where a container can't carry it. */
  readonly isobmff?: () => IsobmffMapping;
  readonly mpegts?: () => MpegtsMapping;
}

/** A track whose packets all stand for themselves. */
export class PlainTrack implements TrackCodec {
  readonly format: RtpFormat;
  readonly #options: PlainTrackOptions;
  readonly #headerBytes: number;

  constructor(format: RtpFormat, options: PlainTrackOptions = {}) {
    this.format = format;
    this.#options = options;
    this.#headerBytes = options.headerBytes ?? 0;
  }

  inspect(_buffer: Buffer, range: PayloadRange): number {
    return range.end - range.start > this.#headerBytes ? PacketFlag.Key : PacketFlag.Key | PacketFlag.Malformed;
  }

  parameterSetPayloads(): readonly Buffer[] {
    return [];
  }

  fmtp(): string {
    return printFmtp(this.#options.fmtp ?? this.format.fmtp);
  }

  props(): CodecProps {
    return this.#options.props ?? {};
  }

  depacketizer(): Depacketizer | undefined {
    return this.#options.depacketizer?.();
  }

  packetizer(maxPayloadBytes: number): Packetizer | undefined {
    return this.#options.packetizer?.(maxPayloadBytes);
  }

  isobmff(): IsobmffMapping | undefined {
    return this.#options.isobmff?.();
  }

  mpegts(): MpegtsMapping | undefined {
    return this.#options.mpegts?.();
  }

  compatibleWith(other: RtpFormat): boolean {
    return isSameCoding(this.format, other, this.#options.essentialKeys);
  }
}
