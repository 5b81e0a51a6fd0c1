/**
 * Makes new inputs out of known ones: a seeded generator and a dozen small changes (bits, interesting numbers, words, cuts,
 * copies, splices). The same seed gives the same inputs.
 */

/** A small, fast generator of 32-bit numbers; not for secrets. */
export class SeededNumbers {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in 0…2³²−1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** Uniform in 0…`bound`−1; 0 when `bound` is 0. */
  below(bound: number): number {
    return bound === 0 ? 0 : this.next() % bound;
  }

  /** One of `items`, which isn't empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}

/** Sums up a text, to give every target its own sequence. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

const MAX_CHANGES = 6;
const MAX_BLOCK_BYTES = 128;
const interestingBytes = [
  0, 1, 2, 4, 8, 0x0a, 0x0d, 0x20, 0x22, 0x24, 0x2c, 0x3a, 0x3b, 0x3d, 0x40, 0x5c, 0x7f, 0x80, 0xbf, 0xfe, 0xff,
];
const interestingWords = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff];
const interestingTexts = [
  "\r\n",
  "\r\n\r\n",
  "\n",
  " ",
  "\t",
  '"',
  "\\",
  "%",
  "%00",
  "\0",
  "-1",
  "0",
  "65536",
  "4294967296",
  "99999999999999999999",
  "é",
  "中",
  "\ufeff",
];

/** Changes inputs. */
export class Mutator {
  readonly #numbers: SeededNumbers;
  readonly #words: readonly Buffer[];
  readonly #scratch: Buffer;
  #length = 0;

  constructor(options: { numbers: SeededNumbers; dictionary: readonly string[]; maxInputBytes: number }) {
    this.#numbers = options.numbers;
    this.#words = [...interestingTexts, ...options.dictionary].map((word) => Buffer.from(word, "utf8"));
    this.#scratch = Buffer.alloc(options.maxInputBytes);
  }

  /** A changed copy of `input`, now and then spliced with `other`. */
  mutate(input: Buffer, other: Buffer): Buffer {
    this.#length = input.copy(this.#scratch, 0, 0, this.#scratch.length);
    for (let changes = 1 + this.#numbers.below(MAX_CHANGES); changes > 0; changes--) this.#change(other);
    return Buffer.from(this.#scratch.subarray(0, this.#length));
  }

  #change(other: Buffer): void {
    const numbers = this.#numbers;
    const at = numbers.below(this.#length);
    switch (numbers.below(12)) {
      case 0:
        this.#set(at, (this.#scratch[at] ?? 0) ^ (1 << numbers.below(8)));
        return;
      case 1:
        this.#set(at, numbers.below(256));
        return;
      case 2:
        this.#set(at, numbers.pick(interestingBytes));
        return;
      case 3:
        this.#set(at, (this.#scratch[at] ?? 0) + numbers.below(35) - 17);
        return;
      case 4:
        if (at + 2 <= this.#length) this.#scratch.writeUInt16BE(numbers.pick(interestingWords), at);
        return;
      case 5:
        if (at + 4 <= this.#length) this.#scratch.writeUInt32BE(numbers.next() >>> numbers.below(32), at);
        return;
      case 6:
        this.#remove(at, 1 + numbers.below(Math.min(this.#length - at, MAX_BLOCK_BYTES)));
        return;
      case 7:
        this.#insert(
          at,
          Buffer.from(this.#scratch.subarray(at, Math.min(this.#length, at + 1 + numbers.below(MAX_BLOCK_BYTES)))),
        );
        return;
      case 8:
        this.#insert(at, Buffer.alloc(1 + numbers.below(MAX_BLOCK_BYTES), numbers.pick(interestingBytes)));
        return;
      case 9:
        this.#splice(at, other);
        return;
      case 10:
        this.#length = at;
        return;
      default:
        this.#insert(at, numbers.pick(this.#words));
    }
  }

  #set(at: number, value: number): void {
    if (at < this.#length) this.#scratch[at] = value & 0xff;
  }

  #remove(at: number, count: number): void {
    this.#scratch.copyWithin(at, at + count, this.#length);
    this.#length = Math.max(at, this.#length - count);
  }

  /** Makes room for `bytes` at `at`; what no longer fits falls off the end. */
  #insert(at: number, bytes: Buffer): void {
    const count = Math.min(bytes.length, this.#scratch.length - at);
    this.#scratch.copyWithin(at + count, at, Math.min(this.#length, this.#scratch.length - count));
    bytes.copy(this.#scratch, at, 0, count);
    this.#length = Math.min(this.#length + count, this.#scratch.length);
  }

  /** Goes on with a part of another input. */
  #splice(at: number, other: Buffer): void {
    const from = this.#numbers.below(other.length);
    this.#length = at + other.copy(this.#scratch, at, from, Math.min(other.length, from + this.#scratch.length - at));
  }
}
