/**
 * Reads H.265 RTP payloads (RFC 7798 §4.4) as they pass: single NAL units, aggregation packets and first fragments, with
 * decoding order numbers where the session has them, and cameras that put several NAL units with Annex B start codes where one
 * belongs. PACI packets are not read. Allocates nothing but copies of changed parameter sets.
 */
import type { PayloadRange } from "../codec.ts";
import { PacketFlag } from "../codec.ts";
import { findStartCode, startCodeBytes, trimTrailingZeros } from "../nal-units.ts";
import type { NalView, ParameterSetStore } from "../parameter-set-store.ts";
import { DOND_BYTES, DONL_BYTES, isKeyType, isSliceType, NAL_HEADER_BYTES, nalTypeOf, NalType, setKindOf } from "./nal-type.ts";

const NOTHING = Buffer.alloc(0);
const FU_START = 0x80;
const FU_END = 0x40;
/** NAL unit types from here on are not specified by RFC 7798. */
const FIRST_UNSPECIFIED = 51;
const PACI = 50;

/** Watches one track; the parameter sets it finds go into the store. */
export class H265Inspector {
  readonly #sets: ParameterSetStore;
  readonly #hasDon: boolean;
  /** The NAL unit being looked at; its buffer is the one under inspection. */
  readonly #view: NalView = { buffer: NOTHING, header: 0, start: 0, end: 0 };

  /** `hasDon`: the session's payloads carry decoding order numbers. */
  constructor(sets: ParameterSetStore, hasDon: boolean) {
    this.#sets = sets;
    this.#hasDon = hasDon;
  }

  /** `PacketFlag` bits of the payload `buffer[range.start, range.end)`. */
  inspect(buffer: Buffer, range: PayloadRange): number {
    if (range.firstOfUnit) this.#sets.beginUnit();
    if (range.end - range.start < NAL_HEADER_BYTES) return PacketFlag.Malformed;
    this.#view.buffer = buffer;
    const flags = this.#payload(range.start, range.end);
    this.#view.buffer = NOTHING;
    return flags;
  }

  #payload(start: number, end: number): number {
    const { buffer } = this.#view;
    const skipped = startCodeBytes(buffer, start, end);
    if (skipped > 0) return this.#units(start + skipped, end);
    const type = nalTypeOf(buffer[start]);
    if (type === NalType.Aggregation) return this.#aggregate(start + NAL_HEADER_BYTES, end);
    if (type === NalType.Fragmentation) return this.#fragment(start, end);
    if (type === PACI) return 0;
    if (type >= FIRST_UNSPECIFIED) return PacketFlag.Malformed;
    if (!this.#hasDon) return this.#units(start, end);
    return this.#unit(this.#headerAt(start), start + NAL_HEADER_BYTES + DONL_BYTES, end);
  }

  #aggregate(start: number, end: number): number {
    const { buffer } = this.#view;
    let flags = 0;
    let at = start;
    let skipped = this.#hasDon ? DONL_BYTES : 0;
    while (at + skipped + 2 < end) {
      at += skipped;
      const size = ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
      at += 2;
      if (size > end - at) return flags | PacketFlag.Malformed;
      flags |= this.#units(at, at + size);
      at += size;
      skipped = this.#hasDon ? DOND_BYTES : 0;
    }
    return flags;
  }

  /** The first fragment tells the type. A parameter set is taken from it only when it lies in there whole. */
  #fragment(start: number, end: number): number {
    const { buffer } = this.#view;
    const data = start + NAL_HEADER_BYTES + 1 + (this.#hasDon ? DONL_BYTES : 0);
    const fuHeader = buffer[start + NAL_HEADER_BYTES] ?? 0;
    if ((fuHeader & FU_START) === 0) return 0;
    if (data >= end) return PacketFlag.Malformed;
    const type = fuHeader & 0x3f;
    if (isSliceType(type)) return isKeyType(type) ? PacketFlag.Key : 0;
    const header = (this.#headerAt(start) & 0x81ff) | (type << 9);
    const next = findStartCode(buffer, data, end);
    if (next < end) return this.#unit(header, data, trimTrailingZeros(buffer, data, next)) | this.#units(next + 3, end);
    return (fuHeader & FU_END) !== 0 ? this.#unit(header, data, end) : 0;
  }

  /** NAL units from `start` on, header first; more than one where start codes follow. A slice ends the search. */
  #units(start: number, end: number): number {
    const { buffer } = this.#view;
    let flags = 0;
    let at = start;
    while (at + NAL_HEADER_BYTES < end) {
      const type = nalTypeOf(buffer[at]);
      if (isSliceType(type)) return isKeyType(type) ? flags | PacketFlag.Key : flags;
      const body = at + NAL_HEADER_BYTES;
      const next = findStartCode(buffer, body, end);
      flags |= this.#unit(this.#headerAt(at), body, next < end ? trimTrailingZeros(buffer, body, next) : end);
      at = next + 3;
    }
    return flags;
  }

  /** One NAL unit; `[start, end)` lies after its header. */
  #unit(header: number, start: number, end: number): number {
    const type = nalTypeOf(header >> 8);
    if (isKeyType(type)) return PacketFlag.Key;
    const kind = setKindOf(type);
    if (kind < 0) return 0;
    this.#view.header = header;
    this.#view.start = start;
    this.#view.end = end;
    return this.#sets.offer(kind, this.#view);
  }

  #headerAt(at: number): number {
    const { buffer } = this.#view;
    return ((buffer[at] ?? 0) << 8) | (buffer[at + 1] ?? 0);
  }
}
