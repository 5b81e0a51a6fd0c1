/**
 * One RTSP connection: reads its byte stream, answers requests in their order (several may wait, a limited number), and
 * hands interleaved frames to the sessions that own their channels. A byte that fits nowhere ends this connection and
 * nothing else. Time-outs are looked at once a second by the server.
 */
import { messageOf, SluiceError } from "#base/errors.ts";
import { isLoopback, plainAddress } from "#base/ip-range.ts";
import type { UdpEndpoint } from "#base/network.ts";
import { RtspHeaders } from "#formats/rtsp-message/headers.ts";
import { printResponse, type RtspMessage, type RtspRequest } from "#formats/rtsp-message/message.ts";
import { parseSession } from "#formats/rtsp-message/session.ts";
import { RtspStreamReader } from "#formats/rtsp-message/stream-reader.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import { handlers } from "#protocols/rtsp/server-requests/methods.ts";
import type { ByteChannel } from "#protocols/rtsp/server-transport/byte-channel.ts";
import { InterleavedChannels } from "#protocols/rtsp/server-transport/interleaved-channels.ts";
import { type AccessAction, Authentication, type Authenticator } from "./authentication.ts";
import type { AccessOutcome, Caller } from "./exchange.ts";
import { errorReply, reasonOf, type Reply } from "./reply.ts";
import { randomId, type ServerServices } from "./services.ts";
import { Session, type SessionClient } from "./session.ts";
import type { SessionTable } from "./session-table.ts";

/** A request must be complete this long after its first byte, and the first one after connecting. */
const REQUEST_TIMEOUT_MS = 10_000;
/** A connection without session and requests is closed after this long. */
const IDLE_TIMEOUT_MS = 60_000;
/** What was written last has this long to go out when the connection closes. */
const FAREWELL_MS = 2000;
/** Requests waiting for their turn; more on one connection is no player. Reading pauses long before. */
const MAX_WAITING = 100;
const PAUSE_READING_AT = 16;
/** Answers nobody reads, bytes. */
const MAX_PENDING_BYTES = 1024 * 1024;
/** Sessions on one connection. */
const MAX_SESSIONS = 16;
/** What is kept of a client's name. */
const MAX_USER_AGENT = 256;

const NOTHING = Buffer.alloc(0);

type ConnectionState = "open" | "closing" | "closed";

/** What a connection is made with. */
export interface ConnectionOptions {
  readonly channel: ByteChannel;
  readonly authenticator: Authenticator;
  readonly table: SessionTable;
  readonly onClosed: (connection: Connection) => void;
}

/** See the head of this file. */
export class Connection implements Caller {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly channel: ByteChannel;
  readonly channels = new InterleavedChannels();
  readonly #services: ServerServices;
  readonly #options: ConnectionOptions;
  readonly #authentication: Authentication;
  readonly #sessions = new Set<Session>();
  readonly #reader: RtspStreamReader;
  readonly #waiting: RtspRequest[] = [];
  readonly #ended = new AbortController();
  #state: ConnectionState = "open";
  #answering = false;
  #progressed = false;
  #requests = 0;
  #lastRequestAt: number;
  #incompleteSince: number | undefined;
  #closingSince = 0;
  #pending = { bytes: 0, since: 0 };
  #inboundBytes = 0;
  #answeredBytes = 0;
  /** Of sessions that are over. */
  #formerSessionBytes = 0;

