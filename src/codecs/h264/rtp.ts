/**
 * H.264 over RTP (RFC 6184): reads single NAL units, STAP-A and FU-A (packetization modes 0 and 1), writes the same. The
 * interleaved mode's STAP-B, MTAP and FU-B are refused as damaged.
 */
import type { AccessUnit, Depacketizer, PacketizedPayload, Packetizer } from "../codec.ts";
import type { NalAssembler, NalRole } from "../nal-depacketizer.ts";
import { NalDepacketizer } from "../nal-depacketizer.ts";
import { startCodeBytes } from "../nal-units.ts";
import { holdsRecoveryPoint } from "./key-unit.ts";
import { isSliceType, NalType } from "./nal-type.ts";

const FU_START = 0x80;
const FU_END = 0x40;
const FU_HEADER_BYTES = 2;
const STAP_LENGTH_BYTES = 2;

/** One STAP-A payload of whole NAL units (RFC 6184 §5.7.1): forbidden bit is any's, importance the highest of all. */
export function printStapA(nals: readonly Buffer[]): Buffer {
  let importance = 0;
  let forbidden = 0;
  const parts: Buffer[] = [Buffer.alloc(1)];
  for (const nal of nals) {
    const header = nal[0] ?? 0;
    importance = Math.max(importance, header & 0x60);
    forbidden |= header & 0x80;
    const length = Buffer.allocUnsafe(STAP_LENGTH_BYTES);
    length.writeUInt16BE(nal.length);
    parts.push(length, nal);
  }
  const payload = Buffer.concat(parts);
  payload[0] = forbidden | importance | NalType.StapA;
  return payload;
}

/** Puts access units together again. */
export class H264Depacketizer extends NalDepacketizer implements Depacketizer {
  constructor() {
    super({ opensUnit, read, roleOf });
  }
}

function roleOf(nal: Buffer): NalRole {
  const type = (nal[0] ?? 0) & 0x1f;
  if (type === NalType.IdrSlice) return "key-slice";
  if (isSliceType(type)) return "slice";
  if (type === NalType.Unspecified || type >= NalType.StapA) return "foreign";
  return type === NalType.Sei && holdsRecoveryPoint(nal, 1, nal.length) ? "key-mark" : "other";
}

/** NAL unit types that come before the picture, or its first slice: first_mb_in_slice is 0, ue(v) `1` (H.264 §7.4.1.2.3). */
function beginsPicture(type: number, afterHeader: number | undefined): boolean {
  if (isSliceType(type)) return ((afterHeader ?? 0) & 0x80) !== 0;
  return type >= NalType.Sei && type <= NalType.AccessUnitDelimiter;
}

function opensUnit(payload: Buffer): boolean {
  const type = (payload[0] ?? 0) & 0x1f;
  if (type === NalType.StapA) return beginsPicture((payload[3] ?? 0) & 0x1f, payload[4]);
  if (type === NalType.FuA) {
    const fuHeader = payload[1] ?? 0;
    return (fuHeader & FU_START) !== 0 && beginsPicture(fuHeader & 0x1f, payload[2]);
  }
  const skipped = type === NalType.Unspecified ? startCodeBytes(payload, 0, payload.length) : 0;
  return beginsPicture((payload[skipped] ?? 0) & 0x1f, payload[skipped + 1]);
}

function read(payload: Buffer, into: NalAssembler): string | undefined {
  const type = (payload[0] ?? 0) & 0x1f;
  if (payload.length === 0) return "empty payload";
  if (type === NalType.StapA) return readStapA(payload, into);
  if (type === NalType.FuA) return readFuA(payload, into);
  if (type === NalType.Unspecified && startCodeBytes(payload, 0, payload.length) === 0) return "NAL unit type 0";
  if (type > NalType.StapA) return `packetization type ${String(type)} is not supported`;
  return into.add(payload);
}

function readStapA(payload: Buffer, into: NalAssembler): string | undefined {
  let at = 1;
  while (at + STAP_LENGTH_BYTES < payload.length) {
    const length = payload.readUInt16BE(at);
    at += STAP_LENGTH_BYTES;
    if (length > payload.length - at) return "STAP-A part longer than its payload";
    const reason = into.add(payload.subarray(at, at + length));
    if (reason !== undefined) return reason;
    at += length;
  }
  return undefined;
}

function readFuA(payload: Buffer, into: NalAssembler): string | undefined {
  if (payload.length <= FU_HEADER_BYTES) return "FU-A without data";
  const fuHeader = payload[1] ?? 0;
  const data = payload.subarray(FU_HEADER_BYTES);
  const header = Buffer.of(((payload[0] ?? 0) & 0xe0) | (fuHeader & 0x1f));
  const reason = (fuHeader & FU_START) !== 0 ? into.begin(header, data) : into.append(data);
  if (reason !== undefined) return reason;
  return (fuHeader & FU_END) !== 0 ? into.end() : undefined;
}

/** Cuts access units to payloads: small NAL units together in STAP-A, large ones as FU-A. */
export class H264Packetizer implements Packetizer {
  readonly #maxBytes: number;

  constructor(maxPayloadBytes: number) {
    this.#maxBytes = maxPayloadBytes;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const payloads: Buffer[] = [];
    let together: Buffer[] = [];
    let togetherBytes = 1;
    const flush = (): void => {
      const [only] = together;
      if (only !== undefined) payloads.push(together.length === 1 ? only : printStapA(together));
      together = [];
      togetherBytes = 1;
    };
    for (const nal of unit.units) {
      const bytes = nal.length + STAP_LENGTH_BYTES;
      if (togetherBytes + bytes > this.#maxBytes) flush();
      if (nal.length > this.#maxBytes) {
        payloads.push(...this.#fragments(nal));
      } else {
        together.push(nal);
        togetherBytes += bytes;
      }
    }
    flush();
    return payloads.map((payload, i) => ({ payload, marker: i === payloads.length - 1, timestampOffset: 0 }));
  }

  #fragments(nal: Buffer): Buffer[] {
    const header = nal[0] ?? 0;
    const room = this.#maxBytes - FU_HEADER_BYTES;
    const fragments: Buffer[] = [];
    for (let at = 1; at < nal.length; at += room) {
      const flags = (at === 1 ? FU_START : 0) | (at + room >= nal.length ? FU_END : 0);
      const fuHeaders = Buffer.of((header & 0xe0) | NalType.FuA, flags | (header & 0x1f));
      fragments.push(Buffer.concat([fuHeaders, nal.subarray(at, at + room)]));
    }
    return fragments;
  }
}
