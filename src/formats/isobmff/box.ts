/**
 * Boxes of the ISO base media file format (ISO/IEC 14496-12 §4.2): printing only. Sizes are 32-bit: nothing written here comes
 * near 4 GiB.
 */

const HEADER_BYTES = 8;

/** A box of `type` (four characters) around `parts`. */
export function box(type: string, ...parts: readonly Buffer[]): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.write(type, 4, "latin1");
  const whole = Buffer.concat([header, ...parts]);
  whole.writeUInt32BE(whole.length, 0);
  return whole;
}

/** A box with a version and 24 bits of flags. */
export function fullBox(type: string, head: { version?: number; flags?: number }, ...parts: readonly Buffer[]): Buffer {
  return box(type, u32(((head.version ?? 0) << 24) | (head.flags ?? 0)), ...parts);
}

/** Bytes. */
export function u8(...values: readonly number[]): Buffer {
  return Buffer.from(values);
}

/** 16-bit numbers. */
export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value & 0xffff, index * 2));
  return bytes;
}

/** 32-bit numbers. */
export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4));
  return bytes;
}
