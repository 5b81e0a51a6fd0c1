/**
 * All paths: finds the one that serves a name (making it, where a wildcard entry matches), and hands readers and publishers
 * to it. Wildcard paths go when nobody uses them; at most `MAX_PATHS` exist.
 */
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import { streamError } from "./errors.ts";
import type { StreamInput } from "./input.ts";
import { Admission, type StreamNeed } from "./memory/admission.ts";
import { PressureLadder } from "./memory/pressure-ladder.ts";
import { MemoryBudget } from "./ring/memory-budget.ts";
import type { PathOptions } from "./options.ts";
import { PathTable, pathNameFault } from "./path-name.ts";
import { planPaths } from "./path-plan.ts";
import type { PathReload, PathStep } from "./path-plan.ts";
import { Path } from "./path.ts";
import { SLAB_BYTES, SlabPool } from "./ring/slab.ts";
import type { PathPublisher, PathReader, SourceFactory } from "./source.ts";
import type { OpenTrack } from "./track.ts";

export type { PathPublisher, PathReader } from "./source.ts";
export type { Path } from "./path.ts";

/** Paths in use at a time. */
const MAX_PATHS = 1000;

/** Share of the budget up to which a stream may hold more than its fair part. */
const RELAXED_SHARE = 0.75;
/** Part of its fair share that a ring keeps while memory is very short. */
const SHORTENED = 0.5;

/** What the registry needs. */
export interface PathRegistryOptions {
  readonly paths: readonly PathOptions[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Bytes of media memory in all. */
  readonly budgetBytes: number;
  readonly sourceFactory: SourceFactory;
}

/** What a request for a path carries. */
export interface PathRequest {
  readonly query: string;
  readonly signal: AbortSignal;
}

/** See the head of this file. */
export class PathRegistry {
  readonly budget: MemoryBudget;
  /** What is let go of while memory is short. */
  readonly ladder = new PressureLadder();
  readonly admission: Admission;
  readonly #options: PathRegistryOptions;
  readonly #slabs: SlabPool;
  #table: PathTable;
  readonly #paths = new Map<string, Path>();
  #closed = false;

