/**
 * Memory: the budget that all media shares, and the process around it.
 *
 * - `GET /api/memory` (viewer): `MemoryView`
 */

import type { PressureCause, ReliefStep } from "#streams/memory/pressure-ladder.ts";

/** Answer of `GET /api/memory`. */
export interface MemoryView {
  /** Most that media may hold in all. */
  readonly budgetBytes: number;
  readonly usedBytes: number;
  /** What everyone who is there needs at least; who would bring it above the budget is refused. */
  readonly committedBytes: number;
  /** What is let go of because memory is short, in the order it was taken up; empty while it suffices. */
  readonly relief: readonly ReliefStep[];
  /** Why; null while nothing is. */
  readonly reliefCause: PressureCause | null;
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
