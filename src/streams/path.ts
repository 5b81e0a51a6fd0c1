/**
 * One path: who feeds it (a pulled source, always or on demand, or a publisher), its stream, and who reads it. It decides
 * when a source runs, how long a new reader waits, and when the stream ends.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import { streamError } from "./errors.ts";
import type { StreamInput } from "./input.ts";
import type { PathOptions } from "./options.ts";
import { fillGroups } from "./path-name.ts";
import type { PathMatch } from "./path-name.ts";
import type { Admission } from "./memory/admission.ts";
import type { PressureLadder } from "./memory/pressure-ladder.ts";
import type { MemoryPool } from "./ring/memory-budget.ts";
import type { SlabPool } from "./ring/slab.ts";
import type { PathPublisher, PathReader, Source, SourceFactory } from "./source.ts";
import { Stream } from "./stream.ts";
import type { OpenTrack } from "./track.ts";

/** A new reader waits this long for a source that is starting or coming back. */
const READER_WAIT_MS = 10_000;
/** While memory is short a reader that takes nothing for this long goes: twice what a player on a weak network pauses. */
const SHORT_STALL_MS = 2000;

/** What all paths share. */
export interface PathContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly slabs: SlabPool;
  /** For whole units that wait for a slow reader. */
  readonly unitMemory: MemoryPool;
  readonly share: () => number;
  /** Who still fits. */
  readonly admission: Admission;
  readonly ladder: Pick<PressureLadder, "has">;
  readonly sources: SourceFactory;
  /** Nobody uses the path any more (a wildcard one can go). */
  readonly unused: (path: Path) => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: SluiceError) => void;
}

/** Where a path's packets come from, for the API. */
export interface PathSourceView {
  readonly type: string;
  readonly id: string;
}

/** See the head of this file. */
export class Path {
  readonly name: string;
  readonly #context: PathContext;
  readonly #log: Logger;
  #match: PathMatch;
  #source: Source | undefined;
  readonly #readers = new Set<PathReader>();
  readonly #waiters = new Set<Waiter>();
  #stream: Stream | undefined;
  #publisher: PathPublisher | undefined;
  #sourceStartedAt: number | undefined;
  #idle: Timer | undefined;
  #readySince: number | undefined;
  #inboundBefore = 0;
  #outbound = 0;
  #closed = false;

