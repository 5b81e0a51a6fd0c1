/**
 * One mpeg4-generic audio track (RFC 3640). Where the camera's configuration is missing and its packets hold ADTS headers, the
 * configuration is learned from them.
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
} from "../codec.ts";
import { PacketFlag } from "../codec.ts";
import { channelsOf, isSameCoding, printFmtp } from "../rtp-format.ts";
import { isAdtsHeader, readAdtsHeader } from "./audio-specific-config.ts";
import { type AacCoding, AacIsobmff } from "./isobmff.ts";
import { AacMpegts } from "./mpegts.ts";
import type { AacConfig, AuHeaderLayout } from "./parameters.ts";
import { aacConfig, auHeaderLayout, mendedFmtp, withOrigin } from "./parameters.ts";
import type { AacPayloads } from "./rtp.ts";
import { AacDepacketizer, AacPacketizer, auHeaderBytes, hasAuHeaders, isWritable } from "./rtp.ts";

const AU_HEADERS_LENGTH_BYTES = 2;
/** Bits of an ADTS header's bytes 2 and 3 that say profile, rate and channels. */
const ADTS_PARAMETERS = 0xfdc0;

/** State of one mpeg4-generic track. */
export class AacTrack implements TrackCodec {
  readonly format: RtpFormat;
  readonly #layout: AuHeaderLayout;
  /** Bytes of the AU headers of a packet with one unit; where they aren't plain it isn't asked. */
  readonly #oneHeaderBytes: number;
  #config: AacConfig | undefined;
  /** Bytes 2 and 3 of the last ADTS header: profile, rate and channels. */
  #adtsWord = -1;

  constructor(format: RtpFormat) {
    this.format = format;
    this.#layout = auHeaderLayout(format);
    this.#oneHeaderBytes = isWritable(this.#layout) ? auHeaderBytes(this.#layout) : Number.POSITIVE_INFINITY;
    this.#config = aacConfig(format);
  }

  inspect(buffer: Buffer, range: PayloadRange): number {
    const data = this.#dataStart(buffer, range);
    if (data >= range.end) return PacketFlag.Key | PacketFlag.Malformed;
    const flags = PacketFlag.Key | (data - range.start > this.#oneHeaderBytes ? PacketFlag.SeveralUnits : 0);
    if (this.#config?.origin === "sdp" || !isAdtsHeader(buffer, data, range.end)) return flags;
    const word = (((buffer[data + 2] ?? 0) << 8) | (buffer[data + 3] ?? 0)) & ADTS_PARAMETERS;
    if (word === this.#adtsWord) return flags;
    this.#adtsWord = word;
    return flags | this.#learn(buffer.subarray(data, range.end));
  }

  parameterSetPayloads(): readonly Buffer[] {
    return [];
  }

  fmtp(): string {
    return printFmtp(mendedFmtp(this.format, this.#config));
  }

  props(): CodecProps {
    const config = this.#config?.config;
    if (config === undefined) return {};
    return { sampleRate: config.sampleRate, channelCount: config.channels > 0 ? config.channels : channelsOf(this.format) };
  }

  depacketizer(): Depacketizer {
    return new AacDepacketizer(this.#payloads());
  }

  packetizer(maxPayloadBytes: number): Packetizer | undefined {
    return isWritable(this.#layout) ? new AacPacketizer(this.#payloads(), maxPayloadBytes) : undefined;
  }

  isobmff(): IsobmffMapping {
    return new AacIsobmff(() => this.#coding());
  }

  mpegts(): MpegtsMapping {
    return new AacMpegts(() => this.#coding());
  }

  compatibleWith(other: RtpFormat): boolean {
    if (!isSameCoding(this.format, other, ["mode"])) return false;
    const layout = auHeaderLayout(other);
    const config = aacConfig(other);
    const isSameConfig = config?.origin !== "sdp" || (this.#config !== undefined && config.bytes.equals(this.#config.bytes));
    return isSameConfig && (Object.keys(layout) as (keyof AuHeaderLayout)[]).every((key) => layout[key] === this.#layout[key]);
  }

  #coding(): AacCoding | undefined {
    return this.#config === undefined ? undefined : { ...this.#config, channels: channelsOf(this.format) };
  }

  #payloads(): AacPayloads {
    const config = this.#config?.config;
    const frameTicks = config === undefined ? 0 : Math.round((config.frameSamples * this.format.clockRate) / config.sampleRate);
    return { layout: this.#layout, frameTicks };
  }

  /** Where the first access unit's bytes begin: after the AU headers, unless the payload is ADTS from its first byte. */
  #dataStart(buffer: Buffer, range: PayloadRange): number {
    const { start, end } = range;
    if (end - start < AU_HEADERS_LENGTH_BYTES || isAdtsHeader(buffer, start, end)) return start;
    if (!hasAuHeaders(this.#layout)) return start;
    const headerBits = ((buffer[start] ?? 0) << 8) | (buffer[start + 1] ?? 0);
    return start + AU_HEADERS_LENGTH_BYTES + ((headerBits + 7) >> 3);
  }

  #learn(frame: Buffer): number {
    const bytes = readAdtsHeader(frame)?.config;
    const config = bytes === undefined ? undefined : withOrigin(bytes, "adts");
    if (config === undefined || this.#config?.bytes.equals(config.bytes) === true) return 0;
    this.#config = config;
    return PacketFlag.ParameterSetsChanged;
  }
}
