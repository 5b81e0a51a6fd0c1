/**
 * One H.265 track (RFC 7798): parameter sets from sprop-vps, -sps and -pps until in-band ones come, fmtp kept up to date;
 * incomplete sets in SDP are not announced further.
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
import { startCodeBytes } from "../nal-units.ts";
import { MAX_SETS, ParameterSetStore } from "../parameter-set-store.ts";
import { fmtpBase64List, fmtpInteger, isSameCoding, printFmtp } from "../rtp-format.ts";
import { H265Inspector } from "./inspector.ts";
import { H265Isobmff } from "./isobmff.ts";
import { H265Mpegts } from "./mpegts.ts";
import { nalTypeOf, SetKind, setKindOf } from "./nal-type.ts";
import { levelName, parameterSetId, parseSequenceParameterSet, profileName } from "./parameter-sets.ts";
import { H265Depacketizer, H265Packetizer, printAggregation } from "./rtp.ts";

/** Sets of more bytes together aren't announced in SDP, where lines have their limits; the stream has them anyway. */
const MAX_ANNOUNCED_BYTES = 4096;
/** Inserted parameter sets larger than this go out one per packet, so that none exceeds an Ethernet frame. */
const MAX_INSERTED_BYTES = 1400;
const SPROP_KEYS = ["sprop-vps", "sprop-sps", "sprop-pps"];
const UNKNOWN_PROPS: CodecProps = { width: 0, height: 0, profile: "", level: "" };

/** State of one H.265 track. */
export class H265Track implements TrackCodec {
  readonly format: RtpFormat;
  readonly #sets = new ParameterSetStore({ kinds: 3, headerBytes: 2, sequenceKind: SetKind.Sps, idOf: parameterSetId });
  readonly #hasDon: boolean;
  readonly #inspector: H265Inspector;

  constructor(format: RtpFormat) {
    this.format = format;
    this.#hasDon = hasDon(format);
    this.#inspector = new H265Inspector(this.#sets, this.#hasDon);
    for (const value of SPROP_KEYS.flatMap((key) => fmtpBase64List(format, key, MAX_SETS))) {
      const nal = value.subarray(startCodeBytes(value, 0, value.length));
      const kind = setKindOf(nalTypeOf(nal[0]));
      if (kind >= 0) this.#sets.seed(kind, nal);
    }
  }

  inspect(buffer: Buffer, range: PayloadRange): number {
    return this.#inspector.inspect(buffer, range);
  }

  /** Nothing can be inserted into a session with decoding order numbers: there is no number free for it. */
  parameterSetPayloads(): readonly Buffer[] {
    if (!this.#sets.complete || this.#hasDon) return [];
    const sets = this.#sets.all();
    const aggregate = printAggregation(sets);
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

  depacketizer(): Depacketizer {
    return new H265Depacketizer(this.#hasDon);
  }

  packetizer(maxPayloadBytes: number): Packetizer | undefined {
    return this.#hasDon ? undefined : new H265Packetizer(maxPayloadBytes);
  }

  isobmff(): IsobmffMapping | undefined {
    return this.#hasDon ? undefined : new H265Isobmff();
  }

  mpegts(): MpegtsMapping | undefined {
    return this.#hasDon ? undefined : new H265Mpegts();
  }

  compatibleWith(other: RtpFormat): boolean {
    return isSameCoding(this.format, other) && this.#hasDon === hasDon(other);
  }

  #printFmtp(): string {
    const values = new Map(this.format.fmtp);
    const isAnnounced = this.#sets.complete && Buffer.concat(this.#sets.all()).length <= MAX_ANNOUNCED_BYTES;
    for (const [kind, key] of SPROP_KEYS.entries()) {
      values.delete(key);
      const sets = this.#sets.ofKind(kind).map((nal) => nal.toString("base64"));
      if (isAnnounced) values.set(key, sets.join(","));
    }
    return printFmtp(values);
  }
}

function hasDon(format: RtpFormat): boolean {
  return (fmtpInteger(format, "sprop-max-don-diff") ?? 0) > 0;
}
