/**
 * A scripted fake RTSP camera on loopback: a decent camera by default, and with a script every kind of bad one. It counts
 * what clients do to it. What a script can't say by data it says by `answer`, a hook on every request.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { CameraAuthentication, type AuthenticationScript } from "./camera-authentication.ts";
import { CameraConnection, type CameraRequest, type TunnelTable } from "./camera-connection.ts";
import { CameraMedia, videoParameters } from "./camera-media.ts";
import type { CameraAnswer, CameraScript } from "./camera-script.ts";
import { CameraSession } from "./camera-session.ts";

/** See the head of this file. */
export class RtspCamera {
  readonly requests: CameraRequest[] = [];
  /** Heads of answers to requests of its own. */
  readonly answers: string[] = [];
  /** Interleaved or UDP reports that clients sent. */
  reports = 0;
  connections = 0;
  teardowns = 0;
  wrongPasswords = 0;
  timedOut = 0;
  readonly sessions = new Map<string, CameraSession>();
  /** Tracks that send nothing now. */
  readonly muted = new Set<number>();
  mutedReports = false;
  script: CameraScript;
  readonly #open = new Set<CameraConnection>();
  readonly #tunnels: TunnelTable = new Map();
  #server: Server | undefined;
  #port = 0;
  #authentication: CameraAuthentication | undefined;
  #sessionCount = 0;
  #frozen = false;

  private constructor(script: CameraScript) {
    this.script = script;
    if (script.authentication !== undefined) this.#authentication = new CameraAuthentication(script.authentication);
  }

  /** A camera listening on a free port of loopback. */
  static async start(script: CameraScript = {}): Promise<RtspCamera> {
    const camera = new RtspCamera(script);
    await camera.listen();
    return camera;
  }

  get port(): number {
    return this.#port;
  }

  get openConnections(): number {
    return this.#open.size;
  }

