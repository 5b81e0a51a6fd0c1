/**
 * `npm run soak`: many cameras and readers for minutes, some of which never read. Watches the server's anonymous memory, the
 * kernel's send queues for the stalled readers and the others' losses, and judges them. Exit status 1 when something failed.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { oneServer, positive } from "./arguments.ts";
import type { WindowReport } from "./load/readers.ts";
import { openReaders, withSetup, type Setup } from "./run-scenario.ts";
import { parseScenarios } from "./scenarios.ts";
import { measureTree, tcpQueues } from "./server/measure.ts";
import { slope } from "./statistics.ts";

const MIB = 1024 * 1024;
const SAMPLE_MS = 10_000;
const QUEUE_SAMPLE_MS = 1_000;
const WARM_UP_MS = 15_000;
/** Default media budget of 96 MiB plus 90 MiB for the runtime, run from source. */
const MEMORY_LIMIT_MIB = 186;
/** A kernel send queue of one stalled connection. */
const QUEUE_LIMIT = 512 * 1024;
/** Flat: the least of every minute, which the garbage collector's saw-tooth leaves alone, rises by less; after the first minutes. */
const SLOPE_LIMIT_MIB_PER_MINUTE = 0.2;
const SETTLED_FROM_MINUTE = 2;

const USAGE = `node test/bench/soak.ts [options]
  --minutes N      how long (10)
  --scenario NAME  cameras and readers (stalled: 16 cameras, 64 readers, 16 of them never read)
  --peer NAME='COMMAND {config}' | --sluice 'COMMAND {config}'   the server; Sluice by default
  --limit MIB      anonymous memory allowed (${MEMORY_LIMIT_MIB})
  --out FILE       where the samples go as JSON (bench-results/soak-TIME.json)`;

interface Sample {
  readonly minutes: number;
  readonly anonymousMiB: number;
  readonly rssMiB: number;
  readonly handles: number;
  readonly largestQueue: number;
  readonly lost: number;
}

interface Verdict {
  readonly name: string;
  readonly passed: boolean;
  readonly figure: string;
}

process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));
process.exitCode = await main();

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const options = {
    minutes: text,
    scenario: text,
    peer: text,
    sluice: text,
    limit: text,
    out: text,
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const spec = oneServer(values);
  const minutes = positive("minutes", values.minutes ?? 10);
  const [scenario] = parseScenarios(values.scenario ?? "stalled");
  if (scenario === undefined || scenario.kind !== "fan-out") throw new Error("--scenario takes one of cameras and readers");
  const limitMiB = positive("limit", values.limit ?? MEMORY_LIMIT_MIB);
  const startedAt = new Date().toISOString();
  const { samples, report } = await withSetup(scenario, spec, async (setup) => {
    await openReaders(setup, scenario);
    return soak(setup, minutes);
  });
  const verdicts = judge(samples, report, limitMiB);
  for (const { name, passed, figure } of verdicts) console.log(`${passed ? "pass" : "FAIL"}  ${name}: ${figure}`);
  const out = values.out ?? join(import.meta.dirname, "../../bench-results", `soak-${startedAt.replaceAll(":", "-")}.json`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ startedAt, server: spec.name, minutes, verdicts, report, samples }, null, 2)}\n`);
  return verdicts.every((verdict) => verdict.passed) ? 0 : 1;
}

async function soak({ server, readers }: Setup, minutes: number): Promise<{ samples: Sample[]; report: WindowReport }> {
  const samples: Sample[] = [];
  await sleep(WARM_UP_MS);
  await readers.call("begin", null);
  const began = performance.now();
  let largestQueue = 0;
  for (let next = SAMPLE_MS; next <= minutes * 60_000; next += SAMPLE_MS) {
    while (performance.now() - began < next) {
      await sleep(QUEUE_SAMPLE_MS);
      const { ports } = await readers.call("stalled", null);
      largestQueue = Math.max(largestQueue, largestSendQueue(server.ports.rtsp, ports));
    }
    if (!server.alive) throw new Error(`the server has ended:\n${server.logTail()}`);
    const usage = measureTree(server.pid);
    const report = await readers.call("report", null);
    const sample = {
      minutes: (performance.now() - began) / 60_000,
      anonymousMiB: usage.anonymous / MIB,
      rssMiB: usage.rss / MIB,
      handles: usage.handles,
      largestQueue,
      lost: report.lostPackets + report.missingUnits + report.brokenUnits,
    };
    samples.push(sample);
    console.log(describe(sample));
    largestQueue = 0;
  }
  const { rejoined } = await readers.call("stalled", null);
  console.log(`stalled readers closed by the server and joined again: ${rejoined}`);
  return { samples, report: await readers.call("report", null) };
}

function describe(sample: Sample): string {
  const memory = `anonymous ${sample.anonymousMiB.toFixed(1)} MiB  RSS ${sample.rssMiB.toFixed(1)} MiB  handles ${sample.handles}`;
  return `${sample.minutes.toFixed(1).padStart(5)} min  ${memory}  largest send queue ${Math.round(sample.largestQueue / 1024)} KiB  lost ${sample.lost}`;
}

/** Largest of the server's kernel send queues towards the readers on `readerPorts`, in bytes. */
function largestSendQueue(serverPort: number, readerPorts: readonly number[]): number {
  const wanted = new Set(readerPorts);
  const theirs = tcpQueues().filter((queue) => queue.localPort === serverPort && wanted.has(queue.remotePort));
  return theirs.reduce((largest, queue) => Math.max(largest, queue.sendQueue), 0);
}

/** The least anonymous memory of every minute, MiB. */
function minima(samples: readonly Sample[]): { x: number; y: number }[] {
  const least = new Map<number, number>();
  for (const { minutes, anonymousMiB } of samples) {
    const minute = Math.floor(minutes);
    least.set(minute, Math.min(least.get(minute) ?? Infinity, anonymousMiB));
  }
  return [...least].map(([x, y]) => ({ x, y }));
}

function judge(samples: readonly Sample[], report: WindowReport, limitMiB: number): Verdict[] {
  const peak = Math.max(...samples.map((sample) => sample.anonymousMiB));
  const growth = slope(minima(samples).filter(({ x }) => x >= SETTLED_FROM_MINUTE));
  const queue = Math.max(...samples.map((sample) => sample.largestQueue));
  const lost = report.lostPackets + report.missingUnits + report.brokenUnits;
  const closed = Object.values(report.closed).reduce((total, count) => total + count, 0);
  return [
    {
      name: `the ${report.readers} reading readers lose nothing`,
      passed: lost + closed + report.starved === 0,
      figure: `${lost} lost, ${closed} closed, ${report.starved} starved, p99 ${report.latencyP99.toFixed(1)} ms`,
    },
    { name: `anonymous memory ≤ ${limitMiB} MiB`, passed: peak <= limitMiB, figure: `${peak.toFixed(1)} MiB at most` },
    {
      name: `anonymous memory is flat (≤ ${SLOPE_LIMIT_MIB_PER_MINUTE} MiB/min)`,
      passed: growth <= SLOPE_LIMIT_MIB_PER_MINUTE,
      figure: `${growth.toFixed(2)} MiB/min`,
    },
    {
      name: "kernel send queue of a stalled reader ≤ 512 KiB",
      passed: queue <= QUEUE_LIMIT,
      figure: `${Math.round(queue / 1024)} KiB at most`,
    },
  ];
}
