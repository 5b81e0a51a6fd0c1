/**
 * Looks at everything once a second and tells those who listen what has changed. Nobody listening costs only the figures'
 * samples, and a look at the whole every few seconds for the events.
 */
import type { Timer } from "#base/clock.ts";
import type { PathOptions } from "#streams/options.ts";
import type { CameraDetails, CameraHistory, CameraView } from "../contract/cameras.ts";
import type { Change, Snapshot } from "../contract/events.ts";
import type { MemoryView } from "../contract/memory.ts";
import type { ReaderView } from "../contract/readers.ts";
import { explain } from "../explain.ts";
import { CameraViews } from "./camera-views.ts";
import { changeBetween } from "./change.ts";
import type { State } from "./change.ts";
import { cameraDetails } from "./details.ts";
import { DropTally } from "./drop-tally.ts";
import { PublisherWatch } from "./publisher-watch.ts";
import type { EventRing } from "./event-ring.ts";
import { PathFigures } from "./figures.ts";
import { HealthReporter } from "./health-report.ts";
import type { MonitorSources, ReaderRecord } from "./sources.ts";
import type { ViewerReports } from "./viewer-reports.ts";

const PERIOD_MS = 1000;
/** Looks at the whole while nobody listens. */
const IDLE_PERIODS = 5;

/** What a monitor works with. */
export interface MonitorOptions {
  readonly sources: MonitorSources;
  readonly events: EventRing;
  readonly viewers: ViewerReports;
}

/** See the head of this file. */
export class Monitor {
  readonly events: EventRing;
  readonly viewers: ViewerReports;
  readonly #sources: MonitorSources;
  readonly #views: CameraViews;
  readonly #health = new HealthReporter();
  readonly #drops = new DropTally();
  readonly #publishers = new PublisherWatch();
  readonly #figures = new Map<string, PathFigures>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #wallOffset: number;
  readonly #stops: (() => void)[];
  readonly #timer: Timer;
  #periods = 0;
  #state: State;

