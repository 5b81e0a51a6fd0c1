/**
 * Statistics of the bench: medians and percentiles of small sets, a histogram for latencies (log buckets, so that any
 * number of samples costs the same), and the slope of a least-squares line. Does no I/O.
 */

const SMALLEST_MS = 0.01;
const BUCKET_RATIO = 1.01;
const BUCKETS = 2000;
const LOG_RATIO = Math.log(BUCKET_RATIO);

/** Value at `fraction` (0..1) of `values`, nearest rank; NaN when there are none. */
export function percentile(values: readonly number[], fraction: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(fraction * sorted.length) - 1));
  return sorted[rank] ?? Number.NaN;
}

/** Middle of `values`, the mean of the two middle ones for an even count; NaN when there are none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  if (sorted.length % 2 === 1) return upper;
  return (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Slope of the least-squares line through `points`, in y per x; 0 for fewer than two points or no spread in x. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  if (points.length < 2) return 0;
  const meanX = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const meanY = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  let above = 0;
  let below = 0;
  for (const { x, y } of points) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

/** Counts milliseconds in buckets 1 % wide, from 10 µs up to an hour; percentiles are right to that 1 %. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;
  #largest = 0;

  /** Adds one sample; negative ones (clock granularity) count as zero. */
  add(milliseconds: number): void {
    const bucket =
      milliseconds <= SMALLEST_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(milliseconds / SMALLEST_MS) / LOG_RATIO));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (milliseconds > this.#largest) this.#largest = milliseconds;
  }

  /** Forgets all samples. */
  clear(): void {
    this.#counts.fill(0);
    this.#total = 0;
    this.#largest = 0;
  }

  /** Samples so far. */
  get count(): number {
    return this.#total;
  }

  /** Largest sample, exact. */
  get max(): number {
    return this.#largest;
  }

  /** Upper edge of the bucket holding the sample at `fraction` (0..1), never above `max`; NaN without samples. */
  percentile(fraction: number): number {
    if (this.#total === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(fraction * this.#total));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(this.#largest, SMALLEST_MS * BUCKET_RATIO ** bucket);
    }
    return this.#largest;
  }
}
