/**
 * Load process: readers of a server. They join a few at a time, are verified and counted over a window, some of them never
 * read; those are joined anew when the server has closed them. Reports this process' own CPU too.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { VIDEO_FPS } from "./media.ts";
import {
  churn,
  countReason,
  measureJoins,
  type ChurnOptions,
  type ChurnResult,
  type JoinOptions,
  type JoinResult,
} from "./joins.ts";
import { Refused } from "./link.ts";
import { Reader, type ReaderOptions, type Transport } from "./reader.ts";
import { openWhep, type AbortOptions, type AbortResult } from "./whep-aborts.ts";
import { WhepReader } from "./whep-reader.ts";
import { Tally } from "./track-check.ts";
import { serve } from "./worker.ts";

/** Readers to open: one per URL. */
export interface OpenOptions {
  readonly urls: readonly string[];
  readonly transport: Transport;
  readonly neverRead: boolean;
}

/** What one window brought. Latency in ms; `starved`: readers that got less than 90 % of the units due. */
export interface WindowReport {
  readonly seconds: number;
  readonly readers: number;
  readonly bytes: number;
  readonly units: number;
  readonly lostPackets: number;
  readonly latePackets: number;
  readonly brokenUnits: number;
  readonly missingUnits: number;
  readonly starved: number;
  readonly closed: Record<string, number>;
  readonly latencyP50: number;
  readonly latencyP99: number;
  readonly latencyMax: number;
  readonly cpuSeconds: number;
}

/** State of the readers that never read. */
export interface StalledReport {
  readonly ports: readonly number[];
  readonly rejoined: number;
}

/** Calls the bench can make. `begin` starts a window anew and `report` may be asked any number of times within it. */
export interface ReaderCommands {
  open(options: OpenOptions): Promise<void>;
  settle(timeoutMs: number): Promise<void>;
  begin(input: null): void;
  report(input: null): WindowReport;
  stalled(input: null): StalledReport;
  joins(options: JoinOptions): Promise<JoinResult>;
  churn(options: ChurnOptions): Promise<ChurnResult>;
  openWhep(options: AbortOptions): Promise<AbortResult>;
  close(input: null): Promise<void>;
}

const JOIN_AT_A_TIME = 10;
const JOIN_PATIENCE_MS = 15_000;
const RETRY_MS = 200;
const POLL_MS = 50;
const STARVED_SHARE = 0.9;
const UNSUPPORTED_TRANSPORT = 461;

interface Counted {
  readonly reader: Reader | WhepReader;
  unitsBefore: number;
}

const tally = new Tally();
const reading: Counted[] = [];
const stalled = new Set<Reader | WhepReader>();
let closed: Record<string, number> = {};
let rejoined = 0;
let closing = false;
let begunAt = 0;
let cpuBefore = 0;

async function open(options: OpenOptions): Promise<void> {
  const left = [...options.urls];
  const loop = async (): Promise<void> => {
    for (let url = left.shift(); url !== undefined; url = left.shift()) {
      if (options.neverRead) await joinStalled(url, options.transport);
      else {
        const onClose = (reason: string): void => void (closing || countReason(closed, reason));
        const reader = await joinPatiently({ url, transport: options.transport, tally, onClose });
        reading.push({ reader, unitsBefore: 0 });
      }
    }
  };
  await Promise.all(Array.from({ length: JOIN_AT_A_TIME }, loop));
}

async function joinStalled(url: string, transport: Transport): Promise<void> {
  const onClose = (): void => {
    stalled.delete(reader);
    if (closing) return;
    rejoined += 1;
    void joinStalled(url, transport).catch((error: unknown) => countReason(closed, error));
  };
  const reader = await joinPatiently({ url, transport, tally: new Tally(), neverRead: true, onClose });
  stalled.add(reader);
}

/** A stream may not be there yet: tries again for a while, but not after a refusal for good. */
async function joinPatiently(options: ReaderOptions): Promise<Reader | WhepReader> {
  const deadline = performance.now() + JOIN_PATIENCE_MS;
  for (;;) {
    try {
      return await (options.transport === "whep" ? WhepReader.join(options) : Reader.join(options));
    } catch (error) {
      const final = error instanceof Refused && error.status === UNSUPPORTED_TRANSPORT;
      if (final || closing || performance.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}

async function settle(timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (reading.some(({ reader }) => reader.units === 0)) {
    if (performance.now() > deadline)
      throw new Error(`${reading.filter(({ reader }) => reader.units === 0).length} readers got nothing`);
    await sleep(POLL_MS);
  }
}

function begin(): void {
  tally.clear();
  closed = {};
  for (const counted of reading) counted.unitsBefore = counted.reader.units;
  begunAt = performance.now();
  cpuBefore = ownCpu();
}

function report(): WindowReport {
  const seconds = (performance.now() - begunAt) / 1_000;
  const due = seconds * VIDEO_FPS * STARVED_SHARE;
  const { bytes, units, lostPackets, latePackets, brokenUnits, missingUnits, latency } = tally;
  return {
    ...{ seconds, readers: reading.length, bytes, units, lostPackets, latePackets, brokenUnits, missingUnits, closed },
    starved: reading.filter(({ reader, unitsBefore }) => reader.units - unitsBefore < due).length,
    latencyP50: latency.percentile(0.5),
    latencyP99: latency.percentile(0.99),
    latencyMax: latency.max,
    cpuSeconds: ownCpu() - cpuBefore,
  };
}

async function close(): Promise<void> {
  closing = true;
  for (const { reader } of reading.splice(0)) reader.close();
  for (const reader of stalled) reader.close();
  stalled.clear();
  await sleep(POLL_MS);
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

serve<ReaderCommands>({
  open,
  settle,
  begin,
  report,
  stalled: () => ({ ports: [...stalled].map((reader) => reader.localPort), rejoined }),
  joins: measureJoins,
  churn,
  openWhep,
  close,
});
