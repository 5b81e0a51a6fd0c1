/**
 * Back-off as pure arithmetic: exponential from `firstMs` to `maxMs`, each spread by ± `jitter` so that twenty
 * cameras behind one switch don't come back in the same instant.
 */
import type { Random } from "./random.ts";

/** Shape of a back-off; `jitter` is a share of the pause, 0…1. */
export interface RetryPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly factor: number;
  readonly jitter: number;
}

/** Factors beyond this many failures change nothing, whatever the policy. */
const MAX_EXPONENT = 30;

/** Pause after `failures` (≥ 0) earlier failed tries, in milliseconds; never above `maxMs`. */
export function pauseAfter(policy: RetryPolicy, failures: number, random: Random): number {
  const pause = Math.min(policy.maxMs, policy.firstMs * policy.factor ** Math.min(failures, MAX_EXPONENT));
  return Math.min(policy.maxMs, pause * (1 + policy.jitter * (2 * random.unit() - 1)));
}
