/**
 * Reads bit fields, most significant bit first, and the Exp-Golomb codes of ITU-T H.264 §9.1. Made for hostile bytes: nothing
 * throws; a read past the end or an impossible code gives 0 and sets `failed` for good, so a parser checks once at its end.
 * Loops over counts read from here must have their own bounds.
 */

/** Longest Exp-Golomb prefix of a 32-bit value. */
const MAX_LEADING_ZEROS = 32;

/** A cursor over the bits of `bytes`; the bytes are not copied. */
export class BitReader {
  readonly #bytes: Buffer;
  readonly #endBit: number;
  #bit: number;
  #failed = false;

  /** Reads `bytes[start, end)`; by default all of it. */
  constructor(bytes: Buffer, range: { readonly start: number; readonly end: number } = { start: 0, end: bytes.length }) {
    this.#bytes = bytes;
    this.#bit = range.start * 8;
    this.#endBit = Math.max(range.start, Math.min(range.end, bytes.length)) * 8;
  }

  /** True once a read went past the end or met an impossible code; all later reads give 0. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Bits not read yet; 0 after a failure. */
  get bitsLeft(): number {
    return this.#failed ? 0 : this.#endBit - this.#bit;
  }

  /** Bits from the beginning of the underlying bytes. */
  get position(): number {
    return this.#bit;
  }

  /** An unsigned number of `count` bits, 0…32. */
  bits(count: number): number {
    if (!this.#take(count)) return 0;
    let value = 0;
    let left = count;
    let at = this.#bit - count;
    while (left > 0) {
      const offset = at & 7;
      const taken = Math.min(8 - offset, left);
      const byte = this.#bytes[at >>> 3] ?? 0;
      value = value * 2 ** taken + ((byte >>> (8 - offset - taken)) & ((1 << taken) - 1));
      at += taken;
      left -= taken;
    }
    return value;
  }

  /** One bit as a truth value. */
  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** Passes over `count` bits, any number ≥ 0. */
  skip(count: number): void {
    this.#take(count);
  }

  /** Passes over the rest of a begun byte. */
  align(): void {
    this.#take((8 - (this.#bit & 7)) & 7);
  }

  /** Unsigned Exp-Golomb, ue(v): 0…2^32 − 2. */
  ue(): number {
    let zeros = 0;
    while (!this.flag()) {
      zeros += 1;
      if (this.#failed || zeros > MAX_LEADING_ZEROS) {
        this.#failed = true;
        return 0;
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Signed Exp-Golomb, se(v). */
  se(): number {
    const code = this.ue();
    return code % 2 === 0 ? -(code / 2) : (code + 1) / 2;
  }

  /** A copy of the next `count` bytes, which need not be aligned; empty when there are fewer. */
  copy(count: number): Buffer {
    if (count * 8 > this.bitsLeft) {
      this.#failed = true;
      return Buffer.alloc(0);
    }
    const first = this.#bit >>> 3;
    const shift = this.#bit & 7;
    this.#bit += count * 8;
    const copied = Buffer.from(this.#bytes.subarray(first, first + count));
    if (shift === 0) return copied;
    for (let i = 0; i < count; i += 1) {
      const pair = ((this.#bytes[first + i] ?? 0) << 8) | (this.#bytes[first + i + 1] ?? 0);
      copied[i] = (pair >>> (8 - shift)) & 0xff;
    }
    return copied;
  }

  #take(count: number): boolean {
    if (this.#failed || count > this.#endBit - this.#bit) {
      this.#failed = true;
      return false;
    }
    this.#bit += count;
    return true;
  }
}
