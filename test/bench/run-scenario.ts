/**
 * Runs one scenario on one server: cameras, server and readers each in their own process, all new for every measurement.
 * Returns named figures (see `report.ts`); throws when the server cannot do it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { CameraCommands } from "./load/camera.ts";
import type { ReaderCommands } from "./load/readers.ts";
import { Worker } from "./load/worker.ts";
import { hlsFanOut } from "./hls-scenario.ts";
import type { Metrics } from "./report.ts";
import type { Scenario } from "./scenarios.ts";
import { MemoryWatch, measureTree } from "./server/measure.ts";
import { ServerProcess, type ServerSpec } from "./server/process.ts";
import { percentile } from "./statistics.ts";

const MIB = 1024 * 1024;
const GBIT = 1e9;
const SETTLE_TIMEOUT_MS = 15_000;
const WARM_UP_MS = 1_500;
/** Long enough for 4 Mbit/s to fill a connection's kernel buffers (4 MiB at most by default), so that it really stalls. */
const STALLED_WARM_UP_MS = 10_000;
const MEMORY_SAMPLE_MS = 500;
const CHURN_AT_A_TIME = 10;
const CHURN_PER_SECOND = 360;
const CHURN_PATIENCE = 3;
const AFTER_CHURN_MS = 5_000;
/** Number and rate of viewers that never arrive. */
const ABORTS = { post: [800, 50], garbage: [800, 100], ice: [200, 10] } as const;
/** Longer than any server waits for a handshake. */
const AFTER_ABORTS_MS = 15_000;

/** Lengths of the measurements. */
export interface RunLengths {
  readonly seconds: number;
  readonly joins: number;
}

/** Processes of one measurement. */
export interface Setup {
  readonly cameras: Worker<CameraCommands>;
  readonly readers: Worker<ReaderCommands>;
  readonly server: ServerProcess;
}

/** Starts cameras and the server that pulls them, hands both to `use` with a process for readers, and ends all of them. */
export async function withSetup<T>(scenario: Scenario, spec: ServerSpec, use: (setup: Setup) => Promise<T>): Promise<T> {
  const cameras = new Worker<CameraCommands>("camera.ts");
  const readers = new Worker<ReaderCommands>("readers.ts");
  let server: ServerProcess | undefined;
  try {
    const { port } = await cameras.call("start", { ...scenario.media, cameras: scenario.cameras });
    const paths = Array.from({ length: scenario.cameras }, (_, index) => ({
      name: `cam${index}`,
      url: `rtsp://127.0.0.1:${port}/cam${index}`,
    }));
    server = await ServerProcess.start(spec, paths, scenario.transport);
    return await use({ cameras, readers, server });
  } finally {
    await readers.close();
    await server?.close();
    await cameras.close();
  }
}

/** Measures one scenario on one server. */
export function runScenario(scenario: Scenario, spec: ServerSpec, lengths: RunLengths): Promise<Metrics> {
  const runners = { idle, "fan-out": fanOut, join, churn, aborts, hls };
  return withSetup(scenario, spec, (setup) => runners[scenario.kind](setup, scenario, lengths));
}

/** Opens the scenario's readers, those that never read included, and waits until every other one has got a unit. */
export async function openReaders({ readers, server }: Setup, scenario: Scenario): Promise<void> {
  const urls = Array.from({ length: scenario.readers }, (_, index) =>
    server.url(`cam${index % scenario.cameras}`, scenario.transport),
  );
  // The stalled ones are spread over the cameras like the others: every fourth of 64.
  const every = scenario.stalled === 0 ? Infinity : scenario.readers / scenario.stalled;
  const isStalled = (index: number): boolean => Math.floor((index + 1) / every) > Math.floor(index / every);
  const { transport } = scenario;
  await readers.call("open", { urls: urls.filter((_, index) => !isStalled(index)), transport, neverRead: false });
  await readers.call("open", { urls: urls.filter((_, index) => isStalled(index)), transport, neverRead: true });
  await readers.call("settle", SETTLE_TIMEOUT_MS + scenario.media.gopSeconds * 1_000);
}

async function idle({ server }: Setup, _: Scenario, lengths: RunLengths): Promise<Metrics> {
  await sleep(WARM_UP_MS);
  const before = measureTree(server.pid);
  await sleep(lengths.seconds * 1_000);
  const after = measureTree(server.pid);
  return {
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / lengths.seconds) * 100,
    rssMiB: after.rss / MIB,
    anonymousMiB: after.anonymous / MIB,
    handles: after.handles,
  };
}

