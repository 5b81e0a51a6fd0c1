/**
 * One thing at a time: whoever comes while something is under way waits, up to a number, and is told to come again beyond.
 * Looking at credentials takes its turn, since hashes are made to be expensive, and since guesses made at the same time would
 * each find the door open that the first of them closes.
 */

/** Those who may wait. */
const MAX_WAITING = 64;

/** See the head of this file. */
export class Turns {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when everything before it is done; "busy" when too many wait. */
  async run<T>(work: () => Promise<T>): Promise<T | "busy"> {
    if (this.#waiting >= MAX_WAITING) return "busy";
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