  /** Address of the stream, with credentials when the script has some. */
  url(options: { scheme?: string; user?: string; password?: string; path?: string } = {}): string {
    const { authentication, tls } = this.script;
    const { user = authentication?.user ?? "", password = authentication?.password } = options;
    const credentials = user === "" ? "" : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? "")}@`;
    const scheme = options.scheme ?? (tls === undefined ? "rtsp" : "rtsps");
    const { address = "127.0.0.1" } = this.script;
    const host = address.includes(":") ? `[${address}]` : address;
    return `${scheme}://${credentials}${host}:${String(this.#port)}${options.path ?? "/stream"}`;
  }

  /** Requests of one method. */
  count(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  /** Listens; after `kill` on the same port again. */
  async listen(): Promise<void> {
    const accept = (socket: Socket): void => {
      this.#accept(socket);
    };
    const { tls } = this.script;
    const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
    server.on("tlsClientError", () => undefined);
    server.listen(this.#port, this.script.address ?? "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
    this.#server = server;
  }

  /** Dies: connections are reset, nothing listens. */
  async kill(): Promise<void> {
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
    for (const connection of this.#open) connection.reset();
    await this.#stopListening();
  }

  /** Stops answering and sending while connections stay open and new ones are taken. */
  freeze(): void {
    this.#frozen = true;
    for (const connection of this.#open) connection.freeze();
  }

  /** Goes on after `freeze`. */
  thaw(): void {
    this.#frozen = false;
    for (const connection of this.#open) connection.thaw();
  }

  async close(): Promise<void> {
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
    for (const connection of this.#open) connection.close();
    await this.#stopListening();
  }

  /** Changes the password in the camera. */
  setPassword(authentication: AuthenticationScript): void {
    this.#authentication = new CameraAuthentication(authentication);
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.close();
    await once(server, "close");
  }

  #accept(socket: Socket): void {
    this.connections += 1;
    const connection: CameraConnection = new CameraConnection(socket, {
      tunnels: this.#tunnels,
      handler: {
        request: (from, request) => {
          this.#request(from, request);
        },
        report: () => {
          this.reports += 1;
        },
        answered: (text) => {
          this.answers.push(text);
        },
        closed: (from) => {
          this.#open.delete(from);
          for (const session of [...this.sessions.values()]) if (session.connection === from) this.#end(session);
        },
      },
    });
    connection.mangle = this.script.mangle;
    connection.tunnelRefusal = (request) => this.#refuseTunnel(request);
    this.#open.add(connection);
    if (this.#frozen) connection.freeze();
  }

  #refuseTunnel(request: CameraRequest): string | undefined {
    this.requests.push(request);
    if (this.script.refusesTunnels === true) return "404 Not Found\r\n";
    if (this.#authentication === undefined || request.method === "POST") return undefined;
    const checked = this.#authentication.check({ ...request, authorization: request.headers.get("authorization") });
    if (checked.granted) return undefined;
    return `401 Unauthorized\r\n${checked.challenges.map((challenge) => `WWW-Authenticate: ${challenge}\r\n`).join("")}`;
  }

  #end(session: CameraSession): void {
    session.close();
    this.sessions.delete(session.id);
  }

  #request(connection: CameraConnection, request: CameraRequest): void {
    this.requests.push(request);
    const reply = this.#judge(request) ?? this.script.answer?.(request);
    const session = this.sessions.get(request.headers.get("session") ?? "");
    if (session !== undefined && (this.script.countsAsAlive?.(request.method) ?? true)) session.alive();
    if (reply === "silent") return;
    if (reply === "close") {
      connection.close();
      return;
    }
    if (reply?.status !== undefined && reply.status !== 200) this.#answer(connection, request, reply);
    else this.#carryOut(connection, request, reply ?? {});
    if (reply?.close === true) connection.end();
  }

  /** What is refused before anything else. */
  #judge(request: CameraRequest): CameraAnswer | undefined {
    if (this.script.strictHeaders === true && !strictOrder(request.lines)) return { status: 400, reason: "Bad Request" };
    const authorization = request.headers.get("authorization");
    const checked = this.#authentication?.check({ ...request, authorization });
    if (checked === undefined || checked.granted) return undefined;
    if (checked.wrongPassword) this.wrongPasswords += 1;
    const lines = checked.challenges.map((challenge) => `WWW-Authenticate: ${challenge}\r\n`).join("");
    const sequence = request.headers.get("cseq") ?? "";
    const close = this.script.closesAfterChallenge === true;
    return { status: 401, close, raw: Buffer.from(`RTSP/1.0 401 Unauthorized\r\nCSeq: ${sequence}\r\n${lines}\r\n`) };
  }

  #carryOut(connection: CameraConnection, request: CameraRequest, reply: CameraAnswer): void {
    switch (request.method) {
      case "OPTIONS":
        this.#answer(
          connection,
          request,
          withUsual(reply, { Public: "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER" }),
        );
        return;
      case "DESCRIBE":
        this.#answer(
          connection,
          request,
          withUsual(
            { body: this.#description(), ...reply },
            { "Content-Base": `${request.url}/`, "Content-Type": "application/sdp" },
          ),
        );
        return;
      case "SETUP":
        void this.#setup(connection, request, reply);
        return;
      case "PLAY":
        this.#play(connection, request, reply);
        return;
      case "TEARDOWN": {
        this.teardowns += 1;
        const session = this.sessions.get(request.headers.get("session") ?? "");
        if (session !== undefined) this.#end(session);
        this.#answer(connection, request, reply);
        return;
      }
      default: {
        const known = this.sessions.has(request.headers.get("session") ?? "");
        this.#answer(connection, request, known ? reply : { status: 454, reason: "Session Not Found", ...reply });
      }
    }
  }

  async #setup(connection: CameraConnection, request: CameraRequest, reply: CameraAnswer): Promise<void> {
    const asked = request.headers.get("transport") ?? "";
    const kind =
      asked.includes("/TCP") || this.script.answersUdpWithTcp === true
        ? "tcp"
        : asked.includes("multicast")
          ? "multicast"
          : "udp";
    if (!(this.script.transports ?? ["tcp", "udp"]).includes(kind)) {
      this.#answer(connection, request, { status: 461, reason: "Unsupported Transport" });
      return;
    }
    const track = request.url.includes("track2") ? 1 : 0;
    const id = request.headers.get("session") ?? "";
    const session = this.sessions.get(id) ?? this.#newSession(connection);
    const usual = await session.addTrack(track, { kind, asked, client: connection.remoteAddress });
    const answer = this.script.transportAnswer === undefined ? usual : this.script.transportAnswer(usual, track);
    const timeout = this.script.namesTimeout === false ? "" : `;timeout=${String(this.script.sessionTimeout ?? 60)}`;
    const usualHeaders = { ...(answer === undefined ? {} : { Transport: answer }), Session: `${session.id}${timeout}` };
    this.#answer(connection, request, withUsual(reply, usualHeaders));
  }

  #newSession(connection: CameraConnection): CameraSession {
    this.#sessionCount += 1;
    const session: CameraSession = new CameraSession(`s${String(this.#sessionCount)}`, {
      host: this,
      connection,
      media: new CameraMedia(this.script.media ?? {}),
      expired: () => {
        this.timedOut += 1;
        this.#end(session);
        connection.close();
      },
    });
    this.sessions.set(session.id, session);
    return session;
  }

  #play(connection: CameraConnection, request: CameraRequest, reply: CameraAnswer): void {
    const session = this.sessions.get(request.headers.get("session") ?? "");
    if (session === undefined) {
      this.#answer(connection, request, { status: 454, reason: "Session Not Found" });
      return;
    }
    this.#answer(connection, request, withUsual(reply, { Session: session.id, Range: "npt=0.000-" }));
    session.play();
  }

  #description(): string {
    const { media = {}, description } = this.script;
    const lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=Camera", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*"];
    const style = media.parameterSets ?? "both";
    lines.push("m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", `a=fmtp:96 ${videoParameters(style)}`, "a=control:track1");
    if (media.audio === true) {
      lines.push("m=audio 0 RTP/AVP 97", "a=rtpmap:97 MPEG4-GENERIC/16000/1");
      lines.push("a=fmtp:97 mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1408", "a=control:track2");
    }
    const sdp = `${lines.join("\r\n")}\r\n`;
    return description?.(sdp) ?? sdp;
  }

  #answer(connection: CameraConnection, request: CameraRequest, answer: CameraAnswer): void {
    if (answer.raw !== undefined) {
      connection.write(answer.raw);
      return;
    }
    const { status = 200, reason = "OK", body = "" } = answer;
    const headers: Record<string, string | undefined> = {
      CSeq: request.headers.get("cseq") ?? "",
      Server: "Test Camera 1.0",
      ...(body === "" ? {} : { "Content-Length": String(Buffer.byteLength(body)) }),
      ...answer.headers,
    };
    const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
    connection.write(Buffer.from(`RTSP/1.0 ${String(status)} ${reason}\r\n${lines.join("")}\r\n${body}`));
  }
}

/** An answer with headers it doesn't set itself. */
function withUsual(answer: CameraAnswer, headers: Readonly<Record<string, string>>): CameraAnswer {
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

/** CSeq first, then Authorization if any, then User-Agent, each in just this spelling. */
function strictOrder(lines: readonly string[]): boolean {
  const names = lines.map((line) => line.slice(0, line.indexOf(":")));
  const rest = names.filter((name) => name !== "Authorization");
  return rest[0] === "CSeq" && rest[1] === "User-Agent" && (names.length === rest.length || names[1] === "Authorization");
}
