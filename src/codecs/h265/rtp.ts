/**
 * H.265 over RTP (RFC 7798): reads single NAL units, aggregation packets and fragments, passing over decoding order numbers
 * (units are taken in the order sent); writes the same without such numbers. PACI packets are refused as damaged.
 */
import type { AccessUnit, Depacketizer, PacketizedPayload, Packetizer } from "../codec.ts";
import type { NalAssembler, NalRole } from "../nal-depacketizer.ts";
import { NalDepacketizer } from "../nal-depacketizer.ts";
import { startCodeBytes } from "../nal-units.ts";
import { DOND_BYTES, DONL_BYTES, isKeyType, isSliceType, NAL_HEADER_BYTES, nalTypeOf, NalType } from "./nal-type.ts";

const FU_START = 0x80;
const FU_END = 0x40;
const LENGTH_BYTES = 2;
const FU_HEADERS_BYTES = NAL_HEADER_BYTES + 1;

/** One aggregation packet of whole NAL units (§4.4.2): layer and temporal id are the lowest of all. */
export function printAggregation(nals: readonly Buffer[]): Buffer {
  let layer = 0x3f;
  let temporal = 7;
  let forbidden = 0;
  const parts: Buffer[] = [Buffer.alloc(NAL_HEADER_BYTES)];
  for (const nal of nals) {
    const header = nal.readUInt16BE(0);
    forbidden |= header & 0x8000;
    layer = Math.min(layer, (header >> 3) & 0x3f);
    temporal = Math.min(temporal, header & 7);
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    length.writeUInt16BE(nal.length);
    parts.push(length, nal);
  }
  const payload = Buffer.concat(parts);
  payload.writeUInt16BE(forbidden | (NalType.Aggregation << 9) | (layer << 3) | temporal);
  return payload;
}

/** Puts access units together again. `hasDon`: payloads carry decoding order numbers. */
export class H265Depacketizer extends NalDepacketizer implements Depacketizer {
  constructor(hasDon: boolean) {
    const donBytes = hasDon ? DONL_BYTES : 0;
    super({
      opensUnit: (payload) => opensUnit(payload, donBytes),
      read: (payload, into) => read(payload, { into, donBytes }),
      roleOf,
    });
  }
}

function roleOf(nal: Buffer): NalRole {
  const type = nalTypeOf(nal[0]);
  if (nal.length < NAL_HEADER_BYTES || type >= NalType.Aggregation) return "foreign";
  if (isKeyType(type)) return "key-slice";
  return isSliceType(type) ? "slice" : "other";
}

/** NAL unit types that come before the picture, or its first slice: first_slice_segment_in_pic_flag (H.265 §7.4.2.4.4). */
function beginsPicture(type: number, afterHeader: number | undefined): boolean {
  if (isSliceType(type)) return ((afterHeader ?? 0) & 0x80) !== 0;
  return (type >= NalType.Vps && type <= NalType.AccessUnitDelimiter) || type === NalType.PrefixSei;
}

function opensUnit(payload: Buffer, donBytes: number): boolean {
  const type = nalTypeOf(payload[0]);
  if (type === NalType.Aggregation) {
    const first = NAL_HEADER_BYTES + donBytes + LENGTH_BYTES;
    return beginsPicture(nalTypeOf(payload[first]), payload[first + NAL_HEADER_BYTES]);
  }
  if (type === NalType.Fragmentation) {
    const fuHeader = payload[NAL_HEADER_BYTES] ?? 0;
    return (fuHeader & FU_START) !== 0 && beginsPicture(fuHeader & 0x3f, payload[FU_HEADERS_BYTES + donBytes]);
  }
  const skipped = startCodeBytes(payload, 0, payload.length);
  if (skipped > 0) return beginsPicture(nalTypeOf(payload[skipped]), payload[skipped + NAL_HEADER_BYTES]);
  return beginsPicture(type, payload[NAL_HEADER_BYTES + donBytes]);
}

