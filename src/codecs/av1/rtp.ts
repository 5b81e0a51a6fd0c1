/**
 * AV1 over RTP (Alliance for Open Media, "RTP Payload Format For AV1" §4): aggregation header, OBU elements with leb128
 * lengths, elements that go on in the next packet. Temporal delimiters and size fields are taken out. No header extensions.
 *
 *      0 1 2 3 4 5 6 7
 *     |Z|Y| W |N|-|-|-|   Z: the first element goes on from before   Y: the last goes on   W: elements, 0 = all have lengths
 */
import type { AccessUnit, Depacketizer, DepacketizerResult, PacketizedPayload, Packetizer } from "../codec.ts";
import { FragmentBuffer } from "../fragment-buffer.ts";
import { ObuType, obuTypeOf, leb128Bytes, leb128Value, printLeb128, withoutSizeField } from "./obu.ts";

/** Most bytes of one temporal unit. */
export const MAX_TEMPORAL_UNIT_BYTES = 4 * 1024 * 1024;
/** Most OBUs of one temporal unit. */
export const MAX_OBUS = 256;

const CONTINUES_FROM_BEFORE = 0x80;
const CONTINUES_AFTER = 0x40;
/** Aggregation header bit: the packet begins a coded video sequence. */
export const NEW_SEQUENCE = 0x08;
const HEADER_BYTES = 1;
const MAX_LENGTH_BYTES = 3;

/** Index after the length of the first OBU element of the payload `buffer[start, end)`; -1 when broken. */
export function firstElementStart(buffer: Buffer, start: number, end: number): number {
  const at = start + HEADER_BYTES;
  if (at >= end) return -1;
  if (elementCount(buffer[start]) === 1) return at;
  const lengthBytes = leb128Bytes(buffer, at, end);
  const length = leb128Value(buffer, at, lengthBytes);
  return lengthBytes === 0 || length > end - at - lengthBytes ? -1 : at + lengthBytes;
}

/** Where the first OBU element ends, given that `firstElementStart` found its beginning at `elementStart`. */
export function firstElementEnd(
  buffer: Buffer,
  range: { readonly start: number; readonly end: number },
  elementStart: number,
): number {
  const at = range.start + HEADER_BYTES;
  return elementStart === at ? range.end : elementStart + leb128Value(buffer, at, elementStart - at);
}

/** Whether the payload beginning with this byte and holding this first OBU begins a key unit. */
export function beginsSequence(aggregationHeader: number, firstObuByte: number | undefined): boolean {
  if ((aggregationHeader & NEW_SEQUENCE) !== 0) return true;
  // Some senders never set N; a sequence header stands only before key frames and delayed ones.
  return (aggregationHeader & CONTINUES_FROM_BEFORE) === 0 && obuTypeOf(firstObuByte) === ObuType.SequenceHeader;
}

/** Number of OBU elements the aggregation header tells; 0 = not told, all have lengths. */
function elementCount(aggregationHeader: number | undefined): number {
  return ((aggregationHeader ?? 0) >> 4) & 3;
}

