/**
 * Memory: the budget that all media shares, and the process around it.
 *
 * - `GET /api/memory` (viewer): `MemoryView`
 */

/** Answer of `GET /api/memory`. */
export interface MemoryView {
  /** Most that media may hold in all. */
  readonly budgetBytes: number;
  readonly usedBytes: number;
  readonly pools: readonly PoolView[];
  /** What each stream's ring holds, the largest first. */
  readonly streams: readonly StreamMemory[];
  readonly process: { readonly rssBytes: number; readonly heapUsedBytes: number; readonly externalBytes: number };
}

/** A named account in the budget. */
export interface PoolView {
  readonly name: string;
  readonly usedBytes: number;
  readonly highWaterBytes: number;
  /** How often it couldn't have what it asked for. */
  readonly refusals: number;
}

/** Memory of one stream. */
export interface StreamMemory {
  readonly path: string;
  readonly bytes: number;
  readonly limitBytes: number;
}
