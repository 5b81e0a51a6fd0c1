/**
 * Runs one target: findings of earlier runs first, then its seeds, then changed inputs. A finding is an error that is no
 * `SluiceError`, more than 50 ms of CPU or more memory than allowed on one input, both three times in a row, or memory that
 * grows over the whole run.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SluiceError } from "#base/errors.ts";
import { Mutator, SeededNumbers, hashText } from "./mutator.ts";
import type { FuzzTarget } from "./target.ts";

/** CPU one input may cost. */
export const MAX_CPU_MS = 50;
/** Findings after which a target is given up. */
export const MAX_FINDINGS = 3;

const CONFIRMATIONS = 3;
const DEFAULT_MAX_INPUT_BYTES = 4096;
const DEFAULT_MAX_ALLOCATION_BYTES = 2 * 1024 * 1024;
const MAX_GROWTH_BYTES = 16 * 1024 * 1024;
const MAX_POOL = 256;

/** One input that misbehaves. */
export interface Finding {
  readonly input: Buffer;
  readonly reason: string;
}

/** How a target is run. */
export interface ExecuteOptions {
  /** Changed inputs; findings and seeds come on top. */
  readonly executions: number;
  readonly seed: number;
  /** Findings live in a folder of it named after the target. */
  readonly crashFolder: string;
  /** Told every input before it is run, so that a watchdog can save one that never ends. */
  readonly onInput?: (input: Buffer) => void;
}

/** What became of it. */
export interface Outcome {
  readonly executions: number;
  /** Inputs the target took, that is without `SluiceError`. */
  readonly accepted: number;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

/** Runs `target`. Findings are saved. */
export function execute(target: FuzzTarget, options: ExecuteOptions): Outcome {
  const numbers = new SeededNumbers((options.seed ^ hashText(target.name)) >>> 0);
  const maxInputBytes = target.maxInputBytes ?? DEFAULT_MAX_INPUT_BYTES;
  const mutator = new Mutator({ numbers, dictionary: target.dictionary ?? [], maxInputBytes });
  const pool = [...target.seeds];
  const findings: Finding[] = [];
  let accepted = 0;
  let executions = 0;
  const tryInput = (input: Buffer): boolean => {
    options.onInput?.(input);
    executions++;
    const result = examine(target, input);
    if (result === "accepted") accepted++;
    else if (result !== "refused") findings.push(saveFinding(target, options.crashFolder, { input, reason: result }));
    return result === "accepted";
  };
  const start = performance.now();
  for (const input of [...readFindings(target, options.crashFolder), ...target.seeds]) tryInput(input);
  const heapBefore = collectedHeapBytes();
  for (let count = 0; count < options.executions && findings.length < MAX_FINDINGS; count++) {
    const input = mutator.mutate(numbers.pick(pool), numbers.pick(pool));
    // Inputs that were taken lead further in; the seeds stay, so that the pool doesn't drift away from real messages.
    if (!tryInput(input) || numbers.below(16) !== 0) continue;
    if (pool.length < MAX_POOL) pool.push(input);
    else pool[target.seeds.length + numbers.below(MAX_POOL - target.seeds.length)] = input;
  }
  const growth = collectedHeapBytes() - heapBefore - pool.reduce((sum, input) => sum + input.length, 0);
  if (growth > MAX_GROWTH_BYTES)
    findings.push({ input: Buffer.alloc(0), reason: `${String(growth)} bytes were kept over the run` });
  return { executions, accepted, seconds: (performance.now() - start) / 1000, findings };
}

/** `accepted`, `refused` (an expected error), or what is wrong. */
function examine(target: FuzzTarget, input: Buffer): string {
  const limit = target.maxAllocationBytes ?? DEFAULT_MAX_ALLOCATION_BYTES;
  const heapBefore = heapBytes();
  const before = performance.now();
  const result = runOnce(target, input);
  const tookMs = performance.now() - before;
  const allocated = heapBytes() - heapBefore;
  if (result !== "accepted" && result !== "refused") return result;
  if (tookMs > MAX_CPU_MS) {
    const least = leastOf(() => cpuMs(() => runOnce(target, input)));
    if (least > MAX_CPU_MS) return `takes ${least.toFixed(0)} ms of CPU`;
  }
  if (allocated > limit) {
    const least = leastOf(() => {
      const from = heapBytes();
      runOnce(target, input);
      return heapBytes() - from;
    });
    if (least > limit) return `allocates ${String(least)} bytes`;
  }
  return result;
}

function runOnce(target: FuzzTarget, input: Buffer): string {
  try {
    target.run(input);
    return "accepted";
  } catch (error) {
    if (error instanceof SluiceError) return "refused";
    return error instanceof Error ? (error.stack ?? error.message) : `throws ${String(error)}`;
  }
}

function leastOf(measure: () => number): number {
  let least = Infinity;
  for (let round = 0; round < CONFIRMATIONS; round++) least = Math.min(least, measure());
  return least;
}

function cpuMs(run: () => void): number {
  const before = process.threadCpuUsage();
  run();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function heapBytes(): number {
  const statistics = getHeapStatistics();
  return statistics.used_heap_size + statistics.external_memory;
}

/** Heap and buffers after a full collection. */
function collectedHeapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // Buffers are freed while a collection sweeps, in another thread: the second one waits for the first.
  for (let round = 0; round < 2; round++) collect();
  return heapBytes();
}

function readFindings(target: FuzzTarget, crashFolder: string): Buffer[] {
  const folder = join(crashFolder, target.name);
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".bin"))
      .sort()
      .map((name) => readFileSync(join(folder, name)));
  } catch {
    return [];
  }
}

function saveFinding(target: FuzzTarget, crashFolder: string, finding: Finding): Finding {
  const folder = join(crashFolder, target.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, findingName(finding.input)), finding.input);
  return finding;
}

/** File name of a finding: the same input always gets the same one. */
export function findingName(input: Uint8Array): string {
  return `${createHash("sha256").update(input).digest("hex").slice(0, 16)}.bin`;
}
