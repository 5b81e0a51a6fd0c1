/**
 * Slabs: the fixed-size blocks a ring writes its packets into. They are reference-counted and never overwritten while
 * anyone holds them, because the kernel may still be reading a slice of an unfinished write. Free slabs are kept for reuse
 * (at most `MAX_FREE`), so that a steady stream allocates nothing; every slab in use is taken from the memory budget, and as
 * free ones are used first, all of them together never exceed the most that was ever in use. Those that weren't needed for
 * long are let go: a few slow seconds of the machine shouldn't be remembered for ever.
 */
import type { MemoryBudget, MemoryPool } from "./memory-budget.ts";

/** Bytes of a slab: half a second of a 4 Mbit/s camera, one write at most. */
export const SLAB_BYTES = 256 * 1024;

/**
 * Free slabs kept for reuse (64 MiB); more are left to the garbage collector. Rings breathe by a GOP, all together where
 * cameras started together: with a short list every breath became garbage outside of the heap.
 */
const MAX_FREE = 256;

/**
 * How many times all slabs in use must have gone round before the ones that were free all the while are let go. A ring holds
 * seconds, so that is half a minute and more: longer than the breath of a GOP.
 */
const ROUNDS_KEPT = 8;

/** Free slabs kept when none is in use. */
const IDLE_FREE = 4;

/** A block of memory with holders. It is born with one holder. */
export class Slab {
  readonly buffer: Buffer;
  readonly #pool: SlabPool;
  #holders = 1;

  constructor(buffer: Buffer, pool: SlabPool) {
    this.buffer = buffer;
    this.#pool = pool;
  }

  hold(): void {
    this.#holders += 1;
  }

  /** Lets go; the last one to do so returns the block to the pool. */
  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#pool.recycle(this.buffer);
  }
}

/** Where slabs come from. */
export class SlabPool {
  readonly #memory: MemoryPool;
  readonly #free: Buffer[] = [];
  /** Slabs given back since the last review, and the fewest that were free meanwhile. */
  #returned = 0;
  #leastFree = 0;
  #inUse = 0;

  constructor(budget: MemoryBudget, name: string) {
    this.#memory = budget.pool(name);
  }

  /** A slab with one holder, or undefined when the budget is spent. */
  take(): Slab | undefined {
    if (!this.#memory.take(SLAB_BYTES)) return undefined;
    this.#inUse += 1;
    const buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
    this.#leastFree = Math.min(this.#leastFree, this.#free.length);
    return new Slab(buffer, this);
  }

  /** Lets go of the blocks kept for reuse; answers how many. */
  dropSpare(): number {
    this.#leastFree = 0;
    return this.#free.splice(0).length;
  }

  /** For slabs only: the block has no holder left. */
  recycle(buffer: Buffer): void {
    this.#memory.give(SLAB_BYTES);
    this.#inUse -= 1;
    if (this.#free.length < MAX_FREE) this.#free.push(buffer);
    this.#returned += 1;
    if (this.#inUse === 0) this.#review(Math.max(0, this.#free.length - IDLE_FREE));
    else if (this.#returned >= ROUNDS_KEPT * this.#inUse) this.#review(this.#leastFree);
  }

  /** Lets `unneeded` free slabs go, and counts anew. */
  #review(unneeded: number): void {
    this.#free.length -= unneeded;
    this.#returned = 0;
    this.#leastFree = this.#free.length;
  }
}
