/**
 * Sluice's own families: cameras, memory, the process. Labels are names of paths and words of ours, never addresses, so that
 * their number stays that of the configuration.
 */
import type { MetricsView, PathView } from "../contract.ts";
import type { Family, Sample } from "./exposition.ts";

/** Reader types by protocol: what comes after it in the type's name doesn't matter here. */
const PROTOCOL = /^(rtsps?|rtmps?|hls|webRTC|srt)/;

/** The families about one path, or about everything. */
export function sluiceFamilies(view: MetricsView, path: string | undefined): readonly Family[] {
  const paths = view.paths.list().filter(({ name }) => path === undefined || name === path);
  const cameras = cameraFamilies(paths);
  return path === undefined ? [...cameras, ...memoryFamilies(view), ...processFamilies(view)] : cameras;
}

function cameraFamilies(paths: readonly PathView[]): readonly Family[] {
  const each = (of: (path: PathView) => number): readonly Sample[] =>
    paths.map((path) => ({ labels: { camera: path.name }, value: of(path) }));
  return [
    { name: "sluice_camera_up", kind: "gauge", help: "1 while pictures come.", samples: each((path) => (path.ready ? 1 : 0)) },
    {
      name: "sluice_camera_inbound_bytes_total",
      kind: "counter",
      help: "Bytes received from the camera; the rate of it is its bitrate.",
      samples: each((path) => path.inboundBytes),
    },
    {
      name: "sluice_camera_inbound_errors_total",
      kind: "counter",
      help: "Frames of the camera that could not be read.",
      samples: each((path) => path.stream?.inboundInError ?? 0),
    },
    { name: "sluice_camera_viewers", kind: "gauge", help: "Readers by protocol.", samples: paths.flatMap(viewersOf) },
  ];
}

function viewersOf(path: PathView): readonly Sample[] {
  const kinds = Map.groupBy(path.readers, ({ type }) => (PROTOCOL.exec(type)?.[1] ?? "other").toLowerCase());
  return [...kinds].map(([proto, readers]) => ({ labels: { camera: path.name, proto }, value: readers.length }));
}

function memoryFamilies({ memory }: MetricsView): readonly Family[] {
  const pools = memory.pools();
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
      name: "sluice_memory_rejects_total",
      kind: "counter",
      help: "How often a pool asked for memory in vain.",
      samples: each((pool) => pool.refusals),
    },
  ];
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