  constructor(options: PathRegistryOptions) {
    this.#options = options;
    this.budget = new MemoryBudget(options.budgetBytes);
    this.#slabs = new SlabPool(this.budget, "rings");
    const { budget, ladder } = this;
    this.admission = new Admission({ budget, ladder, streams: () => this.#needs() });
    this.#table = new PathTable(options.paths);
  }

  /** Opens every plain path, which starts their sources. */
  start(): void {
    this.#plan(() => undefined);
  }

  /** Serves by other entries from now on. Paths that stay the same don't notice; what goes closes its readers. */
  reconfigure(entries: readonly PathOptions[], reloadOf: PathReload): void {
    this.#table = new PathTable(entries);
    this.#plan(reloadOf);
  }

  /** Slabs of the media budget, for readers' own copies. */
  get slabs(): SlabPool {
    return this.#slabs;
  }

  /** For DESCRIBE: the path, its stream ready. Rejects with a `path-…` error. */
  async describe(name: string, request: PathRequest): Promise<Path> {
    const path = this.#open(name);
    await path.whenReady(request.signal);
    return path;
  }

  /** For SETUP: as `describe`, and `reader` is counted until `removeReader`. */
  async addReader(name: string, reader: PathReader, request: PathRequest): Promise<Path> {
    const path = this.#open(name);
    await path.whenReady(request.signal);
    path.addReader(reader);
    return path;
  }

  removeReader(path: Path, reader: PathReader): void {
    path.removeReader(reader);
  }

  /** For RECORD: who feeds the path from now on. Rejects with a `path-…` error. */
  publish(name: string, publisher: PathPublisher, tracks: readonly OpenTrack[]): Promise<StreamInput> {
    return Promise.resolve().then(() => this.#open(name).publish(publisher, tracks));
  }

  /** Whether `name` could be published to at all, for refusing at ANNOUNCE: throws a `path-…` error if not. */
  checkPublish(name: string): void {
    const path = this.#open(name);
    const { source, publish } = path.options;
    if (source !== "publisher" || !publish) throw streamError("path-not-publishable", { details: { path: name } });
  }

  /** Whether the configuration has an entry for `name`. */
  serves(name: string): boolean {
    return this.#paths.has(name) || (pathNameFault(name) === undefined && this.#table.match(name) !== undefined);
  }

  /** All paths in use, plain ones included, sorted by name. */
  list(): readonly Path[] {
    return [...this.#paths.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Path | undefined {
    return this.#paths.get(name);
  }

  /** Ends all paths. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const path of this.#paths.values()) path.close(streamError("stream-closed"));
    this.#paths.clear();
  }

  #open(name: string): Path {
    const known = this.#paths.get(name);
    if (known !== undefined) return known;
    const reason = pathNameFault(name);
    if (reason !== undefined) throw streamError("path-name-invalid", { details: { path: name.slice(0, 100), reason } });
    const match = this.#table.match(name);
    if (match === undefined || this.#closed) throw streamError("path-not-configured", { details: { path: name } });
    if (!match.options.enable) throw streamError("path-disabled", { details: { path: name } });
    if (this.#paths.size >= MAX_PATHS) throw streamError("path-too-many", { details: { max: MAX_PATHS } });
    const { clock, random, log, sourceFactory } = this.#options;
    const path = new Path(
      {
        clock,
        random,
        log,
        slabs: this.#slabs,
        unitMemory: this.budget.pool("units"),
        share: () => this.#share(),
        admission: this.admission,
        ladder: this.ladder,
        sources: sourceFactory,
        unused: (unused) => {
          this.#forget(unused);
        },
      },
      { name, ...match },
    );
    this.#paths.set(name, path);
    return path;
  }

  #plan(reloadOf: PathReload): void {
    for (const step of planPaths([...this.#paths.values()], this.#table, reloadOf)) this.#carryOut(step);
  }

  #carryOut(step: PathStep): void {
    switch (step.kind) {
      case "add":
        try {
          this.#open(step.name);
        } catch (error) {
          this.#options.log.warn({ path: step.name, error }, "path could not be added");
        }
        return;
      case "change":
        this.#paths.get(step.name)?.reconfigure(step.match, step.reload);
        return;
      case "remove": {
        const path = this.#paths.get(step.name);
        this.#paths.delete(step.name);
        path?.close(streamError("path-removed", { details: { path: step.name } }));
      }
    }
  }

  /** Wildcard paths leave when unused; plain ones stay listed. */
  #forget(path: Path): void {
    if (path.options.name === path.name) return;
    path.close(streamError("path-no-stream", { details: { path: path.name } }));
    if (this.#paths.get(path.name) === path) this.#paths.delete(path.name);
  }

  /** Stops on-demand sources that nobody reads; answers how many. */
  closeIdle(): number {
    return [...this.#paths.values()].filter((path) => path.closeIdle()).length;
  }

  #needs(): readonly StreamNeed[] {
    const now = this.#options.clock.now();
    const needs: StreamNeed[] = [];
    for (const { stream, readerCount } of this.#paths.values()) {
      if (stream !== undefined) needs.push({ windowBytes: stream.feed.ring.windowBytes(now), readers: readerCount });
    }
    return needs;
  }

  /** Bytes that one stream may hold now. */
  get streamLimit(): number {
    return this.#share();
  }

  /** Bytes one stream's ring may hold: its fair part of the budget, up to half of it while there is plenty. */
  #share(): number {
    const { total, used } = this.budget;
    const streams = Math.max(1, this.#countStreams());
    const fair = Math.max(SLAB_BYTES, (total * 0.9) / streams - SLAB_BYTES);
    if (this.ladder.has("shorten-rings")) return Math.max(SLAB_BYTES, fair * SHORTENED);
    return used < total * RELAXED_SHARE ? Math.max(fair, total / 2) : fair;
  }

  #countStreams(): number {
    let count = 0;
    for (const path of this.#paths.values()) if (path.stream !== undefined) count += 1;
    return count;
  }
}

/** Makes the registry; call `start` on it when readers can be served. */
export function createPathRegistry(options: PathRegistryOptions): PathRegistry {
  return new PathRegistry(options);
}
