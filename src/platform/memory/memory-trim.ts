/**
 * Gives memory that the C library keeps for reuse back to the system. The runtime's compiler and garbage collector take and
 * return tens of megabytes in threads of their own; after a start or a rush of viewers that stays with the process, scattered,
 * for ever (15 to 25 MiB measured). Giving back takes about a millisecond, so it is done only when the process has grown, and until
 * there is nothing left to give: what a rush needs is free only after it.
 */
import type { NativeModule } from "#platform/native.ts";

/** How often to look: a rush of viewers is forgotten a few seconds later. */
export const TRIM_INTERVAL_MS = 4000;

/** Growth since the last time that makes giving back worth while. */
const MIN_GROWTH_BYTES = 2 * 1024 * 1024;
/** Giving back less than this means that there is nothing left. */
const MIN_GIVEN_BYTES = 512 * 1024;

/** See the head of this file. Does nothing without the native module. */
export class MemoryTrim {
  readonly #native: Pick<NativeModule, "trimMemory"> | undefined;
  readonly #residentBytes: () => number;
  #after = 0;
  #mayHaveMore = false;

  constructor(native: Pick<NativeModule, "trimMemory"> | undefined, residentBytes: () => number) {
    this.#native = native;
    this.#residentBytes = residentBytes;
  }

  /** Gives back where the process has grown since the last time. */
  look(): void {
    const before = this.#native === undefined ? 0 : this.#residentBytes();
    const grown = before - this.#after >= MIN_GROWTH_BYTES;
    if (!grown && !this.#mayHaveMore) {
      this.#after = Math.min(this.#after, before);
      return;
    }
    this.giveBack();
    this.#mayHaveMore = grown || before - this.#after >= MIN_GIVEN_BYTES;
  }

  /** Gives back what is free now. */
  giveBack(): void {
    if (this.#native === undefined) return;
    this.#native.trimMemory();
    this.#after = this.#residentBytes();
  }
}