  constructor({ sources, events, viewers }: MonitorOptions) {
    this.#sources = sources;
    this.events = events;
    this.viewers = viewers;
    this.#views = new CameraViews(sources);
    this.#wallOffset = sources.clock.wallNow() - sources.clock.now();
    this.#state = this.#collect();
    this.#stops = [
      sources.cameras.onChange(({ camera, from, state, error, outageMs }) => {
        const cause = error === undefined ? null : explain(error);
        events.add({ kind: "camera-state", camera, from, state, cause, outageMs: outageMs ?? null });
      }),
    ];
    this.#timer = sources.clock.every("monitor", PERIOD_MS, () => {
      this.#look();
    });
  }

  /** All cameras, in the order of the configuration. */
  cameras(): readonly CameraView[] {
    return this.#collect().cameras;
  }

  /** One camera with everything; undefined where there is none. */
  camera(name: string): CameraDetails | undefined {
    const view = this.cameras().find((camera) => camera.name === name);
    if (view === undefined) return undefined;
    const trackFigures = this.#figuresOf(name).tracks(this.#wallOffset);
    return cameraDetails(view, { sources: this.#sources, trackFigures, readers: this.readers(name) });
  }

  /** The last hour of a camera; undefined where there is none. */
  history(name: string): CameraHistory | undefined {
    return this.cameras().some((camera) => camera.name === name) ? this.#figuresOf(name).history(this.#wallOffset) : undefined;
  }

  /** Readers of all protocols, or of one path. */
  readers(path?: string): readonly ReaderView[] {
    const records = this.#sources.readers().flatMap((source) => source.list());
    return records
      .filter((record) => path === undefined || record.path === path)
      .map((record) => ({ ...record, experience: this.viewers.experienceOf(record.id) }));
  }

  /** Ends a reader; false where there is none of this id. */
  kick(id: string): boolean {
    const record = this.#sources
      .readers()
      .flatMap((source) => source.list())
      .find((reader) => reader.id === id);
    if (record === undefined || !this.#sources.readers().some((source) => source.kick(id))) return false;
    const { path: camera, protocol, address } = record;
    this.events.add({ kind: "reader-kicked", camera, protocol, address });
    return true;
  }

  /** Sessions to a camera that ended, by the code of why. */
  reconnectsOf(camera: string): ReadonlyMap<string, number> {
    return this.#sources.cameras.report(camera)?.reconnectReasons ?? new Map<string, number>();
  }

  /** What readers of a camera were too slow for so far, by protocol. */
  dropsOf(camera: string): ReadonlyMap<string, number> {
    return this.#drops.of(camera);
  }

  /** Makes a camera try at once; false where none is pulled for this path. */
  retry(name: string): boolean {
    return this.#sources.cameras.retry(name);
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#sources.clock.wallNow();
  }

  memory(): MemoryView {
    return this.#collect().memory;
  }

  /** Everything, for one who begins to listen. */
  snapshot(options: { camera?: string | undefined; after?: string | undefined }): Snapshot {
    const { events, missed } = this.events.since(options.after);
    const state = this.#collect();
    return {
      now: this.#sources.clock.wallNow(),
      ...state,
      camera: options.camera === undefined ? null : (this.camera(options.camera) ?? null),
      events,
      missedEvents: missed,
    };
  }

  /** Calls back with what has changed, at most once a second. */
  onChange(run: (change: Change) => void): () => void {
    if (this.#listeners.size === 0) this.#state = this.#collect();
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  close(): void {
    this.#timer.cancel();
    for (const stop of this.#stops) stop();
    this.#listeners.clear();
  }

  #look(): void {
    const { clock, paths } = this.#sources;
    const now = clock.now();
    const all = paths.list();
    for (const path of all) this.#figuresOf(path.name).sample(path, now);
    for (const event of this.#publishers.look(all)) this.events.add(event);
    this.#periods += 1;
    if (this.#listeners.size === 0 && this.#periods % IDLE_PERIODS !== 0) return;
    const before = this.#state;
    this.#state = this.#collect();
    this.#tellProblems(before, this.#state);
    const change = changeBetween(before, this.#state, clock.wallNow());
    for (const run of this.#listeners) run(change);
    const names = new Set(this.#state.cameras.map(({ name }) => name));
    this.#views.keepOnly(names);
    this.#drops.keepOnly(names);
    for (const name of this.#figures.keys()) if (!names.has(name)) this.#figures.delete(name);
  }

  #tellProblems(before: State, after: State): void {
    const known = new Map(before.health.problems.map((problem) => [problem.id, problem]));
    for (const { id, cause, camera } of after.health.problems) {
      if (!known.delete(id) && camera === null) this.events.add({ kind: "problem", problem: id, cause });
    }
    for (const { id, cause, camera } of known.values()) {
      if (camera === null) this.events.add({ kind: "problem-over", problem: id, cause });
    }
  }

  #collect(): State {
    const { store, health, clock, device } = this.#sources;
    const cameras = this.#collectCameras();
    return {
      cameras,
      health: this.#health.report(cameras, health, clock.wallNow()),
      memory: this.#collectMemory(),
      device: device(),
      configEtag: store.etag,
    };
  }

  #collectCameras(): readonly CameraView[] {
    const entries = this.#entries();
    const mains = Map.groupBy([...entries], ([, options]) => options.subStream);
    const records = this.#sources.readers().flatMap((source): readonly ReaderRecord[] => source.list());
    this.#drops.look(records);
    const readers = Map.groupBy(records, (reader) => reader.path);
    return [...entries].map(([name, options]) =>
      this.#views.view(name, {
        options,
        figures: this.#figuresOf(name),
        readers: readers.get(name) ?? [],
        subStreamOf: (mains.get(name) ?? []).map(([main]) => main),
        wallOffset: this.#wallOffset,
      }),
    );
  }

  /** Configured plain paths in the order of the file, then those that exist besides. */
  #entries(): ReadonlyMap<string, PathOptions> {
    const { store, paths } = this.#sources;
    const configured = store.inForce.config.paths.filter(({ name }) => name !== "all_others" && !name.startsWith("~"));
    const entries = new Map(configured.map((options) => [options.name, options]));
    for (const path of paths.list()) entries.set(path.name, path.options);
    return entries;
  }

  #collectMemory(): MemoryView {
    const { paths, processMemory } = this.#sources;
    const { budget, streamLimit, admission, ladder } = paths;
    const streams = paths.list().flatMap(({ name, stream }) => {
      return stream === undefined ? [] : [{ path: name, bytes: stream.feed.ring.bytes, limitBytes: Math.round(streamLimit) }];
    });
    return {
      budgetBytes: budget.total,
      usedBytes: budget.used,
      committedBytes: admission.committedBytes,
      relief: ladder.steps,
      reliefCause: ladder.cause ?? null,
      pools: budget.uses().map(({ name, used, highWater, refusals }) => ({
        name,
        usedBytes: used,
        highWaterBytes: highWater,
        refusals,
      })),
      streams: streams.sort((a, b) => b.bytes - a.bytes),
      process: processMemory(),
    };
  }

  #figuresOf(name: string): PathFigures {
    let figures = this.#figures.get(name);
    if (figures === undefined) {
      figures = new PathFigures();
      this.#figures.set(name, figures);
    }
    return figures;
  }
}