async function fanOut(setup: Setup, scenario: Scenario, lengths: RunLengths): Promise<Metrics> {
  const { cameras, readers, server } = setup;
  await openReaders(setup, scenario);
  await sleep(scenario.stalled > 0 ? STALLED_WARM_UP_MS : WARM_UP_MS);
  const sentBefore = await cameras.call("report", null);
  await readers.call("begin", null);
  const before = measureTree(server.pid);
  const memory = new MemoryWatch(server.pid, MEMORY_SAMPLE_MS);
  await sleep(lengths.seconds * 1_000);
  memory.close();
  const after = measureTree(server.pid);
  const report = await readers.call("report", null);
  const sent = await cameras.call("report", null);
  const gbit = (report.bytes * 8) / GBIT;
  return {
    cpuPerGbit: (after.cpuSeconds - before.cpuSeconds) / gbit,
    latencyP50: report.latencyP50,
    latencyP99: report.latencyP99,
    rssMiB: memory.peakRss / MIB,
    anonymousMiB: memory.peakAnonymous / MIB,
    lostPackets: report.lostPackets,
    missingUnits: report.missingUnits + report.brokenUnits,
    starved: report.starved,
    closed: sum(report.closed),
    droppedByCamera: sent.droppedWrites - sentBefore.droppedWrites,
    megabitPerSecond: (report.bytes * 8) / 1e6 / report.seconds,
    readersCpuPerGbit: report.cpuSeconds / gbit,
  };
}

async function join(setup: Setup, scenario: Scenario, lengths: RunLengths): Promise<Metrics> {
  await openReaders({ ...setup }, { ...scenario, transport: "tcp" });
  await sleep(WARM_UP_MS);
  const { server } = setup;
  const url = server.url("cam0", scenario.transport);
  const options = { url, keeperUrl: server.url("cam0"), transport: scenario.transport, count: lengths.joins };
  const result = await setup.readers.call("joins", { ...options, gopMs: scenario.media.gopSeconds * 1_000 });
  if (result.pictureMs.length === 0) throw new Error(Object.keys(result.failures).join(", "));
  return {
    pictureP50: percentile(result.pictureMs, 0.5),
    pictureP95: percentile(result.pictureMs, 0.95),
    behindP50: percentile(result.behindMs, 0.5),
    behindP95: percentile(result.behindMs, 0.95),
    lostPackets: result.lostPackets,
    missingUnits: result.brokenUnits,
    refused: sum(result.failures),
  };
}

async function churn(setup: Setup, scenario: Scenario, lengths: RunLengths): Promise<Metrics> {
  const { readers, server } = setup;
  await openReaders(setup, scenario);
  await sleep(WARM_UP_MS);
  const before = measureTree(server.pid);
  const memory = new MemoryWatch(server.pid, MEMORY_SAMPLE_MS);
  const count = Math.round(lengths.seconds * CHURN_PER_SECOND);
  const limitMs = lengths.seconds * CHURN_PATIENCE * 1_000;
  const result = await readers.call("churn", { url: server.url("cam0"), count, concurrency: CHURN_AT_A_TIME, limitMs });
  memory.close();
  const after = measureTree(server.pid);
  await sleep(AFTER_CHURN_MS);
  const later = measureTree(server.pid);
  const refused = sum(result.failures);
  return {
    joins: result.joins,
    refused,
    joinsPerSecond: result.joins / result.seconds,
    cpuMsEach: ((after.cpuSeconds - before.cpuSeconds) * 1_000) / Math.max(1, result.joins + refused),
    growthMiB: (later.anonymous - before.anonymous) / MIB,
    peakGrowthMiB: (Math.max(memory.peakAnonymous, after.anonymous) - before.anonymous) / MIB,
    handlesLeft: later.handles - before.handles,
  };
}

function hls({ server }: Setup, scenario: Scenario, lengths: RunLengths): Promise<Metrics> {
  return hlsFanOut(server, scenario, lengths.seconds);
}

/** Viewers that begin and never arrive, as many as a scanner or a broken page makes. */
async function aborts(setup: Setup, scenario: Scenario): Promise<Metrics> {
  const { readers, server } = setup;
  await openReaders(setup, scenario);
  await sleep(WARM_UP_MS);
  const kind = scenario.abort ?? "post";
  const [count, perSecond] = ABORTS[kind];
  const before = measureTree(server.pid);
  const memory = new MemoryWatch(server.pid, MEMORY_SAMPLE_MS);
  const { statuses } = await readers.call("openWhep", { url: server.url("cam0", "whep"), kind, count, perSecond });
  const after = measureTree(server.pid);
  await sleep(AFTER_ABORTS_MS);
  memory.close();
  const later = measureTree(server.pid);
  return {
    cpuMsEach: ((after.cpuSeconds - before.cpuSeconds) * 1_000) / count,
    growthMiB: (later.anonymous - before.anonymous) / MIB,
    peakGrowthMiB: (memory.peakAnonymous - before.anonymous) / MIB,
    handlesLeft: later.handles - before.handles,
    refused: count - (statuses["201"] ?? 0),
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
