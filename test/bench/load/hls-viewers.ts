/** Load process: viewers over low-latency HLS, counted over a window. Reports this process' own CPU too. */
import { setTimeout as sleep } from "node:timers/promises";
import { percentile } from "../statistics.ts";
import { type HlsTally, HlsViewer } from "./hls-viewer.ts";
import { serve } from "./worker.ts";

/** What one window brought; latencies in ms. */
export interface HlsReport {
  readonly seconds: number;
  readonly bytes: number;
  readonly requests: number;
  readonly missingUnits: number;
  readonly failures: number;
  readonly latencyP50: number;
  readonly latencyP99: number;
  readonly cpuSeconds: number;
}

/** Calls the bench can make; `open` resolves when every viewer has had a part, with the median time to it in ms. */
export interface HlsCommands {
  open(options: { url: string; count: number }): Promise<{ firstMs: number }>;
  begin(input: null): void;
  report(input: null): HlsReport;
}

const POLL_MS = 10;
const FIRST_PART_MS = 30_000;

const tally: HlsTally = { bytes: 0, requests: 0, missingUnits: 0, failures: 0, latencies: [] };
let begunAt = 0;
let cpuBefore = 0;

async function open({ url, count }: { url: string; count: number }): Promise<{ firstMs: number }> {
  const begun = performance.now();
  const viewers = Array.from({ length: count }, () => new HlsViewer(tally));
  for (const viewer of viewers) void viewer.play(url);
  const times = new Map<HlsViewer, number>();
  while (times.size < count) {
    const now = performance.now() - begun;
    for (const viewer of viewers) if (viewer.parts > 0 && !times.has(viewer)) times.set(viewer, now);
    if (now > FIRST_PART_MS) throw new Error(`${count - times.size} viewers got nothing`);
    await sleep(POLL_MS);
  }
  return { firstMs: percentile([...times.values()], 0.5) };
}

function begin(): void {
  Object.assign(tally, { bytes: 0, requests: 0, missingUnits: 0, failures: 0, latencies: [] });
  begunAt = performance.now();
  cpuBefore = ownCpu();
}

function report(): HlsReport {
  const { bytes, requests, missingUnits, failures, latencies } = tally;
  return {
    ...{ bytes, requests, missingUnits, failures },
    seconds: (performance.now() - begunAt) / 1_000,
    latencyP50: percentile(latencies, 0.5),
    latencyP99: percentile(latencies, 0.99),
    cpuSeconds: ownCpu() - cpuBefore,
  };
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

serve<HlsCommands>({ open, begin, report });
