/**
 * Who still fits: a new stream or reader is let in only where what everyone needs at least, added up, stays within the budget.
 * What a ring holds beyond its need (long GOPs) doesn't count, since it gives way. Refused is who comes, never who is there.
 */
import { streamError } from "../errors.ts";
import { SLAB_BYTES } from "../ring/slab.ts";
import type { MemoryBudget, MemoryPool } from "../ring/memory-budget.ts";
import type { PressureLadder } from "./pressure-ladder.ts";

/** The slab being written, the one before it, and one for a new reader's start. */
const MIN_STREAM_BYTES = 3 * SLAB_BYTES;
/** One write that the reader doesn't take pins a slab; what it is besides is small next to that. */
const READER_BYTES = SLAB_BYTES;

/** A stream that is there. */
export interface StreamNeed {
  /** Bytes of the ring's window. */
  readonly windowBytes: number;
  readonly readers: number;
}

/** What it looks at. */
export interface AdmissionView {
  readonly budget: MemoryBudget;
  readonly ladder: Pick<PressureLadder, "has" | "cause">;
  readonly streams: () => readonly StreamNeed[];
}

/** See the head of this file. */
export class Admission {
  readonly #view: AdmissionView;
  readonly #newStreams: MemoryPool;
  readonly #newReaders: MemoryPool;

  constructor(view: AdmissionView) {
    this.#view = view;
    this.#newStreams = view.budget.pool("streams");
    this.#newReaders = view.budget.pool("readers");
  }

  /** What everyone who is there needs at least, bytes. */
  get committedBytes(): number {
    const needs = this.#view.streams();
    return needs.reduce((sum, need) => sum + needOf(need), this.#view.budget.measured);
  }

  /** Throws where another stream doesn't fit. */
  stream(): void {
    const { budget } = this.#view;
    if (this.committedBytes + MIN_STREAM_BYTES <= budget.total) return;
    this.#newStreams.refuse();
    throw streamError("stream-memory-full", { details: { bytes: budget.total }, retryable: true });
  }

  /** Throws where another reader of `path` doesn't fit. */
  reader(path: string): void {
    const { budget, ladder } = this.#view;
    const short = ladder.has("refuse-readers");
    if (!short && this.committedBytes + READER_BYTES <= budget.total) return;
    this.#newReaders.refuse();
    const details = { path, bytes: budget.total, cause: short ? (ladder.cause ?? "budget") : "budget" };
    throw streamError("stream-reader-refused", { details, retryable: true });
  }
}

function needOf({ windowBytes, readers }: StreamNeed): number {
  return Math.max(MIN_STREAM_BYTES, windowBytes + SLAB_BYTES) + readers * READER_BYTES;
}