  constructor(services: ServerServices, options: ConnectionOptions) {
    const { clock, random } = services;
    this.#services = services;
    this.#options = options;
    this.channel = options.channel;
    this.id = randomId(random);
    this.created = clock.wallNow();
    this.#lastRequestAt = clock.now();
    const methods = services.options.rtspAuthMethods;
    this.#authentication = new Authentication({ authenticator: options.authenticator, methods, random });
    this.#reader = new RtspStreamReader({
      onMessage: (message) => this.#onMessage(message),
      onFrame: (channel, buffer, range) => {
        this.#progressed = true;
        this.channels.deliver(channel, buffer, range);
      },
      onResync: () => undefined,
    });
    options.channel.listen({ onData: (chunk) => this.receive(chunk), onClose: (error) => this.#lost(error) });
  }

  /** Bytes held for a message that hasn't come whole yet. */
  get parserBytes(): number {
    return this.#reader.heldBytes;
  }

  get peer(): UdpEndpoint {
    return this.channel.peer;
  }

  get sessions(): readonly Session[] {
    return [...this.#sessions];
  }

  /** Whether it serves a purpose by now. */
  get hasSession(): boolean {
    return this.#sessions.size > 0;
  }

  get inboundBytes(): number {
    return this.#inboundBytes;
  }

  get outboundBytes(): number {
    let bytes = this.#answeredBytes + this.#formerSessionBytes;
    for (const session of this.#sessions) bytes += session.bytesOnConnection;
    return bytes;
  }

  /** The next bytes of its stream. */
  receive(chunk: Buffer): void {
    if (this.#state !== "open") return;
    this.#inboundBytes += chunk.length;
    this.#progressed = false;
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (!this.#reader.midMessage) this.#incompleteSince = undefined;
    else if (this.#progressed) this.#incompleteSince = this.#services.clock.now();
    else this.#incompleteSince ??= this.#services.clock.now();
  }

  openSession(client: SessionClient): Session {
    if (this.#state !== "open") throw rtspServerError("rtsp-connection-closed");
    if (this.#sessions.size >= MAX_SESSIONS) {
      throw rtspServerError("rtsp-too-many-sessions", { details: { max: MAX_SESSIONS } });
    }
    const onClosed = (session: Session, error: SluiceError): void => this.#sessionClosed(session, error);
    const session = new Session(this.#services, { home: this, client, onClosed });
    this.#options.table.add(session);
    this.#sessions.add(session);
    return session;
  }

  /** Once a second: time-outs. */
  sweep(now: number): void {
    const { writeTimeout } = this.#services.options;
    const seconds = (ms: number): { details: { seconds: number } } => ({ details: { seconds: ms / 1000 } });
    if (this.#state === "closing" && now - this.#closingSince >= FAREWELL_MS) this.channel.destroy();
    if (this.#state !== "open") return;
    if (this.#pendingSince(now) >= writeTimeout && !this.#plays) {
      this.close(rtspServerError("rtsp-client-stuck", seconds(writeTimeout)));
    } else if (this.#incompleteSince !== undefined && now - this.#incompleteSince >= REQUEST_TIMEOUT_MS) {
      this.close(rtspServerError("rtsp-request-timeout", seconds(REQUEST_TIMEOUT_MS)));
    } else if (this.#sessions.size === 0 && !this.#answering) {
      const idle = now - this.#lastRequestAt;
      if (this.#requests === 0 && idle >= REQUEST_TIMEOUT_MS) {
        this.close(rtspServerError("rtsp-request-timeout", seconds(REQUEST_TIMEOUT_MS)));
      } else if (idle >= IDLE_TIMEOUT_MS) {
        this.close(rtspServerError("rtsp-connection-idle", seconds(IDLE_TIMEOUT_MS)));
      }
    }
  }

  /** Ends the connection at once. Idempotent. */
  close(error: SluiceError): void {
    if (this.#state === "closed") return;
    this.#leave(error);
    this.channel.destroy();
  }

  #onMessage(message: RtspMessage): void {
    this.#progressed = true;
    if (message.kind === "response") return;
    if (message.protocol.startsWith("HTTP/")) throw invalid("a tunnel can only be opened at the beginning of a connection");
    this.#requests += 1;
    this.#lastRequestAt = this.#services.clock.now();
    if (this.#waiting.length >= MAX_WAITING) throw rtspServerError("rtsp-too-many-requests", { details: { max: MAX_WAITING } });
    this.#waiting.push(message);
    if (this.#waiting.length === PAUSE_READING_AT) this.channel.pause();
    if (!this.#answering) void this.#answerWaiting();
  }

  /** Answers one request after the other; never rejects. */
  async #answerWaiting(): Promise<void> {
    this.#answering = true;
    for (let request = this.#waiting.shift(); request !== undefined; request = this.#waiting.shift()) {
      if (this.#waiting.length === PAUSE_READING_AT - 1) this.channel.resume();
      const reply = await this.#answer(request);
      if (this.#state !== "open") break;
      this.#send(reply, request.headers.get("CSeq"));
    }
    this.#answering = false;
    this.#lastRequestAt = this.#services.clock.now();
  }

  async #answer(request: RtspRequest): Promise<Reply> {
    try {
      if (request.protocol === "RTSP/2.0") return { status: 505 };
      if (!request.headers.has("CSeq")) throw invalid("CSeq is missing");
      if (!this.#options.authenticator.claimed && !isLoopback(this.peer.address)) {
        return { ...errorReply(rtspServerError("rtsp-not-claimed"), request), last: true };
      }
      const handler = handlers.get(request.method);
      if (handler === undefined) {
        throw rtspServerError("rtsp-method-not-implemented", { details: { method: request.method } });
      }
      const found = await this.#findSession(request);
      if (found !== undefined && !(found instanceof Session)) return found;
      found?.touch();
      return await handler({
        request,
        caller: this,
        session: found,
        services: this.#services,
        signal: this.#ended.signal,
        access: (action, path, query) => this.#access(request, { action, path, query }),
      });
    } catch (error) {
      if (this.#state === "open") this.#logFailure(request, error);
      return errorReply(error, request);
    }
  }

  /** The session a request names, if it may be used here; an answer where the client must prove first that it is theirs. */
  async #findSession(request: RtspRequest): Promise<Session | Reply | undefined> {
    const header = request.headers.get("Session");
    if (header === undefined || header === "") return undefined;
    const session = this.#options.table.byToken(parseSession(header).id);
    if (session?.livesOn(this) === true) return session;
    if (session?.reachableFrom(this) !== true) throw rtspServerError("rtsp-session-not-found");
    if (session.client.user === "") return session;
    const action = session.publishing === undefined ? "read" : "publish";
    const access = await this.#access(request, { action, path: session.pathName, query: session.query });
    if (access.kind === "refused") return access.reply;
    if (access.client.user !== session.client.user) throw rtspServerError("rtsp-session-not-found");
    return session;
  }

  async #access(request: RtspRequest, what: { action: AccessAction; path: string; query: string }): Promise<AccessOutcome> {
    const userAgent = (request.headers.get("User-Agent") ?? "").slice(0, MAX_USER_AGENT);
    const address = plainAddress(this.peer.address);
    const subject = { ...what, address, protocol: this.#services.scheme, id: this.id, userAgent };
    const result = await this.#authentication.check(request, subject, this.#ended.signal);
    if (result.kind === "granted") {
      return { kind: "granted", client: { user: result.user, userAgent } };
    }
    if (result.wrong)
      this.#services.log.warn({ address: subject.address, action: what.action, path: what.path }, "wrong credentials");
    const headers = result.challenges.map((challenge) => ["WWW-Authenticate", challenge] as const);
    return { kind: "refused", reply: { status: 401, headers, last: result.final } };
  }

  #send(reply: Reply, sequence: string | undefined): void {
    const headers = new RtspHeaders();
    if (sequence !== undefined) headers.append("CSeq", sequence);
    headers.append("Server", "Sluice");
    for (const [name, value] of reply.headers ?? []) headers.append(name, value);
    if (reply.session !== undefined) headers.append("Session", reply.session.header);
    const body = reply.body === undefined ? NOTHING : Buffer.from(reply.body.text);
    if (reply.body !== undefined) {
      headers.append("Content-Type", reply.body.type);
      headers.append("Content-Length", String(body.length));
    }
    const bytes = printResponse({ status: reply.status, reason: reasonOf(reply.status), headers, body });
    this.#answeredBytes += bytes.length;
    this.channel.together(() => {
      this.channel.write(bytes, ignoreOutcome);
      reply.session?.establish();
      reply.afterwards?.();
    });
    if (reply.last === true) this.#end(rtspServerError(reply.status === 401 ? "rtsp-unauthorized" : "rtsp-not-claimed"));
    else if (this.channel.pendingBytes > MAX_PENDING_BYTES) {
      this.close(rtspServerError("rtsp-client-stuck", { details: { seconds: 0 } }));
    }
  }

  /** The stream can't be read any further: says so and ends. */
  #refuse(error: unknown): void {
    const failure = error instanceof SluiceError ? error : rtspServerError("rtsp-internal", { cause: error });
    this.#services.log.debug({ connection: this.id, code: failure.code, reason: failure.message }, "connection is refused");
    if (!this.#answering) this.#send({ status: 400 }, undefined);
    this.#end(failure);
  }

  /** Ends the connection once what was written has gone out. */
  #end(error: SluiceError): void {
    if (this.#state !== "open") return;
    this.#leave(error);
    this.#state = "closing";
    this.#closingSince = this.#services.clock.now();
    this.channel.end();
  }

  #lost(error: Error | undefined): void {
    this.#leave(
      error === undefined
        ? rtspServerError("rtsp-connection-closed")
        : rtspServerError("rtsp-connection-failed", { details: { reason: messageOf(error) }, cause: error }),
    );
    this.#state = "closed";
    this.#options.onClosed(this);
  }

  #leave(error: SluiceError): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#closingSince = this.#services.clock.now();
    this.#waiting.length = 0;
    // Nobody else listens, and it costs more than it looks.
    if (this.#answering) this.#ended.abort(error);
    this.#reader.stop();
    for (const session of this.#sessions) session.homeClosed(error);
    if (this.#sessions.size > 0) this.#options.table.limitOrphans(this.peer.address);
    this.#sessions.clear();
    this.#services.log.debug({ connection: this.id, code: error.code, reason: error.message }, "connection closed");
  }

  #sessionClosed(session: Session, error: SluiceError): void {
    this.#options.table.remove(session);
    this.#formerSessionBytes += session.bytesOnConnection;
    const mine = this.#sessions.delete(session);
    if (!session.established) return;
    const fields = { session: session.id, path: session.pathName, code: error.code, reason: error.message };
    this.#services.log.info(fields, "session ended");
    const last = mine && this.#sessions.size === 0;
    if (last && error.code !== "rtsp-torn-down") this.#end(error);
  }

  /** Then the egress judges whether the client takes enough. */
  get #plays(): boolean {
    return this.sessions.some((session) => session.state === "playing");
  }

  #pendingSince(now: number): number {
    const bytes = this.channel.pendingBytes;
    if (bytes === 0 || bytes !== this.#pending.bytes) this.#pending = { bytes, since: now };
    return bytes === 0 ? 0 : now - this.#pending.since;
  }

  #logFailure(request: RtspRequest, error: unknown): void {
    const fields = { connection: this.id, method: request.method, reason: messageOf(error) };
    if (error instanceof SluiceError) this.#services.log.debug({ ...fields, code: error.code }, "request is refused");
    else this.#services.log.error({ ...fields, error }, "request failed");
  }
}

/** A write that fails ends its connection anyway. */
function ignoreOutcome(): void {
  // Nothing to do.
}

function invalid(reason: string): Error {
  return rtspServerError("rtsp-request-invalid", { details: { reason } });
}
