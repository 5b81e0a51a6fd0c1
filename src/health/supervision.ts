/**
 * The rules by which a process is kept running where no service manager does it: those of `systemd/sluice.service`, so that a box
 * without one behaves the same. Pure: what has happened goes in, what to do comes out.
 */

/** `TimeoutStartSec=`: a start that isn't over by then hangs, milliseconds. */
export const START_MS = 30_000;
/** `WatchdogSec=`: how long a sign of life may be away, milliseconds. `watchdog.ts` says what passes within it. */
export const WATCHDOG_MS = 10_000;
/** `RestartSec=`, milliseconds. */
export const RESTART_MS = 1000;
/** `TimeoutStopSec=`: who was asked to end and hasn't by then is killed, milliseconds. */
export const STOP_MS = 5000;
/** `StartLimitBurst=` and `StartLimitIntervalSec=`: more starts than that in so long a time, and it is given up, milliseconds. */
const MAX_STARTS = 30;
const START_WINDOW_MS = 300_000;

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What to do when a process has ended by itself. */
export type AfterEnd =
  | { readonly kind: "restart"; readonly afterMs: number }
  /** Started anew it would say the same: the command line or the configuration is wrong. */
  | { readonly kind: "give-up"; readonly reason: "unusable" | "too-often" };

/** Decides; `starts` are the times of all starts so far, milliseconds on a monotonic clock, the newest last. */
export function planAfterEnd(end: ProcessEnd, history: { starts: readonly number[]; everReady: boolean; now: number }): AfterEnd {
  const { starts, everReady, now } = history;
  if (end.code === 1 && !everReady) return { kind: "give-up", reason: "unusable" };
  const recent = starts.filter((at) => now - at < START_WINDOW_MS);
  return recent.length >= MAX_STARTS ? { kind: "give-up", reason: "too-often" } : { kind: "restart", afterMs: RESTART_MS };
}

/** The starts that still count. */
export function recentStarts(starts: readonly number[], now: number): readonly number[] {
  return [...starts.filter((at) => now - at < START_WINDOW_MS), now].slice(-MAX_STARTS);
}
