/**
 * Remembers the endpoint objects of recent senders, so that a datagram from a known one costs no allocation. Bounded; the
 * longest known sender is forgotten first. Two senders with the same hash take turns, which costs only the reuse.
 */

/** Senders remembered per socket. */
export const MAX_SENDERS = 1024;

/** Entries by a 32-bit hash; the caller compares what it finds with what it looks for. */
export class SenderCache<T> {
  readonly #entries = new Map<number, T>();

  /** The entry last stored under `hash`. */
  get(hash: number): T | undefined {
    return this.#entries.get(hash);
  }

  /** Stores `entry`, forgetting the oldest one beyond `MAX_SENDERS`. */
  put(hash: number, entry: T): void {
    if (this.#entries.size >= MAX_SENDERS && !this.#entries.has(hash)) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#entries.set(hash, entry);
  }

  /** Number of entries held. */
  get size(): number {
    return this.#entries.size;
  }
}
