/**
 * Load of readers that come and go: join times spread evenly over a GOP, and churn (joins and leaves at full speed, a reader
 * leaves after one access unit, every other one without TEARDOWN). Another reader must play meanwhile, or servers that pull on demand stop in between.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { machineNow } from "./clock.ts";
import { VIDEO_CLOCK } from "./media.ts";
import { Reader, type Transport } from "./reader.ts";
import { Tally, type Unit } from "./track-check.ts";
import { WhepReader } from "./whep-reader.ts";

const LAG_AFTER_MS = 700;
const UNIT_TIMEOUT_MS = 5_000;
const MAX_REASONS = 10;

/** `count` joins spread over one GOP of `gopMs`. */
export interface JoinOptions {
  readonly url: string;
  /** RTSP address of the same stream, for who must play meanwhile; `url` unless told. */
  readonly keeperUrl?: string;
  readonly transport: Transport;
  readonly count: number;
  readonly gopMs: number;
}

/** One join: PLAY → complete key unit, and 0.7 s later how far media time has run ahead of wall time (= behind live). */
export interface JoinResult {
  readonly pictureMs: number[];
  readonly behindMs: number[];
  readonly lostPackets: number;
  readonly brokenUnits: number;
  readonly failures: Record<string, number>;
}

/** Joins and leaves, `concurrency` at a time, until `count` are done or `limitMs` has passed. */
export interface ChurnOptions {
  readonly url: string;
  readonly count: number;
  readonly concurrency: number;
  readonly limitMs: number;
}

/** What churn did; `failures` counts refused or silent joins by reason. */
export interface ChurnResult {
  readonly joins: number;
  readonly seconds: number;
  readonly failures: Record<string, number>;
}

/** Measures join times; rejects when there is no stream at all. */
export async function measureJoins(options: JoinOptions): Promise<JoinResult> {
  const keeper = await keyKeeper(options.keeperUrl ?? options.url);
  const tally = new Tally();
  const result = { pictureMs: [], behindMs: [], failures: {} };
  try {
    await keeper.nextKey(options.gopMs + UNIT_TIMEOUT_MS);
    const step = options.gopMs / options.count;
    const joins = Array.from({ length: options.count }, async (_, index) => {
      await sleep((index + 0.5) * step);
      await joinOnce(options, tally, result);
    });
    await Promise.all(joins);
    return { ...result, lostPackets: tally.lostPackets, brokenUnits: tally.brokenUnits };
  } finally {
    keeper.close();
  }
}

/** Joins and leaves at full speed. */
export async function churn(options: ChurnOptions): Promise<ChurnResult> {
  const started = machineNow();
  const state = { begun: 0, joins: 0, failures: {} };
  const loop = async (): Promise<void> => {
    while (state.begun < options.count && machineNow() - started < options.limitMs) {
      state.begun += 1;
      try {
        await joinAndLeave(options.url, state.begun % 2 === 0 ? "teardown" : "silently");
        state.joins += 1;
      } catch (error) {
        countReason(state.failures, error);
      }
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, loop));
  return { joins: state.joins, seconds: (machineNow() - started) / 1_000, failures: state.failures };
}

/** Counts a failure by its message; beyond a few different ones, together. */
export function countReason(failures: Record<string, number>, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const reason = text in failures || Object.keys(failures).length < MAX_REASONS ? text : "other";
  failures[reason] = (failures[reason] ?? 0) + 1;
}

async function joinOnce(
  options: JoinOptions,
  tally: Tally,
  result: Pick<JoinResult, "pictureMs" | "behindMs" | "failures">,
): Promise<void> {
  let first: Unit | undefined;
  let last: Unit | undefined;
  let seen = (): void => undefined;
  const picture = new Promise<void>((resolve) => (seen = resolve));
  const onUnit = (unit: Unit): void => {
    last = unit;
    if (!unit.key || first !== undefined) return;
    first = unit;
    seen();
  };
  try {
    const { url, transport } = options;
    const join = { url, transport, tally, onUnit };
    const reader = await (transport === "whep" ? WhepReader.join(join) : Reader.join(join));
    await within(picture, options.gopMs + UNIT_TIMEOUT_MS).finally(() => first ?? reader.close());
    await sleep(LAG_AFTER_MS);
    reader.close();
    if (first === undefined || last === undefined) throw new Error("no unit");
    result.pictureMs.push(first.receivedAt - reader.playedAt);
    result.behindMs.push(aheadOfWallMs(first, last));
  } catch (error) {
    countReason(result.failures, error);
  }
}

/** Media time from `first` to `last` minus the wall time between their arrivals. */
function aheadOfWallMs(first: Unit, last: Unit): number {
  const ticks = (last.timestamp - first.timestamp) | 0;
  return (ticks / VIDEO_CLOCK) * 1_000 - (last.receivedAt - first.receivedAt);
}

async function joinAndLeave(url: string, how: "teardown" | "silently"): Promise<void> {
  let seen = (): void => undefined;
  const unit = new Promise<void>((resolve) => (seen = resolve));
  const reader = await Reader.join({ url, transport: "tcp", tally: new Tally(), onUnit: () => seen(), onClose: () => seen() });
  try {
    await within(unit, UNIT_TIMEOUT_MS);
    if (reader.units === 0) throw new Error(`closed before a unit came: ${reader.closedReason ?? ""}`);
  } finally {
    reader.close(how);
  }
}

async function keyKeeper(url: string): Promise<{ nextKey(timeoutMs: number): Promise<void>; close(): void }> {
  let seen = (): void => undefined;
  const onUnit = (unit: Unit): void => {
    // A burst at the start brings an old key unit: only one just sent marks the GOP's begin.
    if (unit.key && unit.receivedAt - unit.sentAt < 100) seen();
  };
  const reader = await Reader.join({ url, transport: "tcp", tally: new Tally(), onUnit });
  const nextKey = async (timeoutMs: number): Promise<void> => {
    const key = new Promise<void>((resolve) => (seen = resolve));
    await within(key, timeoutMs);
  };
  return { nextKey, close: () => reader.close() };
}

async function within(promise: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no picture in time")), timeoutMs);
  });
  try {
    await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
