/** Low-latency HLS: viewers of one camera, counted like readers. */
import { setTimeout as sleep } from "node:timers/promises";
import type { HlsCommands } from "./load/hls-viewers.ts";
import { Worker } from "./load/worker.ts";
import type { Metrics } from "./report.ts";
import type { Scenario } from "./scenarios.ts";
import { MemoryWatch, measureTree } from "./server/measure.ts";
import type { ServerProcess } from "./server/process.ts";

const MIB = 1024 * 1024;
const GBIT = 1e9;
const MEMORY_SAMPLE_MS = 500;
const WARM_UP_MS = 5_000;

/** Measures one server that pulls the camera already. */
export async function hlsFanOut(server: ServerProcess, scenario: Scenario, seconds: number): Promise<Metrics> {
  const viewers = new Worker<HlsCommands>("hls-viewers.ts");
  try {
    const { firstMs } = await viewers.call("open", { url: server.url("cam0", "hls"), count: scenario.readers });
    await sleep(WARM_UP_MS);
    await viewers.call("begin", null);
    const before = measureTree(server.pid);
    const memory = new MemoryWatch(server.pid, MEMORY_SAMPLE_MS);
    await sleep(seconds * 1_000);
    memory.close();
    const after = measureTree(server.pid);
    const report = await viewers.call("report", null);
    const gbit = (report.bytes * 8) / GBIT;
    return {
      cpuPerGbit: (after.cpuSeconds - before.cpuSeconds) / gbit,
      latencyP50: report.latencyP50,
      latencyP99: report.latencyP99,
      pictureP50: firstMs,
      rssMiB: memory.peakRss / MIB,
      anonymousMiB: memory.peakAnonymous / MIB,
      missingUnits: report.missingUnits,
      refused: report.failures,
      megabitPerSecond: (report.bytes * 8) / 1e6 / report.seconds,
      readersCpuPerGbit: report.cpuSeconds / gbit,
    };
  } finally {
    await viewers.close();
  }
}