/** Puts temporal units together again. */
export class Av1Depacketizer implements Depacketizer {
  readonly #element = new FragmentBuffer(MAX_TEMPORAL_UNIT_BYTES);
  #units: Buffer[] = [];
  #bytes = 0;
  #isKey = false;
  #isOpen = false;
  #timestamp = 0;
  #waiting = true;
  /** Whether the last packet ended a unit, so that the next one begins one though it doesn't say so. */
  #atBoundary = false;

  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    const { payload, timestamp, marker } = packet;
    const header = payload[0] ?? 0;
    const first = firstElementStart(payload, 0, payload.length);
    if (first < 0) return this.#damaged("broken OBU element");
    const isKey = beginsSequence(header, payload[first]);
    if (this.#waiting && !isKey && !this.#atBoundary) {
      this.#atBoundary = marker;
      return { kind: "joined-mid-unit" };
    }
    this.#waiting = false;
    const accessUnits: AccessUnit[] = [];
    if (timestamp !== this.#timestamp && this.#units.length > 0 && !this.#isOpen) accessUnits.push(this.#take());
    this.#timestamp = timestamp;
    this.#isKey ||= isKey;
    const reason = this.#read(payload);
    if (reason !== undefined) return this.#damaged(reason);
    if (marker && this.#isOpen) return this.#damaged("an OBU was begun and not ended");
    if (marker && this.#units.length > 0) accessUnits.push(this.#take());
    return accessUnits.length > 0 ? { kind: "access-units", accessUnits } : { kind: "need-more" };
  }

  reset(): void {
    this.#clear();
    this.#waiting = true;
    this.#atBoundary = false;
  }

  #read(payload: Buffer): string | undefined {
    const header = payload[0] ?? 0;
    if (((header & CONTINUES_FROM_BEFORE) !== 0) !== this.#isOpen) return "OBU fragments don't meet";
    let at = HEADER_BYTES;
    for (let i = 1; at < payload.length; i += 1) {
      const isBare = i === elementCount(header);
      const lengthBytes = isBare ? 0 : leb128Bytes(payload, at, payload.length);
      const start = at + lengthBytes;
      const end = isBare ? payload.length : start + leb128Value(payload, at, lengthBytes);
      if ((lengthBytes === 0 && !isBare) || end > payload.length) return "broken OBU element";
      const goesOn = end === payload.length && (header & CONTINUES_AFTER) !== 0;
      const reason = this.#add(payload.subarray(start, end), goesOn);
      if (reason !== undefined) return reason;
      at = end;
    }
    return undefined;
  }

  #add(element: Buffer, goesOn: boolean): string | undefined {
    if (this.#bytes + this.#element.length + element.length > MAX_TEMPORAL_UNIT_BYTES) return "temporal unit too large";
    this.#element.append(element);
    this.#isOpen = goesOn;
    if (goesOn) return undefined;
    const obu = withoutSizeField(this.#element.view());
    this.#element.clear();
    if (obu === undefined) return "broken OBU size";
    const type = obuTypeOf(obu[0]);
    if (obu.length === 0 || type === ObuType.TemporalDelimiter || type === ObuType.TileList) return undefined;
    if (this.#units.length >= MAX_OBUS) return "too many OBUs in one temporal unit";
    this.#bytes += obu.length;
    this.#units.push(obu);
    return undefined;
  }

  #take(): AccessUnit {
    const unit: AccessUnit = { timestamp: this.#timestamp, type: this.#isKey ? "key" : "delta", units: this.#units };
    this.#clear();
    return unit;
  }

  #clear(): void {
    this.#element.clear();
    this.#units = [];
    this.#bytes = 0;
    this.#isKey = false;
    this.#isOpen = false;
  }

  #damaged(reason: string): DepacketizerResult {
    this.reset();
    return { kind: "damaged", reason };
  }
}

/** Cuts temporal units: every element with its length, elements cut where a payload is full. */
export class Av1Packetizer implements Packetizer {
  readonly #maxBytes: number;

  constructor(maxPayloadBytes: number) {
    this.#maxBytes = maxPayloadBytes;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const payloads: Buffer[] = [];
    let parts: Buffer[] = [Buffer.of(unit.type === "key" ? NEW_SEQUENCE : 0)];
    let bytes = HEADER_BYTES;
    const flush = (goesOn: boolean): void => {
      const payload = Buffer.concat(parts);
      payload[0] = (payload[0] ?? 0) | (goesOn ? CONTINUES_AFTER : 0);
      payloads.push(payload);
      parts = [Buffer.of(goesOn ? CONTINUES_FROM_BEFORE : 0)];
      bytes = HEADER_BYTES;
    };
    for (const obu of unit.units) {
      let at = 0;
      while (at < obu.length) {
        // The length's own bytes are reckoned at their most, so a payload may stay two bytes short.
        const room = this.#maxBytes - bytes - MAX_LENGTH_BYTES;
        if (room <= 0) {
          flush(at > 0);
          continue;
        }
        const piece = obu.subarray(at, at + room);
        const length = printLeb128(piece.length);
        parts.push(length, piece);
        bytes += length.length + piece.length;
        at += piece.length;
        if (at < obu.length) flush(true);
      }
    }
    if (bytes > HEADER_BYTES) flush(false);
    return payloads.map((payload, i) => ({ payload, marker: i === payloads.length - 1, timestampOffset: 0 }));
  }
}
