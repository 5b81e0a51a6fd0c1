/**
 * The muxers, one per stream that is watched (or of every stream, with `hlsAlwaysRemux`). One that nobody has asked for in
 * `hlsMuxerCloseAfter` goes; one that failed stays a while with its reason, so that players don't make it try all the time.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { MediaFolder } from "#base/files/media-folder.ts";
import type { Random } from "#base/random.ts";
import { hlsError } from "#protocols/hls/errors.ts";
import { openContainer } from "#protocols/hls/from-stream.ts";
import { Muxer } from "#protocols/hls/muxer/muxer.ts";
import { Shelf } from "#protocols/hls/muxer/shelf.ts";
import type { HlsServerOptions } from "#protocols/hls/options.ts";
import type { Path, PathRegistry } from "#streams/path-registry.ts";
import { SlabPool } from "#streams/ring/slab.ts";
import type { Stream } from "#streams/stream.ts";

/** A muxer that failed is not tried again for this long. */
const RETRY_MS = 10_000;
/** While memory is short: longer than any player waits between two requests. */
const SHORT_IDLE_MS = 15_000;
/** Part of the media memory that all windows together may fill. */
const MEMORY_SHARE = 0.5;
/** Low latency keeps at least this many segments, as MediaMTX. */
const MIN_LOW_LATENCY_SEGMENTS = 7;
const PREFIX_BYTES = 6;

/** What the table works with. */
export interface MuxerTableOptions {
  readonly options: HlsServerOptions;
  readonly registry: PathRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Where finished segments go; undefined: they stay in memory. */
  readonly folder: MediaFolder | undefined;
}

/** A muxer in use. */
export interface MuxerEntry {
  readonly path: string;
  readonly muxer: Muxer;
  readonly stream: Stream;
  /** Monotonic and wall ms of the last request. */
  lastRequestAt: number;
  lastRequest: number;
  bytes: number;
}

/** See the head of this file. */
export class MuxerTable {
  readonly #parts: MuxerTableOptions;
  readonly #slabs: SlabPool;
  readonly #shelf: Shelf | undefined;
  readonly #entries = new Map<string, MuxerEntry>();
  #options: HlsServerOptions;

  constructor(parts: MuxerTableOptions) {
    this.#parts = parts;
    this.#options = parts.options;
    this.#slabs = new SlabPool(parts.registry.budget, "hls");
    this.#shelf = parts.folder === undefined ? undefined : new Shelf(parts.folder, parts.log);
  }

  /** Every muxer, by path. */
  list(): readonly MuxerEntry[] {
    return [...this.#entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The muxer of `path`, while it works. */
  find(path: string): MuxerEntry | undefined {
    const entry = this.#entries.get(path);
    return entry?.muxer.ended === undefined ? entry : undefined;
  }

  /** The muxer of `path`, made where there is none. Throws where the stream can't be carried, or has failed just now. */
  open(path: Path, stream: Stream): MuxerEntry {
    const { clock } = this.#parts;
    const known = this.#entries.get(path.name);
    if (known?.stream === stream) {
      if (known.muxer.ended !== undefined) throw known.muxer.ended.error;
      return this.touch(known);
    }
    known?.muxer.close(hlsError("hls-idle"));
    const entry: MuxerEntry = {
      path: path.name,
      muxer: this.#make(path, stream),
      stream,
      lastRequestAt: clock.now(),
      lastRequest: clock.wallNow(),
      bytes: 0,
    };
    this.#entries.set(path.name, entry);
    return entry;
  }

  /** Notes that somebody has asked for it. */
  touch(entry: MuxerEntry): MuxerEntry {
    entry.lastRequestAt = this.#parts.clock.now();
    entry.lastRequest = this.#parts.clock.wallNow();
    return entry;
  }

  /**
   * Takes over other options. What is promised to players when a muxer begins (kind and lengths of segments) can't change under
   * them: muxers that it changes for end, and players begin again with the next.
   */
  use(options: HlsServerOptions): void {
    const before = this.#options;
    this.#options = options;
    const promised = ["hlsVariant", "hlsSegmentDuration", "hlsPartDuration"] as const;
    if (promised.some((key) => before[key] !== options[key])) this.#endAll(hlsError("hls-settings-changed"));
  }

  /** Once a second. */
  sweep(now: number): void {
    const { registry, log } = this.#parts;
    const options = this.#options;
    for (const entry of this.#entries.values()) {
      entry.muxer.sweep(now);
      const { ended } = entry.muxer;
      const isOver = ended !== undefined && (now - ended.at >= RETRY_MS || !ended.error.code.startsWith("hls-"));
      const patience = registry.ladder.has("close-idle") ? SHORT_IDLE_MS : options.hlsMuxerCloseAfter;
      const isIdle = !options.hlsAlwaysRemux && now - entry.lastRequestAt >= Math.min(patience, options.hlsMuxerCloseAfter);
      if (!isOver && !isIdle) continue;
      entry.muxer.close(hlsError("hls-idle"));
      this.#entries.delete(entry.path);
      log.info({ path: entry.path, reason: (ended?.error ?? hlsError("hls-idle")).message }, "HLS of a stream has ended");
    }
    if (options.hlsAlwaysRemux) for (const path of registry.list()) this.#remux(path);
  }

  /** Ends every muxer at once; resolves when nothing of them is left on disk. */
  async close(error: SluiceError): Promise<void> {
    this.#endAll(error);
    await this.#shelf?.close();
  }

  #endAll(error: SluiceError): void {
    for (const { muxer } of this.#entries.values()) muxer.close(error);
    this.#entries.clear();
  }

  #remux(path: Path): void {
    if (!path.ready || path.stream === undefined || this.#entries.has(path.name)) return;
    try {
      this.open(path, path.stream);
    } catch {
      // What HLS can't carry is told to who asks for it.
    }
  }

  #make(path: Path, stream: Stream): Muxer {
    const { clock, random, registry, log } = this.#parts;
    const options = this.#options;
    const variant = options.hlsVariant;
    const leastSegments = variant === "lowLatency" ? MIN_LOW_LATENCY_SEGMENTS : 1;
    const container = openContainer(stream, variant);
    if (container === undefined) {
      const codecs = stream.tracks.map(({ name }) => name).join(", ");
      throw hlsError("hls-no-codec", { details: { path: path.name, codecs } });
    }
    const left = stream.tracks.filter(({ index }) => container.tracks.every((track) => track.index !== index));
    log.info(
      { path: path.name, variant, tracks: container.tracks.length, notCarried: left.map(({ name }) => name) },
      "HLS of a stream has begun",
    );
    return new Muxer({
      path: path.name,
      stream,
      container,
      variant,
      prefix: random.bytes(PREFIX_BYTES).toString("hex"),
      segmentCount: () => Math.max(leastSegments, this.#options.hlsSegmentCount),
      segmentMs: options.hlsSegmentDuration,
      partMs: options.hlsPartDuration,
      segmentBytes: () => this.#options.hlsSegmentMaxSize,
      slabs: this.#slabs,
      shelf: this.#shelf,
      share: () => (registry.budget.total * MEMORY_SHARE) / Math.max(1, this.#entries.size),
      short: () => registry.ladder.has("shorten-hls"),
      clock,
      log: log.child({ path: path.name }),
    });
  }
}
