/**
 * Waiting for something that other code or another process brings about. For integration and later kinds of tests; a unit
 * test moves a manual clock instead.
 */

/** How long to wait and how often to look, milliseconds; `what` names the thing in the failure. */
export interface WaitOptions {
  readonly what: string;
  readonly timeoutMs?: number;
  readonly pollMs?: number;
}

const TIMEOUT_MS = 5000;
const POLL_MS = 10;

/** Resolves with the first value of `probe` that is neither undefined, null nor false; rejects when the time is over. */
export async function waitUntil<T>(probe: () => T | Promise<T>, options: WaitOptions): Promise<NonNullable<T>> {
  const { what, timeoutMs = TIMEOUT_MS, pollMs = POLL_MS } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${String(timeoutMs)} ms in vain for ${what}`);
    await pause(pollMs);
  }
}

/** Resolves after `ms` of real time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
