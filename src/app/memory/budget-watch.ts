/**
 * Whether the memory budget holds, for the watchdog: one that was made smaller is met soon, by readers and cameras that let go; one
 * that isn't met after a while doesn't hold. What is only measured isn't ours to let go of.
 */
import type { Clock } from "#base/clock.ts";
import type { MemoryBudget } from "#streams/ring/memory-budget.ts";

/** Longest time that more than the budget may be held, after it was made smaller. */
const OVER_BUDGET_MS = 60_000;

/** See the head of this file. */
export class BudgetWatch {
  readonly #budget: Pick<MemoryBudget, "used" | "total" | "measured">;
  readonly #clock: Pick<Clock, "now">;
  #overSince: number | undefined;

  constructor(budget: Pick<MemoryBudget, "used" | "total" | "measured">, clock: Pick<Clock, "now">) {
    this.#budget = budget;
    this.#clock = clock;
  }

  /** What is wrong now; undefined where nothing is. */
  fault(): string | undefined {
    const { used, total, measured } = this.#budget;
    const now = this.#clock.now();
    if (used - measured <= total) {
      this.#overSince = undefined;
      return undefined;
    }
    this.#overSince ??= now;
    return now - this.#overSince < OVER_BUDGET_MS ? undefined : `${String(used)} of ${String(total)} bytes`;
  }
}
