/**
 * The sessions: found by the secret a player shows (a cookie over HTTPS, `?session=` elsewhere, since only secure cookies can
 * be kept apart per page), bounded in number, ended after `IDLE_MS` without a request.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { HttpRequest } from "#base/http.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import { hlsError } from "#protocols/hls/errors.ts";
import type { Path, PathRegistry } from "#streams/path-registry.ts";
import type { TargetQuery } from "./request-target.ts";
import { HlsSession } from "./session.ts";

/** As MediaMTX. */
const IDLE_MS = 30_000;
const MAX_SESSIONS = 10_000;
const MAX_QUERY = 1024;
const MAX_USER_AGENT = 256;
/** Carries the session where a player keeps cookies. */
export const COOKIE = "hlsSession";
const ATTRIBUTES = "HttpOnly; Secure; SameSite=None; Partitioned";
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** What the table works with. */
export interface SessionTableOptions {
  readonly registry: PathRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

interface Open {
  readonly session: HlsSession;
  readonly path: Path;
}

/** See the head of this file. */
export class SessionTable {
  readonly #parts: SessionTableOptions;
  readonly #bySecret = new Map<string, Open>();
  /** Sessions of the content delivery network, by path. */
  readonly #ofCdn = new Map<string, HlsSession>();

  constructor(parts: SessionTableOptions) {
    this.#parts = parts;
  }

  list(): readonly HlsSession[] {
    return [...this.#bySecret.values()].map(({ session }) => session);
  }

  byId(id: string): HlsSession | undefined {
    return this.list().find((session) => session.id === id);
  }

  /** The session that `request` belongs to; it lives on by that. */
  find(request: HttpRequest, query: TargetQuery, path: string): HlsSession | undefined {
    const secret = query.session ?? cookieIn(request);
    return secret === undefined ? undefined : this.bySecret(secret, { address: request.address, path });
  }

  /** The session with this secret, where the request it came in is its own; it lives on by that. */
  bySecret(secret: string, from: { address: string; path: string }): HlsSession | undefined {
    const session = this.#bySecret.get(secret)?.session;
    if (session?.belongsTo(from.address, from.path) !== true) return undefined;
    session.lastRequestAt = this.#parts.clock.now();
    return session;
  }

  /** The content delivery network's one session of `path`, made where there is none. Rejects as `open` does. */
  async ofCdn(path: string, request: HttpRequest, query: TargetQuery): Promise<HlsSession> {
    const known = this.#ofCdn.get(path);
    if (known !== undefined) {
      known.lastRequestAt = this.#parts.clock.now();
      return known;
    }
    const session = await this.open({ path, user: "", request, query, isCdn: true });
    const other = this.#ofCdn.get(path);
    if (other !== undefined) {
      // Two first requests at once: one session is enough.
      session.close(hlsError("hls-idle"));
      return other;
    }
    this.#ofCdn.set(path, session);
    return session;
  }

  /** Makes a session that reads `path`. Rejects where the path has no stream or no room. */
  async open(what: {
    path: string;
    user: string;
    request: HttpRequest;
    query: TargetQuery;
    isCdn?: boolean;
  }): Promise<HlsSession> {
    const { clock, random, registry, log } = this.#parts;
    const { request, query } = what;
    if (this.#bySecret.size >= MAX_SESSIONS) throw hlsError("hls-too-many", { details: { max: MAX_SESSIONS }, retryable: true });
    const session = new HlsSession(
      {
        id: randomUuid(random),
        secret: this.#secretFor(query),
        path: what.path,
        query: query.rest.slice(0, MAX_QUERY),
        address: request.address,
        user: what.user,
        userAgent: (request.headers.get("user-agent") ?? "").slice(0, MAX_USER_AGENT),
        isCdn: what.isCdn === true,
        created: clock.wallNow(),
      },
      { now: clock.now(), ended: (ended, error) => this.#end(ended, error) },
    );
    const path = await registry.addReader(what.path, session, { query: query.rest, signal: request.signal });
    this.#bySecret.set(session.origin.secret, { session, path });
    log.info({ path: what.path, address: request.address, session: session.id }, "HLS session opened");
    return session;
  }

  /** What is handed on to the addresses of a playlist: the session where no cookie carries it, and the viewer's own query. */
  suffix(request: HttpRequest, query: TargetQuery, session: HlsSession): string {
    const carried = cookieIn(request) === session.origin.secret || (request.secure && query.cookieCheck && keepsCookies(request));
    if (!carried) return querySuffix(session.origin.secret, query.rest);
    return query.rest === "" ? "" : `?${query.rest}`;
  }

  /** Asks a player whether it keeps cookies. */
  cookieCheck(request: HttpRequest): string | undefined {
    return request.secure ? `cookieCheck=1; ${ATTRIBUTES}` : undefined;
  }

  /** The cookie that carries `session`; undefined where it couldn't be kept. */
  cookieOf(request: HttpRequest, session: HlsSession): string | undefined {
    return request.secure && keepsCookies(request) ? `${COOKIE}=${session.origin.secret}; ${ATTRIBUTES}` : undefined;
  }

  /** Once a second. */
  sweep(now: number): void {
    for (const { session } of this.#bySecret.values()) {
      if (now - session.lastRequestAt >= IDLE_MS) session.close(hlsError("hls-idle"));
    }
  }

  close(error: SluiceError): void {
    for (const { session } of this.#bySecret.values()) session.close(error);
  }

  /** A player whose session has ended goes on under the secret it has, so that its addresses stay right. */
  #secretFor(query: TargetQuery): string {
    const { session } = query;
    return session !== undefined && UUID.test(session) && !this.#bySecret.has(session) ? session : randomUuid(this.#parts.random);
  }

  #end(session: HlsSession, error: SluiceError): void {
    const open = this.#bySecret.get(session.origin.secret);
    if (open?.session !== session) return;
    this.#bySecret.delete(session.origin.secret);
    if (this.#ofCdn.get(session.origin.path) === session) this.#ofCdn.delete(session.origin.path);
    this.#parts.registry.removeReader(open.path, session);
    this.#parts.log.info({ path: session.origin.path, session: session.id, reason: error.message }, "HLS session closed");
  }
}

/** What is handed on where no cookie carries the session. */
export function querySuffix(secret: string, rest: string): string {
  return rest === "" ? `?session=${secret}` : `?session=${secret}&${rest}`;
}

function keepsCookies(request: HttpRequest): boolean {
  return readCookie(request, "cookieCheck") === "1";
}

function cookieIn(request: HttpRequest): string | undefined {
  return readCookie(request, COOKIE);
}

function readCookie(request: HttpRequest, name: string): string | undefined {
  const cookies = request.headers.get("cookie");
  if (cookies === undefined) return undefined;
  for (const pair of cookies.split(/[;,]/)) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name) return value;
  }
  return undefined;
}

/** A random UUID, version 4 (RFC 9562 §5.4), as the API's ids are. */
function randomUuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
