/**
 * One thing at a time: whoever comes while something is under way waits, up to a number, and is told to come again beyond.
 */

/** See the head of this file. */
export class Turns {
  /** Those who may be there at once, the one whose turn it is included. */
  readonly #max: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `work` when everything before it is done; "busy" when too many wait. */
  async run<T>(work: () => Promise<T>): Promise<T | "busy"> {
    if (this.#waiting >= this.#max) return "busy";
    this.#waiting += 1;
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }
}