function read(payload: Buffer, how: { into: NalAssembler; donBytes: number }): string | undefined {
  const { into, donBytes } = how;
  if (payload.length < NAL_HEADER_BYTES + donBytes) return "payload too short";
  if (startCodeBytes(payload, 0, payload.length) > 0) return into.add(payload);
  const type = nalTypeOf(payload[0]);
  if (type === NalType.Aggregation) return readAggregation(payload, how);
  if (type === NalType.Fragmentation) return readFragment(payload, how);
  if (type > NalType.Fragmentation) return `packetization type ${String(type)} is not supported`;
  if (donBytes === 0) return into.add(payload);
  return into.add(Buffer.concat([payload.subarray(0, NAL_HEADER_BYTES), payload.subarray(NAL_HEADER_BYTES + donBytes)]));
}

function readAggregation(payload: Buffer, how: { into: NalAssembler; donBytes: number }): string | undefined {
  let at = NAL_HEADER_BYTES + how.donBytes;
  while (at + LENGTH_BYTES < payload.length) {
    const length = payload.readUInt16BE(at);
    at += LENGTH_BYTES;
    if (length > payload.length - at) return "aggregated unit longer than its payload";
    const reason = how.into.add(payload.subarray(at, at + length));
    if (reason !== undefined) return reason;
    at += length + (how.donBytes > 0 ? DOND_BYTES : 0);
  }
  return undefined;
}

function readFragment(payload: Buffer, how: { into: NalAssembler; donBytes: number }): string | undefined {
  const fuHeader = payload[NAL_HEADER_BYTES] ?? 0;
  const isStart = (fuHeader & FU_START) !== 0;
  const data = payload.subarray(FU_HEADERS_BYTES + (isStart ? how.donBytes : 0));
  if (data.length === 0) return "fragment without data";
  const header = Buffer.of(((payload[0] ?? 0) & 0x81) | ((fuHeader & 0x3f) << 1), payload[1] ?? 0);
  const reason = isStart ? how.into.begin(header, data) : how.into.append(data);
  if (reason !== undefined) return reason;
  return (fuHeader & FU_END) !== 0 ? how.into.end() : undefined;
}

/** Cuts access units to payloads: small NAL units together, large ones in fragments. */
export class H265Packetizer implements Packetizer {
  readonly #maxBytes: number;

  constructor(maxPayloadBytes: number) {
    this.#maxBytes = maxPayloadBytes;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const payloads: Buffer[] = [];
    let together: Buffer[] = [];
    let togetherBytes = NAL_HEADER_BYTES;
    const flush = (): void => {
      const [only] = together;
      if (only !== undefined) payloads.push(together.length === 1 ? only : printAggregation(together));
      together = [];
      togetherBytes = NAL_HEADER_BYTES;
    };
    for (const nal of unit.units) {
      const bytes = nal.length + LENGTH_BYTES;
      if (togetherBytes + bytes > this.#maxBytes) flush();
      if (nal.length > this.#maxBytes) {
        payloads.push(...this.#fragments(nal));
      } else if (nal.length >= NAL_HEADER_BYTES) {
        together.push(nal);
        togetherBytes += bytes;
      }
    }
    flush();
    return payloads.map((payload, i) => ({ payload, marker: i === payloads.length - 1, timestampOffset: 0 }));
  }

  #fragments(nal: Buffer): Buffer[] {
    const room = this.#maxBytes - FU_HEADERS_BYTES;
    const first = ((nal[0] ?? 0) & 0x81) | (NalType.Fragmentation << 1);
    const fragments: Buffer[] = [];
    for (let at = NAL_HEADER_BYTES; at < nal.length; at += room) {
      const flags = (at === NAL_HEADER_BYTES ? FU_START : 0) | (at + room >= nal.length ? FU_END : 0);
      const headers = Buffer.of(first, nal[1] ?? 0, flags | nalTypeOf(nal[0]));
      fragments.push(Buffer.concat([headers, nal.subarray(at, at + room)]));
    }
    return fragments;
  }
}
