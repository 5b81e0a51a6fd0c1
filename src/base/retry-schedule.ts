/**
 * Back-off as a pure iterator of pauses: exponential from `firstMs` to `maxMs`, each spread by ± `jitter` so that twenty
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

/** Endless pauses in milliseconds, none above `maxMs`. */
export function* retryPauses(policy: RetryPolicy, random: Random): Generator<number, never> {
  let pause = policy.firstMs;
  for (;;) {
    const spread = 1 + policy.jitter * (2 * random.unit() - 1);
    yield Math.min(policy.maxMs, pause * spread);
    pause = Math.min(policy.maxMs, pause * policy.factor);
  }
}
