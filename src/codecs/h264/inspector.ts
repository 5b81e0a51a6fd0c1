/**
 * Reads H.264 RTP payloads (RFC 6184 §5.2) as they pass: single NAL units, STAP-A and the first fragment of FU-A, and cameras
 * that put several NAL units with Annex B start codes where one belongs. Payloads of the interleaved mode (STAP-B, MTAP, FU-B)
 * are not read. Allocates nothing but copies of changed parameter sets.
 */
import type { PayloadRange } from "../codec.ts";
import { PacketFlag } from "../codec.ts";
import { findStartCode, startCodeBytes, trimTrailingZeros } from "../nal-units.ts";
import type { NalView, ParameterSetStore } from "../parameter-set-store.ts";
import { holdsRecoveryPoint } from "./key-unit.ts";
import { isSliceType, NalType, SetKind } from "./nal-type.ts";

const NOTHING = Buffer.alloc(0);
const FU_START = 0x80;
const FU_END = 0x40;

/** Watches one track; the parameter sets it finds go into the store. */
export class H264Inspector {
  readonly #sets: ParameterSetStore;
  /** The NAL unit being looked at; its buffer is the one under inspection. */
  readonly #view: NalView = { buffer: NOTHING, header: 0, start: 0, end: 0 };

  constructor(sets: ParameterSetStore) {
    this.#sets = sets;
  }

  /** `PacketFlag` bits of the payload `buffer[range.start, range.end)`. */
  inspect(buffer: Buffer, range: PayloadRange): number {
    if (range.firstOfUnit) this.#sets.beginUnit();
    if (range.end <= range.start) return PacketFlag.Malformed;
    this.#view.buffer = buffer;
    const flags = this.#payload(range.start, range.end);
    this.#view.buffer = NOTHING;
    return flags;
  }

  #payload(start: number, end: number): number {
    const { buffer } = this.#view;
    switch ((buffer[start] ?? 0) & 0x1f) {
      case NalType.StapA:
        return this.#aggregate(start + 1, end);
      case NalType.FuA:
        return this.#fragment(start, end);
      case NalType.StapB:
      case NalType.Mtap16:
      case NalType.Mtap24:
      case NalType.FuB:
        return 0;
      case NalType.Unspecified: {
        const skipped = startCodeBytes(buffer, start, end);
        return skipped > 0 ? this.#units(start + skipped, end) : PacketFlag.Malformed;
      }
      case 30:
      case 31:
        return PacketFlag.Malformed;
      default:
        return this.#units(start, end);
    }
  }

  #aggregate(start: number, end: number): number {
    const { buffer } = this.#view;
    let flags = 0;
    let at = start;
    while (at + 2 < end) {
      const size = ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
      at += 2;
      if (size > end - at) return flags | PacketFlag.Malformed;
      flags |= this.#units(at, at + size);
      at += size;
    }
    return flags;
  }

  /** The first fragment tells the type. A parameter set is taken from it only when it lies in there whole. */
  #fragment(start: number, end: number): number {
    if (end - start < 3) return PacketFlag.Malformed;
    const { buffer } = this.#view;
    const fuHeader = buffer[start + 1] ?? 0;
    if ((fuHeader & FU_START) === 0) return 0;
    const type = fuHeader & 0x1f;
    if (isSliceType(type)) return type === NalType.IdrSlice ? PacketFlag.Key : 0;
    const header = ((buffer[start] ?? 0) & 0xe0) | type;
    const next = findStartCode(buffer, start + 2, end);
    if (next < end) return this.#unit(header, start + 2, trimTrailingZeros(buffer, start + 2, next)) | this.#units(next + 3, end);
    return (fuHeader & FU_END) !== 0 || type === NalType.Sei ? this.#unit(header, start + 2, end) : 0;
  }

  /** NAL units from `start` on, header first; more than one where start codes follow. A slice ends the search. */
  #units(start: number, end: number): number {
    const { buffer } = this.#view;
    let flags = 0;
    let at = start;
    while (at < end) {
      const header = buffer[at] ?? 0;
      const type = header & 0x1f;
      if (isSliceType(type)) return type === NalType.IdrSlice ? flags | PacketFlag.Key : flags;
      const next = findStartCode(buffer, at + 1, end);
      flags |= this.#unit(header, at + 1, next < end ? trimTrailingZeros(buffer, at + 1, next) : end);
      at = next + 3;
    }
    return flags;
  }

  /** One NAL unit that is no slice; `[start, end)` lies after its header. */
  #unit(header: number, start: number, end: number): number {
    const type = header & 0x1f;
    if (type === NalType.Sei) return holdsRecoveryPoint(this.#view.buffer, start, end) ? PacketFlag.Key : 0;
    if (type !== NalType.Sps && type !== NalType.Pps) return 0;
    this.#view.header = header;
    this.#view.start = start;
    this.#view.end = end;
    return this.#sets.offer(type === NalType.Sps ? SetKind.Sps : SetKind.Pps, this.#view);
  }
}
