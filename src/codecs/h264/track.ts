/**
 * One H.264 track (RFC 6184): parameter sets from sprop-parameter-sets until in-band ones come, fmtp kept up to date. What a
 * camera sends in packetization mode 0 is valid in mode 1, so mode 1 is what we offer; mode 2 is carried on as it is.
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
import { MAX_SETS, ParameterSetStore } from "../parameter-set-store.ts";
import { fmtpBase64List, fmtpHex, isSameCoding, printFmtp } from "../rtp-format.ts";
import { startCodeBytes } from "../nal-units.ts";
import { H264Inspector } from "./inspector.ts";
import { H264Isobmff } from "./isobmff.ts";
import { H264Mpegts } from "./mpegts.ts";
import { NalType, SetKind } from "./nal-type.ts";
import { levelName, parameterSetId, parseSequenceParameterSet, profileName } from "./parameter-sets.ts";
import { H264Depacketizer, H264Packetizer, printStapA } from "./rtp.ts";

/** Sets of more bytes together aren't announced in SDP, where lines have their limits; the stream has them anyway. */
const MAX_ANNOUNCED_BYTES = 4096;
/** Inserted parameter sets larger than this go out one per packet, so that none exceeds an Ethernet frame. */
const MAX_INSERTED_BYTES = 1400;
const INTERLEAVED_MODE = "2";
const UNKNOWN_PROPS: CodecProps = { width: 0, height: 0, profile: "", level: "" };

/** State of one H.264 track. */
export class H264Track implements TrackCodec {
  readonly format: RtpFormat;
  readonly #sets = new ParameterSetStore({ kinds: 2, headerBytes: 1, sequenceKind: SetKind.Sps, idOf: parameterSetId });
  readonly #inspector = new H264Inspector(this.#sets);

  constructor(format: RtpFormat) {
    this.format = format;
    for (const value of fmtpBase64List(format, "sprop-parameter-sets", MAX_SETS)) {
      const nal = value.subarray(startCodeBytes(value, 0, value.length));
      const type = (nal[0] ?? 0) & 0x1f;
      if (type === NalType.Sps) this.#sets.seed(SetKind.Sps, nal);
      if (type === NalType.Pps) this.#sets.seed(SetKind.Pps, nal);
    }
  }

  inspect(buffer: Buffer, range: PayloadRange): number {
    return this.#inspector.inspect(buffer, range);
  }

  parameterSetPayloads(): readonly Buffer[] {
    if (!this.#sets.complete || this.#interleaved) return [];
    const sets = this.#sets.all();
    const aggregate = printStapA(sets);
    return aggregate.length <= MAX_INSERTED_BYTES ? [aggregate] : sets;
  }

  fmtp(): string {
    return this.#sets.printed(() => this.#printFmtp());
  }

  props(): CodecProps {
    const nal = this.#sets.newest(SetKind.Sps);
    const sps = nal === undefined ? undefined : parseSequenceParameterSet(nal);
    if (sps === undefined) return UNKNOWN_PROPS;
    return { width: sps.width, height: sps.height, profile: profileName(sps.profileIdc), level: levelName(sps.levelIdc) };
  }

  declaredFrameRate(): number | undefined {
    const nal = this.#sets.newest(SetKind.Sps);
    return nal === undefined ? undefined : parseSequenceParameterSet(nal)?.framesPerSecond;
  }

  depacketizer(): Depacketizer {
    return new H264Depacketizer();
  }

  packetizer(maxPayloadBytes: number): Packetizer | undefined {
    return this.#interleaved ? undefined : new H264Packetizer(maxPayloadBytes);
  }

  isobmff(): IsobmffMapping | undefined {
    return this.#interleaved ? undefined : new H264Isobmff();
  }

  mpegts(): MpegtsMapping | undefined {
    return this.#interleaved ? undefined : new H264Mpegts();
  }

  compatibleWith(other: RtpFormat): boolean {
    return isSameCoding(this.format, other) && this.#interleaved === isInterleaved(other);
  }

  get #interleaved(): boolean {
    return isInterleaved(this.format);
  }

  #printFmtp(): string {
    if (this.#interleaved) return printFmtp(this.format.fmtp);
    const values = new Map([["packetization-mode", "1"]]);
    const sets = Buffer.concat(this.#sets.all()).length <= MAX_ANNOUNCED_BYTES ? this.#sets.all() : [];
    if (this.#sets.complete && sets.length > 0) {
      values.set("sprop-parameter-sets", sets.map((nal) => nal.toString("base64")).join(","));
    }
    const profileLevelId = this.#sets.newest(SetKind.Sps)?.subarray(1, 4) ?? fmtpHex(this.format, "profile-level-id");
    if (profileLevelId?.length === 3) values.set("profile-level-id", profileLevelId.toString("hex").toUpperCase());
    return printFmtp(values);
  }
}

function isInterleaved(format: RtpFormat): boolean {
  return format.fmtp.get("packetization-mode")?.trim() === INTERLEAVED_MODE;
}
