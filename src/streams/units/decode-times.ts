/**
 * Decode times from presentation times in decoding order: with a reordering depth of n pictures, the i-th unit is decoded at
 * the (i − n)-th smallest presentation time so far. Needs no look-ahead; until n units have come, times before the first are
 * made up at the pictures' own interval. Without reordering, decode and presentation time are the same.
 */

/** Deepest reordering that is followed; H.264 and H.265 allow 16 pictures. */
const MAX_DEPTH = 16;

/** Decode times of one track. */
export class DecodeTimes {
  /** The newest presentation times, ascending; at most depth + 1. */
  readonly #sorted: number[] = [];
  #last = Number.NEGATIVE_INFINITY;

  /** Decode time of the next unit in decoding order; `interval` is the expected ticks between pictures. */
  next(pts: number, reordering: { depth: number; interval: number }): number {
    const depth = Math.min(reordering.depth, MAX_DEPTH);
    const sorted = this.#sorted;
    sorted.splice(insertionPoint(sorted, pts), 0, pts);
    while (sorted.length > depth + 1) sorted.shift();
    const missing = depth + 1 - sorted.length;
    const wanted = (sorted[0] ?? pts) - missing * Math.max(1, reordering.interval);
    // A depth that was larger than known so far would take time back: it may stand still but for a tick.
    this.#last = Math.max(this.#last + 1, Math.min(wanted, pts));
    return this.#last;
  }

  /** Begins anew. */
  reset(): void {
    this.#sorted.length = 0;
    this.#last = Number.NEGATIVE_INFINITY;
  }
}

function insertionPoint(sorted: readonly number[], value: number): number {
  let at = sorted.length;
  while (at > 0 && (sorted[at - 1] ?? 0) > value) at -= 1;
  return at;
}
