/**
 * Collects the heap's garbage after a rush. V8 does so by itself when the old generation has grown by a fifth, and returns pages to
 * the system only after 100 quiet seconds and 10 MiB of growth: what a crowd that asked in vain leaves behind (10 to 17 MiB measured)
 * would stay. So V8 is told for a moment that memory is short: it collects in steps beside the work, in pauses of 5 to 35 ms, where a
 * whole collection at once takes 70 ms and more.
 */
import { performance } from "node:perf_hooks";
import { getHeapStatistics, setFlagsFromString } from "node:v8";

/** Growth since the last collection that makes one worth while. */
const MIN_GROWTH_BYTES = 3 * 1024 * 1024;
/** Growth from one look to the next under which a rush counts as over. */
const QUIET_BYTES = 512 * 1024;
/** Share of the time the program works above which it has no time for this. */
const MAX_UTILIZATION = 0.5;
/** Looks between the end of a collection and the next one: half a minute. */
const REST_LOOKS = 8;

/** What is collected. */
export interface Heap {
  /** Bytes it has of the system. */
  committedBytes(): number;
  /** Share of the time since this was last asked that the program was at work, 0 to 1. */
  utilization(): number;
  /** Whether memory counts more than time. */
  favorMemory(favored: boolean): void;
}

/** See the head of this file: looks again and again, and never waits. */
export class HeapCollection {
  readonly #heap: Heap;
  readonly #collected: () => void;
  #collecting = false;
  #rest = 0;
  #least = Number.POSITIVE_INFINITY;
  #before = 0;

  /** `collected` is called when there may be free memory to give back. */
  constructor(heap: Heap, collected: () => void) {
    this.#heap = heap;
    this.#collected = collected;
  }

  /** Begins, or ends what the last look began. */
  look(): void {
    const bytes = this.#heap.committedBytes();
    const busy = this.#heap.utilization() > MAX_UTILIZATION;
    const growing = bytes - this.#before > QUIET_BYTES;
    this.#before = bytes;
    if (this.#collecting) {
      this.#collecting = false;
      this.#heap.favorMemory(false);
      this.#least = bytes;
      this.#rest = REST_LOOKS;
      this.#collected();
      return;
    }
    this.#least = Math.min(this.#least, bytes);
    this.#rest = Math.max(0, this.#rest - 1);
    if (busy || growing || this.#rest > 0 || bytes - this.#least < MIN_GROWTH_BYTES) return;
    this.#collecting = true;
    this.#heap.favorMemory(true);
  }
}

/** The heap of this thread. */
export function ownHeap(): Heap {
  let last = performance.eventLoopUtilization();
  return {
    committedBytes: () => getHeapStatistics().total_heap_size,
    utilization: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    favorMemory: (favored) => {
      // Read by V8 whenever the old generation asks for a page: how full it may be before marking begins, 0 for V8's own judgement.
      setFlagsFromString(`--incremental-marking-hard-trigger=${favored ? "1" : "0"}`);
      setFlagsFromString(favored ? "--optimize-for-size" : "--no-optimize-for-size");
    },
  };
}
