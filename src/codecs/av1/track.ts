/** One AV1 track: size, profile, level and tier come from sequence headers, before that from SDP. */
import type { CodecProps, PayloadRange, RtpFormat } from "../codec.ts";
import { PacketFlag } from "../codec.ts";
import { fmtpInteger } from "../rtp-format.ts";
import { SelfContainedVideoTrack } from "../self-contained-video.ts";
import { Av1Isobmff } from "./isobmff.ts";
import type { SequenceHeader } from "./obu.ts";
import { MAX_SEQUENCE_HEADER_BYTES, ObuType, obuTypeOf, parseSequenceHeader } from "./obu.ts";
import { Av1Depacketizer, Av1Packetizer, beginsSequence, firstElementEnd, firstElementStart } from "./rtp.ts";

/** Watches one track for key units and sequence headers. */
class Av1Inspector {
  readonly #format: RtpFormat;
  #headerBytes = Buffer.alloc(0);
  #header: SequenceHeader | undefined;

  constructor(format: RtpFormat) {
    this.#format = format;
  }

  inspect(buffer: Buffer, range: PayloadRange): number {
    const first = firstElementStart(buffer, range.start, range.end);
    if (first < 0) return PacketFlag.Malformed;
    if (!beginsSequence(buffer[range.start] ?? 0, buffer[first])) return 0;
    if (obuTypeOf(buffer[first]) !== ObuType.SequenceHeader) return PacketFlag.Key;
    return PacketFlag.Key | this.#learn(buffer, first, firstElementEnd(buffer, range, first));
  }

  props(): CodecProps {
    const { width, height } = this.#header ?? { width: 0, height: 0 };
    return { width, height, ...this.#coding() };
  }

  fmtp(): Readonly<Record<string, string>> {
    if (this.#header === undefined) return {};
    const { profile, level, tier } = this.#header;
    return { profile: String(profile), "level-idx": String(level), tier: String(tier) };
  }

  #coding(): { profile: number; level: number; tier: number } {
    if (this.#header !== undefined) {
      const { profile, level, tier } = this.#header;
      return { profile, level, tier };
    }
    return {
      profile: fmtpInteger(this.#format, "profile") ?? 0,
      level: fmtpInteger(this.#format, "level-idx") ?? 0,
      tier: fmtpInteger(this.#format, "tier") ?? 0,
    };
  }

  #learn(buffer: Buffer, start: number, end: number): number {
    if (end - start > MAX_SEQUENCE_HEADER_BYTES) return PacketFlag.Malformed;
    const known = this.#headerBytes;
    if (known.length === end - start && buffer.compare(known, 0, known.length, start, end) === 0) return 0;
    this.#headerBytes = Buffer.from(buffer.subarray(start, end));
    const header = parseSequenceHeader(this.#headerBytes);
    if (header === undefined) return PacketFlag.Malformed;
    this.#header = header;
    return PacketFlag.ParameterSetsChanged;
  }
}

/** Opens a track of `format`. */
export function openAv1(format: RtpFormat): SelfContainedVideoTrack {
  const inspector = new Av1Inspector(format);
  return new SelfContainedVideoTrack(format, {
    inspect: (buffer, range) => inspector.inspect(buffer, range),
    depacketizer: () => new Av1Depacketizer(),
    packetizer: (maxPayloadBytes) => new Av1Packetizer(maxPayloadBytes),
    isobmff: () => new Av1Isobmff(),
    props: () => inspector.props(),
    fmtp: () => inspector.fmtp(),
  });
}
