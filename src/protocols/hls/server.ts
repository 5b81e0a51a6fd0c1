/**
 * The HLS server (RFC 8216bis): answers what MediaMTX's addresses ask for, keeps sessions and muxers, and looks at their
 * time-outs once a second. It has no listener of its own: `handle` is mounted where HTTP is spoken.
 */
import type { Clock, Timer } from "#base/clock.ts";
import { SluiceError } from "#base/errors.ts";
import type { HttpHandler, HttpReply, HttpRequest, QuickExchange } from "#base/http.ts";
import type { Logger } from "#base/log.ts";
import type { MediaFolder } from "#base/files/media-folder.ts";
import type { Random } from "#base/random.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import { authenticate, type HlsAuthenticator } from "./authentication.ts";
import { hlsError } from "./errors.ts";
import type { HlsServerOptions } from "./options.ts";
import { assetReply, pageReply } from "./page/replies.ts";
import { cacheable, isCdn, MEDIA_SECONDS, playlistSeconds } from "./server/cdn.ts";
import { type MuxerEntry, MuxerTable } from "./server/muxer-table.ts";
import { QuickAnswers } from "./server/quick-answers.ts";
import { refuse, refuseError, sendFile, sendPlaylist, sendTo, wholeFor } from "./server/replies.ts";
import { readQuery, readTarget, type RequestTarget, type TargetQuery } from "./server/request-target.ts";
import type { HlsSession } from "./server/session.ts";
import { SessionTable } from "./server/session-table.ts";
import { viewMuxer, viewSession } from "./server/views.ts";
import type { HlsMuxerView, HlsSessionView } from "#base/views/clients.ts";

const SWEEP_INTERVAL_MS = 1000;

/** What the server is made with. */
export interface HlsServerDependencies {
  readonly options: HlsServerOptions;
  readonly registry: PathRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly authenticator: HlsAuthenticator;
  /** hls.js, for the player page; undefined where it isn't there. */
  readonly library: () => Buffer | undefined;
  /** Where finished segments go; undefined: they stay in memory. It is closed with the server. */
  readonly folder?: MediaFolder | undefined;
}

/** A request, read. */
interface Asked {
  readonly request: HttpRequest;
  /** A content delivery network asks, for all its viewers. */
  readonly cdn: boolean;
  readonly query: TargetQuery;
}

/** See the head of this file. */
export class HlsServer implements HttpHandler {
  readonly #parts: HlsServerDependencies;
  readonly #muxers: MuxerTable;
  readonly #sessions: SessionTable;
  readonly #quick: QuickAnswers;
  readonly #sweep: Timer;
  #options: HlsServerOptions;
  #closed = false;

