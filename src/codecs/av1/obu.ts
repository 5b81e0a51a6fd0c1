/**
 * AV1 open bitstream units (AV1 bitstream §5.3, §5.5): header, size field, and the sequence header's picture size, profile,
 * level and tier.
 */
import { BitReader } from "#formats/bits/bit-reader.ts";

/** OBU types that matter here. */
export const ObuType = { SequenceHeader: 1, TemporalDelimiter: 2, TileList: 8 } as const;

const HAS_EXTENSION = 0x04;
const HAS_SIZE = 0x02;
/** Bytes of a leb128 number, §4.10.5. */
const MAX_LEB128_BYTES = 8;
/** Bytes of a sequence header that are looked at. */
export const MAX_SEQUENCE_HEADER_BYTES = 512;
const MAX_SIDE = 65_536;
const FIRST_LEVEL_WITH_TIER = 8;

/** Bytes of the leb128 number at `buffer[start, end)`; 0 when it is cut short or too long. */
export function leb128Bytes(buffer: Buffer, start: number, end: number): number {
  const limit = Math.min(end, start + MAX_LEB128_BYTES);
  for (let at = start; at < limit; at += 1) {
    if (((buffer[at] ?? 0) & 0x80) === 0) return at + 1 - start;
  }
  return 0;
}

/** Value of the leb128 number that takes `bytes` from `start` on; may exceed 2^32 in broken streams. */
export function leb128Value(buffer: Buffer, start: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i -= 1) value = value * 128 + ((buffer[start + i] ?? 0) & 0x7f);
  return value;
}

/** Writes a leb128 number, `value` < 2^32. */
export function printLeb128(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const more = rest > 0x7f;
    bytes.push((rest & 0x7f) | (more ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
}

/** Type of the OBU whose header's first byte this is. */
export function obuTypeOf(headerByte: number | undefined): number {
  return ((headerByte ?? 0) >> 3) & 0x0f;
}

/** A copy of an OBU without its size field; undefined when the field is broken. */
export function withoutSizeField(obu: Buffer): Buffer | undefined {
  const header = obu[0] ?? 0;
  if ((header & HAS_SIZE) === 0) return Buffer.from(obu);
  const headerBytes = (header & HAS_EXTENSION) !== 0 ? 2 : 1;
  const sizeBytes = leb128Bytes(obu, headerBytes, obu.length);
  const start = headerBytes + sizeBytes;
  const end = start + leb128Value(obu, headerBytes, sizeBytes);
  if (sizeBytes === 0 || end > obu.length) return undefined;
  const bare = Buffer.concat([obu.subarray(0, headerBytes), obu.subarray(start, end)]);
  bare[0] = header & ~HAS_SIZE;
  return bare;
}

/** A copy of an OBU with a size field, as files hold it. */
export function withSizeField(obu: Buffer): Buffer {
  const header = obu[0] ?? 0;
  if ((header & HAS_SIZE) !== 0) return obu;
  const headerBytes = (header & HAS_EXTENSION) !== 0 ? 2 : 1;
  const sized = Buffer.concat([obu.subarray(0, headerBytes), printLeb128(obu.length - headerBytes), obu.subarray(headerBytes)]);
  sized[0] = header | HAS_SIZE;
  return sized;
}

/** What a sequence header says. */
export interface SequenceHeader {
  /** 0 Main, 1 High, 2 Professional. */
  readonly profile: number;
  /** seq_level_idx of the first operating point. */
  readonly level: number;
  readonly tier: number;
  /** Largest picture, pixels. */
  readonly width: number;
  readonly height: number;
}

/** Reads a sequence header OBU, its header included; undefined when it is not a valid one. */
export function parseSequenceHeader(obu: Buffer): SequenceHeader | undefined {
  const bare = obu.length <= MAX_SEQUENCE_HEADER_BYTES ? withoutSizeField(obu) : undefined;
  if (bare === undefined || obuTypeOf(bare[0]) !== ObuType.SequenceHeader) return undefined;
  const reader = new BitReader(bare);
  const { profile, level, tier } = skipToSize(reader, bare);
  const widthBits = reader.bits(4) + 1;
  const heightBits = reader.bits(4) + 1;
  const width = reader.bits(widthBits) + 1;
  const height = reader.bits(heightBits) + 1;
  if (reader.failed || profile > 2 || width > MAX_SIDE || height > MAX_SIDE) return undefined;
  return { profile, level, tier, width, height };
}

/** Reads a sequence header (without size field) up to where the picture size begins. */
export function skipToSize(reader: BitReader, bare: Buffer): { profile: number; reduced: boolean; level: number; tier: number } {
  reader.skip(((bare[0] ?? 0) & HAS_EXTENSION) !== 0 ? 16 : 8);
  const profile = reader.bits(3);
  reader.skip(1); // still_picture
  const reduced = reader.flag();
  return { profile, reduced, ...(reduced ? { level: reader.bits(5), tier: 0 } : readOperatingPoints(reader)) };
}

function readOperatingPoints(reader: BitReader): { level: number; tier: number } {
  const hasTiming = reader.flag();
  if (hasTiming) {
    reader.skip(32 + 32); // num_units_in_display_tick, time_scale
    if (reader.flag()) reader.ue(); // num_ticks_per_picture_minus_1; uvlc() has the shape of ue(v)
  }
  const hasDecoderModel = hasTiming && reader.flag();
  const delayBits = hasDecoderModel ? reader.bits(5) + 1 : 0;
  if (hasDecoderModel) reader.skip(32 + 5 + 5);
  const hasDisplayDelay = reader.flag();
  const count = reader.bits(5) + 1;
  let first = { level: 0, tier: 0 };
  for (let i = 0; i < count && !reader.failed; i += 1) {
    reader.skip(12); // operating_point_idc
    const level = reader.bits(5);
    const tier = level >= FIRST_LEVEL_WITH_TIER ? reader.bits(1) : 0;
    if (hasDecoderModel && reader.flag()) reader.skip(2 * delayBits + 1);
    if (hasDisplayDelay && reader.flag()) reader.skip(4);
    if (i === 0) first = { level, tier };
  }
  return first;
}