  constructor(context: PathContext, what: PathMatch & { readonly name: string }) {
    this.#context = context;
    this.name = what.name;
    this.#match = what;
    this.#log = context.log.child({ path: what.name });
    this.#source = this.#pulled ? this.#createSource() : undefined;
    if (this.#source !== undefined && !this.options.sourceOnDemand) this.#startSource();
  }

  /** As configured now; changes with the configuration, so don't keep it. */
  get options(): PathOptions {
    return this.#match.options;
  }

  /** What the entry's expression matched of the name. */
  get groups(): readonly string[] {
    return this.#match.groups;
  }

  /** The stream; undefined while nobody has fed the path. */
  get stream(): Stream | undefined {
    return this.#stream;
  }

  get ready(): boolean {
    return this.#stream?.ready === true;
  }

  /** Wall clock, ms since 1970, when the stream became ready; undefined while it isn't. */
  get readySince(): number | undefined {
    return this.#readySince;
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  get readers(): readonly PathReader[] {
    return [...this.#readers];
  }

  get inboundBytes(): number {
    return this.#inboundBefore + (this.#stream?.inboundBytes ?? 0);
  }

  get outboundBytes(): number {
    return this.#outbound;
  }

  /** Who feeds the path; undefined when nobody does. The pulled source is shown only while it runs. */
  get source(): PathSourceView | undefined {
    if (this.options.source === "redirect") return { type: "redirect", id: "" };
    if (this.#publisher !== undefined) return { type: this.#publisher.type, id: this.#publisher.id };
    if (this.#source !== undefined && this.#sourceStartedAt !== undefined) return { type: this.#source.type, id: "" };
    return undefined;
  }

  /** True when a wildcard path may be forgotten. */
  get unused(): boolean {
    return (
      this.#readers.size === 0 &&
      this.#waiters.size === 0 &&
      this.#publisher === undefined &&
      this.#sourceStartedAt === undefined &&
      this.#stream === undefined
    );
  }

  /** Readers report what they sent, bytes. */
  countOutbound(bytes: number): void {
    this.#outbound += bytes;
  }

  /** Resolves with the ready stream; starts an on-demand source, waits for one that is starting or coming back. */
  async whenReady(signal: AbortSignal): Promise<Stream> {
    this.#refuseRedirect();
    this.#wantSource();
    try {
      if (!this.ready) await this.#waitReady(signal);
    } finally {
      this.#restIfUnread();
    }
    if (this.#stream === undefined) throw this.#noStream();
    return this.#stream;
  }

  /** Counts `reader` in. */
  addReader(reader: PathReader): void {
    const { maxReaders } = this.options;
    if (maxReaders > 0 && this.#readers.size >= maxReaders) {
      throw streamError("path-max-readers", { details: { path: this.name, max: maxReaders } });
    }
    this.#context.admission.reader(this.name);
    this.#readers.add(reader);
    this.#idle?.cancel();
    this.#idle = undefined;
  }

  /** Why a reader that has taken nothing for `silentMs` is to be closed; undefined while it may stay, `usualMs` while memory suffices. */
  stalled(silentMs: number, usualMs: number): SluiceError | undefined {
    if (silentMs >= usualMs) return streamError("stream-reader-stalled", { details: { seconds: Math.round(usualMs / 1000) } });
    if (silentMs < SHORT_STALL_MS || !this.#context.ladder.has("close-stalled")) return undefined;
    return streamError("stream-reader-shed", { details: { path: this.name, seconds: Math.round(silentMs / 1000) } });
  }

  /** Stops an on-demand source that nobody reads, before its time. False where there is none. */
  closeIdle(): boolean {
    if (this.#idle === undefined) return false;
    this.#idle.cancel();
    this.#rest();
    return true;
  }

  removeReader(reader: PathReader): void {
    if (this.#readers.delete(reader)) this.#restIfUnread();
  }

  /** Lets `publisher` feed the path. */
  publish(publisher: PathPublisher, tracks: readonly OpenTrack[]): StreamInput {
    if (!this.#takesPublishers) throw streamError("path-not-publishable", { details: { path: this.name } });
    if (this.#stream === undefined) this.#context.admission.stream();
    const former = this.#publisher;
    if (former !== undefined) {
      if (!this.options.overridePublisher) throw streamError("path-already-published", { details: { path: this.name } });
      this.#publisher = undefined;
      former.close(streamError("publisher-replaced", { details: { path: this.name } }));
    }
    this.#publisher = publisher;
    const input = this.#attach(tracks);
    this.#log.info({ publisher: publisher.type, tracks: tracks.map((track) => track.codec.name) }, "publishing");
    return input;
  }

  /** Takes other options. Readers stay, as long as what feeds them then has the same tracks and comes within `sourceGrace`. */
  reconfigure(match: PathMatch, reload: "live" | "source"): void {
    this.#match = match;
    if (reload === "source") this.#replaceSource();
    else this.#source?.configure(match.options);
    if (this.#publisher !== undefined && !this.#takesPublishers) this.#endPublisher();
    if (this.#source !== undefined && !this.options.sourceOnDemand) this.#wantSource();
    this.#idle?.cancel();
    this.#idle = undefined;
    this.#restIfUnread();
  }

  /** Ends everything on the path. Idempotent. */
  close(error: SluiceError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#idle?.cancel();
    this.#source?.close();
    const publisher = this.#publisher;
    this.#publisher = undefined;
    publisher?.close(error);
    for (const waiter of [...this.#waiters]) waiter.reject(error);
    for (const reader of [...this.#readers]) reader.close(error);
    this.#readers.clear();
    this.#stream?.close(error);
    this.#stream = undefined;
  }

  get #takesPublishers(): boolean {
    return this.options.source === "publisher" && this.options.publish;
  }

  #endPublisher(): void {
    const publisher = this.#publisher;
    this.#publisher = undefined;
    publisher?.close(streamError("path-not-publishable", { details: { path: this.name } }));
  }

  /** The former source lets go of the stream; readers wait for the next one as if it were the same camera that came back. */
  #replaceSource(): void {
    const wanted = this.#sourceStartedAt !== undefined;
    this.#sourceStartedAt = undefined;
    this.#source?.close();
    this.#source = this.#pulled ? this.#createSource() : undefined;
    if (this.options.source === "redirect") {
      const error = streamError("path-removed", { details: { path: this.name } });
      for (const waiter of [...this.#waiters]) waiter.reject(error);
      this.#endStream(error);
    }
    this.#log.info({ source: this.#source?.type ?? this.options.source, readers: this.#readers.size }, "source is replaced");
    if (wanted || this.#readers.size > 0 || this.#waiters.size > 0) this.#wantSource();
  }

  get #pulled(): boolean {
    return this.options.source !== "publisher" && this.options.source !== "redirect";
  }

  #createSource(): Source | undefined {
    return this.#context.sources.create({
      name: this.name,
      url: fillGroups(this.options.source, this.groups),
      options: this.options,
      attach: (tracks) => this.#attach(tracks),
    });
  }

  #attach(tracks: readonly OpenTrack[]): StreamInput {
    if (this.#stream !== undefined && !this.#stream.accepts(tracks)) {
      this.#endStream(streamError("stream-tracks-changed", { details: { path: this.name } }));
    }
    if (this.#stream === undefined) this.#context.admission.stream();
    this.#readySince = undefined;
    this.#stream ??= this.#openStream(tracks);
    return this.#stream.attach(tracks);
  }

  #openStream(tracks: readonly OpenTrack[]): Stream {
    const { clock, random, slabs, share, unitMemory } = this.#context;
    return new Stream({
      path: this.name,
      tracks,
      slabs,
      memory: unitMemory,
      share,
      clock,
      random,
      sourceGraceMs: () => this.options.sourceGrace,
      goneError: () => streamError("stream-source-gone", { details: { path: this.name } }),
      events: {
        ready: () => {
          this.#becameReady();
        },
        lost: (reason) => {
          this.#lost(reason);
        },
        gone: (error) => {
          this.#endStream(error);
          this.#tellIfUnused();
        },
      },
    });
  }

  #becameReady(): void {
    this.#readySince = this.#context.clock.wallNow();
    this.#log.info({ tracks: this.#stream?.tracks.map((track) => track.name) }, "stream is ready");
    for (const waiter of [...this.#waiters]) waiter.resolve();
  }

  #lost(reason: SluiceError): void {
    const wasReady = this.#readySince !== undefined;
    this.#readySince = undefined;
    this.#publisher = undefined;
    if (wasReady) this.#log.warn({ code: reason.code, reason: reason.message, readers: this.#readers.size }, "source is lost");
    if (this.#readers.size === 0 && !this.#pulled) {
      this.#endStream(reason);
      this.#tellIfUnused();
    }
  }

  #endStream(error: SluiceError): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    this.#inboundBefore += stream.inboundBytes;
    this.#stream = undefined;
    this.#readySince = undefined;
    for (const reader of [...this.#readers]) reader.close(error);
    stream.close(error);
  }

  #refuseRedirect(): void {
    if (this.options.source !== "redirect") return;
    throw streamError("path-redirect", { details: { path: this.name, location: this.options.sourceRedirect } });
  }

  #wantSource(): void {
    this.#idle?.cancel();
    this.#idle = undefined;
    if (this.#source !== undefined && this.#sourceStartedAt === undefined) this.#startSource();
  }

  #startSource(): void {
    this.#sourceStartedAt = this.#context.clock.now();
    this.#source?.start();
  }

  /** How long a reader that comes now waits, ms; 0 when there is nothing to wait for. */
  #patience(): number {
    const { sourceOnDemand, sourceOnDemandStartTimeout } = this.options;
    if (this.#source !== undefined && sourceOnDemand && this.#stream === undefined) return sourceOnDemandStartTimeout;
    if (this.#stream !== undefined) return READER_WAIT_MS;
    if (this.#source === undefined || this.#sourceStartedAt === undefined) return 0;
    return Math.max(0, this.#sourceStartedAt + READER_WAIT_MS - this.#context.clock.now());
  }

  #waitReady(signal: AbortSignal): Promise<void> {
    const patience = this.#patience();
    if (patience <= 0) return Promise.reject(this.#noStream());
    return new Promise((resolve, reject) => {
      const timeout = this.#source !== undefined && this.options.sourceOnDemand ? "path-source-timeout" : "path-no-stream";
      const settle = (finish: () => void): void => {
        timer.cancel();
        signal.removeEventListener("abort", abort);
        this.#waiters.delete(waiter);
        finish();
      };
      const abort = (): void => {
        settle(() => {
          reject(signal.reason as Error);
        });
      };
      const waiter: Waiter = {
        resolve: () => {
          settle(resolve);
        },
        reject: (error) => {
          settle(() => {
            reject(error);
          });
        },
      };
      const timer = this.#context.clock.after("wait for stream", patience, () => {
        waiter.reject(streamError(timeout, { details: { path: this.name } }));
      });
      signal.addEventListener("abort", abort, { once: true });
      this.#waiters.add(waiter);
    });
  }

  /** An on-demand source that nobody reads is stopped after a while. */
  #restIfUnread(): void {
    if (this.#closed || this.#readers.size > 0 || this.#waiters.size > 0) return;
    const onDemand = this.#source !== undefined && this.options.sourceOnDemand && this.#sourceStartedAt !== undefined;
    if (!onDemand) {
      this.#tellIfUnused();
      return;
    }
    this.#idle ??= this.#context.clock.after("on-demand idle", this.options.sourceOnDemandCloseAfter, () => {
      this.#rest();
    });
  }

  #rest(): void {
    this.#idle = undefined;
    this.#sourceStartedAt = undefined;
    this.#source?.close();
    this.#endStream(this.#noStream());
    this.#log.info({}, "on-demand source stopped: nobody reads it");
    this.#tellIfUnused();
  }

  #tellIfUnused(): void {
    if (!this.#closed && this.unused) this.#context.unused(this);
  }

  #noStream(): SluiceError {
    return streamError("path-no-stream", { details: { path: this.name } });
  }
}
