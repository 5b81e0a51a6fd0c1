/**
 * How much memory media gets where nobody says: a part of the machine's, and no more than what the limit of our own control
 * group leaves beside the program itself. The same rule gives the service its limit, so that both agree.
 */
const MIB = 1024 * 1024;

/**
 * What the process needs beside media: 60 MiB when idle, the heap's limit, code, and what the kernel keeps of sockets for 64
 * readers.
 */
export const RUNTIME_BYTES = 224 * MIB;

/** Part of the machine's memory: a board of 1 GiB has room for the program, the system and its page cache beside it. */
const MACHINE_SHARE = 0.25;
/** Less doesn't hold three cameras; more is only useful to who knows why, and sets it. */
const MIN_BYTES = 16 * MIB;
const MAX_BYTES = 512 * MIB;
/** Where the machine doesn't tell. */
const UNKNOWN_BYTES = 96 * MIB;

/** Memory there is: of the machine, and of our control group where that is limited. */
export interface MemoryThereIs {
  readonly totalBytes: number | undefined;
  readonly limitBytes: number | undefined;
}

/** Bytes of the budget: `configured`, or by the rule where that is 0. Whole MiB. */
export function budgetFor(configured: number, { totalBytes, limitBytes }: MemoryThereIs): number {
  if (configured > 0) return configured;
  const machine = totalBytes === undefined ? UNKNOWN_BYTES : totalBytes * MACHINE_SHARE;
  const group = limitBytes === undefined ? Number.POSITIVE_INFINITY : limitBytes - RUNTIME_BYTES;
  return Math.floor(Math.min(MAX_BYTES, Math.max(MIN_BYTES, Math.min(machine, group))) / MIB) * MIB;
}
