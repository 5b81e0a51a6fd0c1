/** A number of things at once: whoever comes while all places are taken waits, up to a number, and is told to come again beyond. */

/** See the head of this file. */
export class Places {
  readonly #max: { readonly atOnce: number; readonly waiting: number };
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(max: { readonly atOnce: number; readonly waiting: number }) {
    this.#max = max;
  }

  /** Runs `work` in a place of its own; "busy" when too many wait. */
  async run<T>(work: () => Promise<T>): Promise<T | "busy"> {
    if (this.#taken < this.#max.atOnce) this.#taken += 1;
    else {
      if (this.#waiting.length >= this.#max.waiting) return "busy";
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#waiting.push(() => resolve(undefined));
      await promise;
    }
    try {
      return await work();
    } finally {
      // The place goes to whoever waited longest.
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken -= 1;
      else next();
    }
  }
}
