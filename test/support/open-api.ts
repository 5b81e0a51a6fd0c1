/** Our own API over a configuration in memory, a hub without streams and a machine that says nothing: for tests of its answers. */
import { SystemClock } from "#base/clock.ts";
import { silentLogger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import { LogTail } from "#api/log-tail.ts";
import { EventRing } from "#api/monitor/event-ring.ts";
import { Monitor } from "#api/monitor/monitor.ts";
import type { ReaderSource } from "#api/monitor/sources.ts";
import { ViewerReports } from "#api/monitor/viewer-reports.ts";
import { EventStreams } from "#api/own/event-stream.ts";
import type { OwnApi } from "#api/own/parts.ts";
import { CameraBoard } from "#cameras/camera-board.ts";
import { differenceOf } from "#config/difference.ts";
import { SealedTexts } from "#config/store/sealed-text.ts";
import { createPathRegistry } from "#streams/path-registry.ts";
import { openTestStore } from "./config-store.ts";
import type { TestStore } from "./config-store.ts";
import type { Cleanup } from "./temp-dir.ts";

const BUDGET_BYTES = 32 * 1024 * 1024;

/** The API and what it stands on. */
export interface TestApi extends TestStore {
  readonly own: OwnApi;
  readonly board: CameraBoard;
  readonly readers: ReaderSource[];
  /** Whom `/api/doctor` asks. */
  readonly setDoctor: (doctor: OwnApi["doctor"]) => void;
}

/** Opens it over a configuration's text; it ends with `t`. */
export function openTestApi(t: Cleanup, text: string): TestApi {
  const bench = openTestStore(text);
  const { store, schema } = bench;
  const clock = new SystemClock();
  const board = new CameraBoard(clock);
  const readers: ReaderSource[] = [];
  const registry = createPathRegistry({
    paths: store.inForce.config.paths,
    clock,
    random: systemRandom,
    log: silentLogger,
    budgetBytes: BUDGET_BYTES,
    sourceFactory: { create: () => undefined },
  });
  const services = { rtsp: 8554, rtsps: null, hls: 8888, webrtc: 8889, api: 9997, metrics: null };
  const monitor = new Monitor({
    sources: {
      clock,
      paths: registry,
      cameras: board,
      store,
      pathOptions: schema.pathKnown,
      readers: () => readers,
      device: () => ({
        host: "box",
        version: "v0",
        nodeVersion: "v24",
        startedAt: 1,
        now: clock.wallNow(),
        processCpu: 0,
        machineCpu: null,
        temperatureCelsius: null,
        memory: null,
        network: [],
        services,
        certificates: [],
      }),
      processMemory: () => ({ rssBytes: 1, heapUsedBytes: 1, externalBytes: 1 }),
      health: { check: () => [], opened: () => true, box: () => [], config: { failure: undefined } },
      demoPath: "demo",
    },
    events: new EventRing(clock, "abcd"),
    viewers: new ViewerReports(clock),
  });
  t.after(() => {
    monitor.close();
    registry.close();
  });
  let doctor: OwnApi["doctor"] = () => Promise.resolve({ state: "ok", findings: [] });
  const own: OwnApi = {
    monitor,
    streams: new EventStreams(clock),
    configuration: { store, schema },
    difference: (after) => differenceOf(store.inForce.config, after, schema),
    sealed: new SealedTexts(systemRandom),
    probe: {
      forbidden: (host) => Promise.resolve(host === "127.0.0.1" ? "loopback" : undefined),
      run: () => Promise.reject(new Error("no camera here")),
    },
    doctor: (signal) => doctor(signal),
    clock,
    log: new LogTail("abcd"),
    jobs: () => ({ now: 0, jobs: [] }),
    logHistory: undefined,
  };
  const setDoctor = (other: OwnApi["doctor"]): void => void (doctor = other);
  return Object.assign(bench, { own, board, readers, setDoctor });
}
