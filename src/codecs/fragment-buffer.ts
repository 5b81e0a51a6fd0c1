/**
 * Collects the fragments of one unit in a single growing buffer, to be copied out once at the end. Grows by doubling with what
 * has really arrived, never with a declared length; what it holds is bounded.
 */

const FIRST_CAPACITY = 4096;

/** Bytes of the unit being put together. */
export class FragmentBuffer {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** Refuses to hold more than `maxBytes`. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  /** Adds a copy of `bytes`; false, and nothing added, where the bound would be exceeded. */
  append(bytes: Buffer): boolean {
    const length = this.#length + bytes.length;
    if (length > this.#maxBytes) return false;
    if (length > this.#bytes.length) this.#grow(length);
    bytes.copy(this.#bytes, this.#length);
    this.#length = length;
    return true;
  }

  /** What is held, without copying: valid until the next call of another method. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what is held; the buffer is empty then. */
  take(): Buffer {
    const taken = Buffer.from(this.view());
    this.#length = 0;
    return taken;
  }

  /** Forgets what is held. */
  clear(): void {
    this.#length = 0;
  }

  #grow(length: number): void {
    let capacity = Math.max(FIRST_CAPACITY, this.#bytes.length * 2);
    while (capacity < length) capacity *= 2;
    const larger = Buffer.allocUnsafe(Math.min(capacity, this.#maxBytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
