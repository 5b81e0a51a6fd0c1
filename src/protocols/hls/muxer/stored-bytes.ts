/**
 * Media bytes that viewers are sent: written once into slabs of the memory budget and shared by everyone, held as long as
 * the window lists them or a viewer is still being sent them.
 */
import { SLAB_BYTES, type Slab, type SlabPool } from "#streams/ring/slab.ts";

/** Bytes that viewers can be sent, in memory or not. */
export interface MediaBytes {
  readonly length: number;
  /** The bytes, or a new reading of them. */
  readonly content: readonly Buffer[] | AsyncIterable<Buffer>;
  hold(): void;
  release(): void;
}

/** Bytes in slabs, born with one holder. */
export class StoredBytes implements MediaBytes {
  readonly content: readonly Buffer[];
  readonly length: number;
  readonly #slabs: readonly Slab[];
  #holders = 1;

  constructor(content: readonly Buffer[], slabs: readonly Slab[]) {
    this.content = content;
    this.length = content.reduce((sum, { length }) => sum + length, 0);
    this.#slabs = slabs;
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) for (const slab of this.#slabs) slab.release();
  }
}

/** Writes one after the other into slabs. */
export class SlabWriter {
  readonly #slabs: SlabPool;
  #slab: Slab | undefined;
  #at = 0;

  constructor(slabs: SlabPool) {
    this.#slabs = slabs;
  }

  /** Copies `pieces` together; undefined when the budget is spent (nothing is kept then). */
  write(pieces: readonly Buffer[]): StoredBytes | undefined {
    const views: Buffer[] = [];
    const held: Slab[] = [];
    let start = this.#at;
    const close = (): void => {
      if (this.#slab === undefined || this.#at === start) return;
      this.#slab.hold();
      held.push(this.#slab);
      views.push(this.#slab.buffer.subarray(start, this.#at));
    };
    for (const piece of pieces) {
      for (let from = 0; from < piece.length;) {
        if (this.#slab === undefined || this.#at === SLAB_BYTES) {
          close();
          if (!this.#next()) {
            for (const slab of held) slab.release();
            return undefined;
          }
          start = 0;
        }
        const copied = piece.copy(this.#slab?.buffer ?? Buffer.alloc(0), this.#at, from);
        this.#at += copied;
        from += copied;
      }
    }
    close();
    return new StoredBytes(views, held);
  }

  /** Idempotent. */
  close(): void {
    this.#slab?.release();
    this.#slab = undefined;
    this.#at = 0;
  }

  #next(): boolean {
    const slab = this.#slabs.take();
    if (slab === undefined) return false;
    this.#slab?.release();
    this.#slab = slab;
    this.#at = 0;
    return true;
  }
}
