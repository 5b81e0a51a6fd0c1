/** How this process itself is: its event loop, its memory, names it must be able to look up. */
import { messageOf } from "#base/errors.ts";
import { healthError } from "../errors.ts";
import type { HealthCheck } from "../health-check.ts";

const PERIOD_MS = 5000;
const DNS_PERIOD_MS = 60_000;
/** Players buffer some hundred milliseconds: later than this they notice. */
const LAG_MS = 250;
const MEMORY_SHARE = 0.95;
/** Percent of the time that something waited for memory, over 10 s. */
const PRESSURE_PERCENT = 20;

/** What is asked of the process; `maxLagMs` is the worst since it was last asked. */
export interface ProcessView {
  maxLagMs(): number;
  memoryPressurePercent(): number | undefined;
  budget(): { readonly usedBytes: number; readonly totalBytes: number };
  /** What is let go of because memory is short, and why. */
  relief(): { readonly steps: readonly string[]; readonly cause: string | undefined };
}

/** Looks up names of hosts; rejects where it can't. */
export interface NameLookup {
  /** Names that must be known; empty where every camera is given by address. */
  names(): readonly string[];
  lookup(name: string): Promise<unknown>;
}

/** Loop and memory. */
export function processChecks(view: ProcessView): readonly HealthCheck[] {
  return [
    {
      name: "event-loop",
      periodMs: PERIOD_MS,
      check: () => {
        const lagMs = Math.round(view.maxLagMs());
        if (lagMs < LAG_MS) return undefined;
        return { severity: "degraded", error: healthError("health-event-loop-slow", { details: { lagMs } }) };
      },
    },
    {
      name: "memory",
      periodMs: PERIOD_MS,
      check: () => {
        const { steps, cause } = view.relief();
        if (steps.length > 0) {
          const details = { steps: steps.join(", "), cause: cause ?? "" };
          return { severity: "degraded", error: healthError("health-memory-short", { details }) };
        }
        const pressure = view.memoryPressurePercent();
        if (pressure !== undefined && pressure >= PRESSURE_PERCENT) {
          const details = { percent: Math.round(pressure) };
          return { severity: "degraded", error: healthError("health-memory-pressure", { details }) };
        }
        const { usedBytes, totalBytes } = view.budget();
        if (usedBytes < totalBytes * MEMORY_SHARE) return undefined;
        const details = { percent: Math.round((usedBytes / totalBytes) * 100) };
        return { severity: "degraded", error: healthError("health-memory-tight", { details }) };
      },
    },
  ];
}

/** Names in the addresses of cameras: without them there is nothing to ask, and a site without internet is well. */
export function dnsCheck(dns: NameLookup): HealthCheck {
  return {
    name: "dns",
    periodMs: DNS_PERIOD_MS,
    check: async () => {
      const [name] = dns.names();
      if (name === undefined) return undefined;
      try {
        await dns.lookup(name);
        return undefined;
      } catch (error) {
        return { severity: "degraded", error: healthError("health-dns", { details: { reason: messageOf(error) } }) };
      }
    },
  };
}
