/**
 * Who may use the few connections a browser opens to one host (six over HTTP/1.1): the event stream holds one, each low-latency
 * HLS tile up to two, and the API needs one to answer. So at most two tiles play HLS at once, and one at a time fetches a still.
 * The longest waiting tile is served first.
 */

/** Given back once; idempotent. */
export interface Slot {
  release(): void;
}

/** A fixed number of slots and a fair queue. */
export class Slots {
  readonly #capacity: number;
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** A slot at once, or undefined. */
  take(): Slot | undefined {
    if (this.#taken >= this.#capacity) return undefined;
    this.#taken++;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#taken--;
        this.#serve();
      },
    };
  }

  /** Calls `onFree` once as soon as a slot may be free; returns how to stop waiting. */
  wait(onFree: () => void): () => void {
    this.#waiting.add(onFree);
    return () => this.#waiting.delete(onFree);
  }

  #serve(): void {
    for (const onFree of this.#waiting) {
      if (this.#taken >= this.#capacity) return;
      this.#waiting.delete(onFree);
      onFree();
    }
  }
}