  constructor(dependencies: HlsServerDependencies) {
    this.#parts = dependencies;
    this.#options = dependencies.options;
    const log = dependencies.log.child({ protocol: "hls" });
    this.#muxers = new MuxerTable({ ...dependencies, folder: dependencies.folder, log });
    this.#sessions = new SessionTable({ ...dependencies, log });
    this.#quick = new QuickAnswers(this.#sessions, this.#muxers);
    this.#sweep = dependencies.clock.every("hls sweep", SWEEP_INTERVAL_MS, () => {
      const now = dependencies.clock.now();
      this.#sessions.sweep(now);
      this.#muxers.sweep(now);
    });
  }

  /** Viewers, for the API and the metrics. */
  sessions(): readonly HlsSessionView[] {
    return this.#sessions.list().map(viewSession);
  }

  /** Streams that are served, for the API and the metrics. */
  muxers(): readonly HlsMuxerView[] {
    return this.#muxers.list().map(viewMuxer);
  }

  /** Ends a session; false where there is none of this id. */
  kick(id: string): boolean {
    const session = this.#sessions.byId(id);
    session?.close(hlsError("hls-kicked"));
    return session !== undefined;
  }

  /** Takes over other options; those of the listener don't matter here. */
  reconfigure(options: HlsServerOptions): void {
    this.#options = options;
    this.#muxers.use(options);
  }

  async handle(request: HttpRequest): Promise<HttpReply> {
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, hlsError("hls-method"), { Allow: "GET, HEAD" });
    const cdn = isCdn(this.#options.hlsCDNSecret, request.credentials);
    const asked = { request, cdn, query: readQuery(request.query) };
    try {
      return await this.#answer(readTarget(request.path), asked);
    } catch (error) {
      if (error instanceof SluiceError && !request.signal.aborted) return refuseError(error);
      throw error;
    }
  }

  quick(exchange: QuickExchange): boolean {
    return !this.#closed && this.#quick.take(exchange);
  }

  /** Ends everything. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#sweep.cancel();
    this.#sessions.close(hlsError("hls-stopping"));
    await this.#muxers.close(hlsError("hls-stopping"));
  }

  #answer(target: RequestTarget, asked: Asked): Promise<HttpReply> | HttpReply {
    switch (target.kind) {
      case "nothing":
        return refuse(404, hlsError("hls-not-found"));
      case "asset":
        return assetReply(target.file, this.#parts.library) ?? refuse(404, hlsError("hls-not-found"));
      case "page":
        return this.#page(target.path, asked);
      case "add-slash":
        return sendTo(asked.request, { path: `/${target.path}/`, query: asked.request.query });
      case "multivariant":
        return this.#multivariant(target.path, asked);
      case "playlist":
        return this.#playlist(target, asked);
      case "media":
        return this.#media(target, asked);
      default:
        return target satisfies never;
    }
  }

  /** The page says by itself what is wrong with a stream; who may not read gets none. */
  async #page(path: string, asked: Asked): Promise<HttpReply> {
    if ((await this.#userOf(path, asked)) === undefined) return unauthorized(asked.request);
    return this.#parts.registry.serves(path) ? pageReply() : { ...pageReply(), status: 404 };
  }

  /** A first playlist opens a session; players that ask for it without `cookieCheck` are asked whether they keep cookies. */
  async #multivariant(path: string, asked: Asked): Promise<HttpReply> {
    const { request, query, cdn } = asked;
    if (cdn) {
      const { session, entry } = await this.#ofCdn(path, asked);
      const reply = sendPlaylist(request, entry.muxer.multivariant(), { suffix: "", sent: count(session, entry) });
      return cacheable(reply, playlistSeconds(entry.muxer.targetDuration, false));
    }
    const known = this.#sessions.find(request, query, path);
    if (known === undefined && !query.cookieCheck) {
      const { rest } = query;
      const again = `cookieCheck=1${rest === "" ? "" : `&${rest}`}`;
      return sendTo(request, { path: request.path, query: again, cookie: this.#sessions.cookieCheck(request) });
    }
    const session = known ?? (await this.#begin(path, asked));
    if (session === undefined) return unauthorized(asked.request);
    const entry = await this.#muxerOf(session, request.signal);
    await entry.muxer.ready(request.signal);
    const cookie = known === undefined ? this.#sessions.cookieOf(request, session) : undefined;
    const suffix = this.#sessions.suffix(request, query, session);
    return sendPlaylist(request, entry.muxer.multivariant(), { suffix, cookie, sent: count(session, entry) });
  }

  async #playlist(target: { path: string; file: string }, asked: Asked): Promise<HttpReply> {
    const { request, query, cdn } = asked;
    const { msn, part } = query;
    if (Number.isNaN(msn) || Number.isNaN(part) || (part !== undefined && msn === undefined)) {
      return refuse(400, hlsError("hls-too-far-ahead"));
    }
    const known = cdn
      ? await this.#sessions.ofCdn(target.path, request, query)
      : this.#sessions.find(request, query, target.path);
    const refusal = known === undefined ? this.#impossible(target, query) : undefined;
    if (refusal !== undefined) {
      return (await this.#userOf(target.path, asked)) === undefined ? unauthorized(request) : refusal;
    }
    const session = known ?? (await this.#begin(target.path, asked));
    if (session === undefined) return unauthorized(request);
    const entry = await this.#muxerOf(session, request.signal);
    const { muxer } = entry;
    if (target.file !== muxer.names.playlist) return refuse(404, hlsError("hls-not-found"));
    await muxer.ready(request.signal);
    if (msn !== undefined && !(await muxer.waitFor({ segment: msn, part }, request.signal))) {
      return refuse(400, hlsError("hls-too-far-ahead"));
    }
    const suffix = cdn ? "" : this.#sessions.suffix(request, query, session);
    // What a cache keeps is everybody's: no player's own needs count there.
    const whole = cdn ? "whole" : wholeFor(request.headers.get("user-agent") ?? "");
    const reply = sendPlaylist(request, muxer.playlist(query.skip ? "delta" : whole), { suffix, sent: count(session, entry) });
    return cdn ? cacheable(reply, playlistSeconds(muxer.targetDuration, msn !== undefined)) : reply;
  }

  /** What is asked for in vain begins no session, or who makes addresses up would crowd out those who watch. */
  #impossible({ path, file }: { path: string; file: string }, { msn, part }: TargetQuery): HttpReply | undefined {
    const muxer = this.#muxers.find(path)?.muxer;
    if (muxer === undefined) return undefined;
    if (file !== muxer.names.playlist) return refuse(404, hlsError("hls-not-found"));
    const tooFar = msn !== undefined && muxer.place({ segment: msn, part }) === "too-far";
    return tooFar ? refuse(400, hlsError("hls-too-far-ahead")) : undefined;
  }

  async #media(target: { path: string; file: string }, asked: Asked): Promise<HttpReply> {
    const { request, query, cdn } = asked;
    const session = cdn
      ? await this.#sessions.ofCdn(target.path, request, query)
      : this.#sessions.find(request, query, target.path);
    if (session === undefined && (await this.#userOf(target.path, asked)) === undefined) return unauthorized(request);
    const entry = this.#muxers.find(target.path);
    if (entry === undefined) return refuse(404, hlsError("hls-not-found"));
    this.#muxers.touch(entry);
    const file = await entry.muxer.file(target.file, request.signal);
    if (file === undefined) return refuse(404, hlsError("hls-not-found"));
    const reply = sendFile(file, session === undefined ? () => undefined : count(session, entry));
    return cdn ? cacheable(reply, MEDIA_SECONDS) : reply;
  }

  async #ofCdn(path: string, { request, query }: Asked): Promise<{ session: HlsSession; entry: MuxerEntry }> {
    const session = await this.#sessions.ofCdn(path, request, query);
    const entry = await this.#muxerOf(session, request.signal);
    await entry.muxer.ready(request.signal);
    return { session, entry };
  }

  /** A new session for who may read; undefined for who may not. Rejects where the path has no stream. */
  async #begin(path: string, asked: Asked): Promise<HlsSession | undefined> {
    const user = await this.#userOf(path, asked);
    return user === undefined ? undefined : this.#sessions.open({ path, user, ...asked });
  }

  #userOf(path: string, { request, query }: Asked): Promise<string | undefined> {
    const { address, credentials, signal } = request;
    const userAgent = request.headers.get("user-agent") ?? "";
    return authenticate(this.#parts, { path, query: query.rest, address, userAgent, credentials }, signal);
  }

  /** The muxer that works, whether or not its camera is there now; else one of the stream the path has, or will have soon. */
  async #muxerOf(session: HlsSession, signal: AbortSignal): Promise<MuxerEntry> {
    const working = this.#muxers.find(session.origin.path);
    if (working !== undefined) return this.#muxers.touch(working);
    const path = await this.#parts.registry.describe(session.origin.path, { query: session.origin.query, signal });
    const stream = path.stream ?? (await path.whenReady(signal));
    return this.#muxers.open(path, stream);
  }
}

function unauthorized(request: HttpRequest): HttpReply {
  const headers = request.credentials.kind === "none" ? { "WWW-Authenticate": 'Basic realm="mediamtx"' } : {};
  return refuse(401, hlsError("hls-authentication"), headers);
}

function count(session: HlsSession, entry: MuxerEntry): (bytes: number) => void {
  return (bytes) => {
    session.bytes += bytes;
    entry.bytes += bytes;
  };
}
