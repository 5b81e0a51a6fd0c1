/** The health checks of this process and its machine, put together. */
import { lookup } from "node:dns/promises";
import { dirname } from "node:path";
import type { SluiceError } from "#base/errors.ts";
import type { ConfigStatusView } from "#api/views.ts";
import type { Config } from "#config/config.ts";
import { diskChecks } from "#health/checks/disk.ts";
import { hostChecks } from "#health/checks/host.ts";
import { parseRtspUrl } from "#formats/rtsp-message/url.ts";
import { dnsCheck, processChecks } from "#health/checks/process.ts";
import { healthError } from "#health/errors.ts";
import type { HealthCheck } from "#health/health-check.ts";
import type { LoopLag } from "#health/loop-lag.ts";
import { HostFacts } from "#platform/host/host-facts.ts";
import { MemoryFacts } from "#platform/host/memory-facts.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { Machine } from "../machine.ts";
import { BUILT_AT } from "../version.ts";

const PERIOD_MS = 5000;

/** What is looked at. */
export interface BoxView {
  readonly machine: Machine;
  readonly registry: PathRegistry;
  readonly lag: LoopLag;
  /** The configuration in force. */
  readonly config: () => Config;
  readonly configStatus: ConfigStatusView;
  readonly safeMode: () => SluiceError | undefined;
}

/** Every check, in the order of the report. */
export function boxChecks(view: BoxView): readonly HealthCheck[] {
  const host = new HostFacts();
  const { machine, registry, lag, config } = view;
  const folders = [...new Set([config().file].flatMap((file) => (file === undefined ? [] : [dirname(file)])))];
  const memory = new MemoryFacts();
  return [
    { name: "start", periodMs: PERIOD_MS, check: () => found("failed", view.safeMode()) },
    { name: "configuration", periodMs: PERIOD_MS, check: () => configuration(view.configStatus) },
    ...processChecks({
      maxLagMs: () => lag.take(),
      memoryPressurePercent: () => memory.wait()?.some,
      budget: () => ({ usedBytes: registry.budget.used, totalBytes: registry.budget.total }),
      relief: () => ({ steps: registry.ladder.steps, cause: registry.ladder.cause }),
    }),
    ...hostChecks(host, { wallNow: () => machine.clock.wallNow(), builtAt: BUILT_AT, claims: machine.addressClaims }),
    ...diskChecks(host, folders),
    dnsCheck({ names: () => hostNames(config()), lookup }),
  ];
}

function configuration({ failure }: ConfigStatusView): ReturnType<HealthCheck["check"]> {
  if (failure === undefined) return undefined;
  const errors = failure.problems.filter(({ severity }) => severity === "error").length;
  return found("degraded", healthError("health-configuration", { details: { errors } }));
}

function found(
  severity: "degraded" | "failed",
  error: SluiceError | undefined,
): { severity: "degraded" | "failed"; error: SluiceError } | undefined {
  return error === undefined ? undefined : { severity, error };
}

/** Hosts of cameras that are given by name. */
function hostNames(config: Config): readonly string[] {
  const hosts = config.paths.flatMap(({ source }) => {
    if (!source.includes("://")) return [];
    try {
      return [parseRtspUrl(source).host]; // also of one whose password holds `@` or `/`: a piece of it must not be looked up
    } catch {
      return [];
    }
  });
  return hosts.filter((host) => !/^[\d.]+$|:|^localhost$|\$/.test(host));
}
