/**
 * How much is let go of while memory is short: steps that are taken one after the other while something says so, and taken
 * back one after the other when nothing has said so for a while. Pure: readings and time come in. Cameras aren't among the
 * steps: those that run keep their newest pictures in any case.
 */

/** In the order they are taken. Each stays in force while later ones are. */
export const RELIEF_STEPS = ["shorten-hls", "close-idle", "close-stalled", "refuse-readers", "shorten-rings"] as const;

/** One of them. */
export type ReliefStep = (typeof RELIEF_STEPS)[number];

/**
 * What says that memory is short:
 * - `budget`: our own pools are full, and something asked in vain;
 * - `group`: the control group is near its limit, or met it;
 * - `waiting`: the kernel makes work wait for memory (PSI);
 * - `machine`: the machine has next to nothing left, whoever took it.
 */
export type PressureCause = "budget" | "group" | "waiting" | "machine";

/** What is looked at once a second. */
export interface PressureReadings {
  readonly budget: { readonly usedBytes: number; readonly totalBytes: number; readonly refusals: number };
  readonly group:
    { readonly highBytes: number | undefined; readonly usedBytes: number; readonly timesAtLimit: number } | undefined;
  readonly wait: { readonly some: number; readonly full: number } | undefined;
  readonly machine: { readonly totalBytes: number; readonly availableBytes: number } | undefined;
}

/** Rings breathe by a GOP and give way to each other; only near the brim does a refusal mean that it is too little. */
const BUDGET_SHARE = 0.9;
/** Beyond this the kernel reclaims what it can, which takes time from everyone. */
const GROUP_SHARE = 0.95;
const NEARLY_SHARE = 0.85;
/** Of the last 10 s. Streaming bears some waiting, but not that everything waits. */
const SOME_PERCENT = 20;
const FULL_PERCENT = 5;
/** What the machine needs for itself. */
const MACHINE_SHARE = 0.04;
/** A step shows its effect within this before the next one is taken. */
const STEP_MS = 2000;
/** Quiet for this long before a step is taken back: a viewer that comes back meets a box that can take it. */
const QUIET_MS = 15_000;

/** See the head of this file. */
export class PressureLadder {
  #steps = 0;
  #changedAt = Number.NEGATIVE_INFINITY;
  #saidAt = Number.NEGATIVE_INFINITY;
  #refusals: number | undefined;
  #timesAtLimit: number | undefined;
  #cause: PressureCause | undefined;

  /** Steps in force, in their order. */
  get steps(): readonly ReliefStep[] {
    return RELIEF_STEPS.slice(0, this.#steps);
  }

  has(step: ReliefStep): boolean {
    return RELIEF_STEPS.indexOf(step) < this.#steps;
  }

  /** What the steps in force are for; undefined while there are none. */
  get cause(): PressureCause | undefined {
    return this.#steps === 0 ? undefined : this.#cause;
  }

  /** Takes a step, or takes one back: answers whether it did. */
  look(readings: PressureReadings, now: number): boolean {
    const cause = this.#causeIn(readings);
    if (cause !== undefined) {
      this.#saidAt = now;
      this.#cause = cause;
      if (this.#steps === RELIEF_STEPS.length || now - this.#changedAt < STEP_MS) return false;
      return this.#change(this.#steps + 1, now);
    }
    if (this.#steps === 0 || now - this.#saidAt < QUIET_MS || now - this.#changedAt < QUIET_MS) return false;
    return this.#change(this.#steps - 1, now);
  }

  #change(steps: number, now: number): boolean {
    this.#steps = steps;
    this.#changedAt = now;
    return true;
  }

  #causeIn({ budget, group, wait, machine }: PressureReadings): PressureCause | undefined {
    const refused = budget.refusals - (this.#refusals ?? budget.refusals);
    this.#refusals = budget.refusals;
    const met = (group?.timesAtLimit ?? 0) - (this.#timesAtLimit ?? group?.timesAtLimit ?? 0);
    this.#timesAtLimit = group?.timesAtLimit;
    const share = group?.highBytes === undefined ? 0 : group.usedBytes / group.highBytes;
    const near = share >= GROUP_SHARE;
    // Page cache fills every group up to its limit: met with room left, it was only that.
    const nearly = share >= NEARLY_SHARE;
    if (near || (met > 0 && nearly)) return "group";
    if (wait !== undefined && (wait.some >= SOME_PERCENT || wait.full >= FULL_PERCENT)) return "waiting";
    if (machine !== undefined && machine.availableBytes < machine.totalBytes * MACHINE_SHARE) return "machine";
    return refused > 0 && budget.usedBytes >= budget.totalBytes * BUDGET_SHARE ? "budget" : undefined;
  }
}
