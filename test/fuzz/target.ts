/**
 * What the fuzzer runs: a parser with example inputs. A target throws `SluiceError` for input it refuses; anything else it
 * throws is a finding, and so is its own assertion that what was printed reads back the same.
 */

/** One parser under test. */
export interface FuzzTarget {
  /** Kebab-case; names the folder of its findings. */
  readonly name: string;
  /** Inputs to begin with: real messages, one per shape. */
  readonly seeds: readonly Buffer[];
  /** Words that open doors random bytes rarely find. */
  readonly dictionary?: readonly string[];
  /** Input is never longer; 4096 by default. */
  readonly maxInputBytes?: number;
  /** Bytes one execution may allocate; 2 MiB by default. */
  readonly maxAllocationBytes?: number;
  run(input: Buffer): void;
}
