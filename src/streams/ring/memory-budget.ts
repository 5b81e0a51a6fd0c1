/**
 * The one ceiling over everything that waits: named pools take bytes from a common budget and give them back. A pool that
 * can't have what it asks for is told so (the caller sheds or refuses); nothing is ever taken beyond the total. What can't be
 * asked for beforehand (what the kernel keeps of sockets) is measured, and leaves less for the others.
 */

/** What a pool holds and what it was refused, for metrics and the page. All in bytes but `refusals`. */
export interface PoolUse {
  readonly name: string;
  readonly used: number;
  readonly highWater: number;
  readonly refusals: number;
}

/** A named account in the budget. */
export class MemoryPool {
  readonly name: string;
  readonly #budget: MemoryBudget;
  #used = 0;
  #highWater = 0;
  #refusals = 0;

  constructor(name: string, budget: MemoryBudget) {
    this.name = name;
    this.#budget = budget;
  }

  /** Takes `bytes`, or answers false and counts a refusal. */
  take(bytes: number): boolean {
    if (!this.#budget.grant(bytes)) {
      this.#refusals += 1;
      return false;
    }
    this.#used += bytes;
    if (this.#used > this.#highWater) this.#highWater = this.#used;
    return true;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#used -= bytes;
    this.#budget.giveBack(bytes);
  }

  /** Counts a refusal that was decided elsewhere, before anything was asked of the pool. */
  refuse(): void {
    this.#refusals += 1;
  }

  /** Says what the pool holds where that is measured, not granted: it may then be more than the budget has left. */
  measure(bytes: number): void {
    this.#budget.noteMeasured(bytes - this.#used);
    this.#used = bytes;
    if (bytes > this.#highWater) this.#highWater = bytes;
  }

  /** Current figures. */
  use(): PoolUse {
    return { name: this.name, used: this.#used, highWater: this.#highWater, refusals: this.#refusals };
  }
}

/** The media memory budget. */
export class MemoryBudget {
  #total: number;
  readonly #pools = new Map<string, MemoryPool>();
  #used = 0;
  #measured = 0;

  constructor(totalBytes: number) {
    this.#total = totalBytes;
  }

  /** Bytes that all pools together may hold. */
  get total(): number {
    return this.#total;
  }

  /** Allows more or less. What is held beyond a smaller total isn't taken away: nothing new is granted until it was given back. */
  resize(totalBytes: number): void {
    this.#total = totalBytes;
  }

  /** Bytes held by all pools. */
  get used(): number {
    return this.#used;
  }

  /** Bytes of those that are measured, not granted. */
  get measured(): number {
    return this.#measured;
  }

  /** The pool called `name`, made at first use. Names are fixed by the code, so their number is too. */
  pool(name: string): MemoryPool {
    let pool = this.#pools.get(name);
    if (pool === undefined) {
      pool = new MemoryPool(name, this);
      this.#pools.set(name, pool);
    }
    return pool;
  }

  /** For pools only: reserves bytes if they fit. */
  grant(bytes: number): boolean {
    if (this.#used + bytes > this.#total) return false;
    this.#used += bytes;
    return true;
  }

  /** For pools only. */
  giveBack(bytes: number): void {
    this.#used -= bytes;
  }

  /** For pools only: what is held without having been asked for has changed. */
  noteMeasured(change: number): void {
    this.#measured += change;
    this.#used += change;
  }

  /** Every pool's figures. */
  uses(): readonly PoolUse[] {
    return [...this.#pools.values()].map((pool) => pool.use());
  }
}
