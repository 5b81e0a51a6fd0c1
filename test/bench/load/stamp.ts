/**
 * The mark every synthetic packet carries in its payload: the access unit's number and when the packet was sent. All bytes
 * but the first two have their top bit set, so a stamp never looks like a NAL start code or needs emulation prevention.
 */

/** Bytes of one stamp: 2 marker, 4 number (28 bits), 8 time in µs (56 bits). */
export const STAMP_BYTES = 14;

const MARKER = 0x53b7;
const NUMBER_BYTES = 4;
const TIME_BYTES = 8;
const MICROSECONDS = 1_000;

/** What `readStamp` found; mutable, reused. `sentAt` on the clock of `machineNow`. */
export interface Stamp {
  number: number;
  sentAt: number;
}

/** Writes a stamp at `at`; `number` < 2^28, `sentAt` ≥ 0 in ms. */
export function writeStamp(buffer: Buffer, at: number, stamp: Readonly<Stamp>): void {
  buffer.writeUInt16BE(MARKER, at);
  writeSevens(buffer.subarray(at + 2, at + 2 + NUMBER_BYTES), stamp.number);
  writeSevens(buffer.subarray(at + 2 + NUMBER_BYTES, at + STAMP_BYTES), Math.round(stamp.sentAt * MICROSECONDS));
}

/** Reads a stamp at `at` into `into`; false when there is none or it would reach beyond `end`. */
export function readStamp(buffer: Buffer, range: { readonly at: number; readonly end: number }, into: Stamp): boolean {
  const { at, end } = range;
  if (at + STAMP_BYTES > end || buffer.readUInt16BE(at) !== MARKER) return false;
  into.number = readSevens(buffer, at + 2, NUMBER_BYTES);
  into.sentAt = readSevens(buffer, at + 2 + NUMBER_BYTES, TIME_BYTES) / MICROSECONDS;
  return true;
}

/** Writes `value` over all of `into`, seven bits a byte. */
function writeSevens(into: Buffer, value: number): void {
  let rest = value;
  for (let index = into.length - 1; index >= 0; index -= 1) {
    into[index] = 0x80 | (rest % 128);
    rest = Math.floor(rest / 128);
  }
}

function readSevens(buffer: Buffer, at: number, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index += 1) value = value * 128 + ((buffer[at + index] ?? 0) & 0x7f);
  return value;
}
