/**
 * Sluice's own families: cameras, viewers, memory, health, the machine, the process. Labels are names of paths and words of ours, never addresses, so that
 * their number stays that of the configuration.
 */
import { RELIEF_STEPS } from "#streams/memory/pressure-ladder.ts";
import type { DeviceMetrics, MetricsView } from "../views.ts";
import { cameraFamilies } from "./camera-families.ts";
import type { Family, Sample } from "./exposition.ts";
import { viewerFamilies } from "./viewer-families.ts";

/** The families about one path, or about everything. */
export function sluiceFamilies(view: MetricsView, path: string | undefined): readonly Family[] {
  const cameras = cameraFamilies(view, path);
  if (path !== undefined) return cameras;
  return [
    ...cameras,
    ...viewerFamilies(view.monitor),
    ...memoryFamilies(view),
    ...healthFamilies(view),
    ...deviceFamilies(view.device()),
    ...processFamilies(view),
  ];
}

function memoryFamilies({ memory, memoryNeed }: MetricsView): readonly Family[] {
  const pools = memory.uses();
  const each = (of: (pool: (typeof pools)[number]) => number): readonly Sample[] =>
    pools.map((pool) => ({ labels: { pool: pool.name }, value: of(pool) }));
  return [
    {
      name: "sluice_memory_budget_bytes",
      kind: "gauge",
      help: "What media may fill altogether.",
      samples: [{ labels: {}, value: memory.total }],
    },
    { name: "sluice_memory_used_bytes", kind: "gauge", help: "What media fills, by pool.", samples: each((pool) => pool.used) },
    {
      name: "sluice_memory_high_water_bytes",
      kind: "gauge",
      help: "The most that media has filled, by pool.",
      samples: each((pool) => pool.highWater),
    },
    {
      name: "sluice_memory_rejects_total",
      kind: "counter",
      help: "How often a pool asked for memory in vain.",
      samples: each((pool) => pool.refusals),
    },
    {
      ...single(memoryNeed.committedBytes),
      name: "sluice_memory_committed_bytes",
      kind: "gauge",
      help: "What everyone who is there needs at least; who would bring it above the budget is refused.",
    },
    {
      name: "sluice_memory_relief",
      kind: "gauge",
      help: "1 for each thing that is let go of because memory is short.",
      samples: RELIEF_STEPS.map((step) => ({ labels: { step }, value: memoryNeed.relief.includes(step) ? 1 : 0 })),
    },
  ];
}

function healthFamilies(view: MetricsView): readonly Family[] {
  const { reloads, failures, failure } = view.config;
  return [
    {
      name: "sluice_health",
      kind: "gauge",
      help: "1 for the state each part is in.",
      samples: view.health().map(({ check, state }) => ({ labels: { check, state }, value: 1 })),
    },
    {
      ...single(reloads),
      name: "sluice_config_reloads_total",
      kind: "counter",
      help: "Configurations put in force since the start.",
    },
    {
      ...single(failures),
      name: "sluice_config_failures_total",
      kind: "counter",
      help: "Configurations that could not be put in force.",
    },
    {
      ...single(failure === undefined ? 1 : 0),
      name: "sluice_config_in_force",
      kind: "gauge",
      help: "1 while the newest configuration is the one in force, 0 while it can't be used.",
    },
  ];
}

/** What the machine doesn't tell is left out. */
function deviceFamilies({ temperatureCelsius, power, storageWearPercent }: DeviceMetrics): readonly Family[] {
  const families: Family[] = [];
  if (temperatureCelsius !== undefined) {
    const name = "sluice_device_temp_celsius";
    families.push({ ...single(temperatureCelsius), name, kind: "gauge", help: "The hottest sensor of the processor." });
  }
  if (power !== undefined) {
    const samples = [
      { labels: { kind: "under-voltage" }, value: power.underVoltage ? 1 : 0 },
      { labels: { kind: "slowed-down" }, value: power.throttled ? 1 : 0 },
    ];
    families.push({
      name: "sluice_device_throttled",
      kind: "gauge",
      help: "1 while power or heat hold the board back.",
      samples,
    });
  }
  if (storageWearPercent !== undefined) {
    const help = "How much of the life of built-in storage is used up, 1 for all.";
    families.push({ ...single(storageWearPercent / 100), name: "sluice_device_disk_life_ratio", kind: "gauge", help });
  }
  return families;
}

function processFamilies(view: MetricsView): readonly Family[] {
  const { cpuSeconds, residentBytes, heapBytes, openFiles, eventLoopLagSeconds } = view.process();
  return [
    {
      name: "sluice_build_info",
      kind: "gauge",
      help: "Always 1; the label says which version runs.",
      samples: [{ labels: { version: view.program.version }, value: 1 }],
    },
    {
      ...single(view.program.startedAt / 1000),
      name: "process_start_time_seconds",
      kind: "gauge",
      help: "When the process started, seconds since 1970.",
    },
    { ...single(cpuSeconds), name: "process_cpu_seconds_total", kind: "counter", help: "CPU time used." },
    { ...single(residentBytes), name: "process_resident_memory_bytes", kind: "gauge", help: "Resident memory." },
    { ...single(heapBytes), name: "process_heap_bytes", kind: "gauge", help: "Memory of the JavaScript heap in use." },
    { ...single(openFiles), name: "process_open_fds", kind: "gauge", help: "Open files and sockets." },
    {
      ...single(eventLoopLagSeconds),
      name: "nodejs_eventloop_lag_seconds",
      kind: "gauge",
      help: "How late the event loop was at most since the last question.",
    },
  ];
}

/** The only sample of a family. */
function single(value: number): Pick<Family, "samples"> {
  return { samples: [{ labels: {}, value }] };
}
