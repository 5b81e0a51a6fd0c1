/**
 * A scripted RTSP client on a raw socket: sends what it is told, also what no decent client sends, and keeps everything that
 * comes back. Answers are matched by order, as RTSP has it, not by CSeq.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { RtspMessage, RtspResponse } from "#formats/rtsp-message/message.ts";
import { printTransport, type TransportSpec } from "#formats/rtsp-message/transport.ts";
import { RtspHeaders } from "#formats/rtsp-message/headers.ts";
import { printRequest } from "#formats/rtsp-message/message.ts";
import { RtspStreamReader } from "#formats/rtsp-message/stream-reader.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** An interleaved frame that arrived. */
export interface ClientFrame {
  readonly channel: number;
  readonly payload: Buffer;
}

/** Where to connect; `secure` trusts any certificate. */
export interface ClientTarget {
  readonly port: number;
  readonly host?: string;
  readonly secure?: boolean;
}

/** What a request carries besides its first line. */
export interface RequestExtras {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How the bytes travel: a socket, or a test's own tunnel. */
export interface ClientWire {
  write(bytes: Buffer): void;
  close(): void;
}

/** See the head of this file. */
export class RtspClient {
  readonly responses: RtspResponse[] = [];
  readonly frames: ClientFrame[] = [];
  /** Order of arrival: `200` for an answer, `$0` for a frame on channel 0. */
  readonly log: string[] = [];
  /** The server closed the connection. */
  closed = false;
  /** Session header of the last answer that had one, without parameters. */
  session: string | undefined;
  readonly #reader: RtspStreamReader;
  #wire: ClientWire | undefined;
  #taken = 0;
  #sequence = 0;

  private constructor() {
    this.#reader = new RtspStreamReader({
      onMessage: (message) => this.#onMessage(message),
      onFrame: (channel, buffer, { start, end }) => {
        this.frames.push({ channel, payload: Buffer.from(buffer.subarray(start, end)) });
        this.log.push(`$${String(channel)}`);
      },
      onResync: () => undefined,
    });
  }

  /** Connects over TCP or TLS. */
  static async connect(target: ClientTarget): Promise<RtspClient> {
    const client = new RtspClient();
    const socket = await openSocket(target);
    socket.on("data", (chunk: Buffer) => client.receive(chunk));
    socket.on("error", () => undefined);
    socket.on("close", () => (client.closed = true));
    client.#wire = { write: (bytes) => void socket.write(bytes), close: () => void socket.destroy() };
    return client;
  }

  /** A client over something else than one socket; hand what arrives to `receive`. */
  static over(wire: ClientWire): RtspClient {
    const client = new RtspClient();
    client.#wire = wire;
    return client;
  }

  /** Bytes that arrived. */
  receive(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  /** Sends bytes as they are. */
  send(bytes: Buffer | string): void {
    this.#wire?.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  }

  /** Prints a request with the next CSeq, without sending it. */
  print(method: string, url: string, extras: RequestExtras = {}): Buffer {
    this.#sequence += 1;
    const headers = RtspHeaders.of({ CSeq: String(this.#sequence), ...extras.headers });
    return printRequest({ method, url, headers, body: Buffer.from(extras.body ?? "") });
  }

  /** Sends a request and waits for the next answer. */
  async request(method: string, url: string, extras: RequestExtras = {}): Promise<RtspResponse> {
    this.send(this.print(method, url, extras));
    return this.response();
  }

  /** The next answer not yet taken. */
  async response(timeoutMs = 5000): Promise<RtspResponse> {
    const index = this.#taken;
    this.#taken += 1;
    const what = `answer ${String(index + 1)}`;
    return waitUntil(() => this.responses[index] ?? this.#lost(what), { what, timeoutMs });
  }

  /** DESCRIBE, SETUP of every track with `spec`, PLAY; each must be answered with 200. */
  async read(url: string, spec: (track: number) => TransportSpec = tcpTransport): Promise<RtspResponse> {
    const description = expect200(await this.request("DESCRIBE", url), "DESCRIBE");
    const controls = [...description.body.toString().matchAll(/^a=control:(trackID=.*)\r$/gm)].map((match) => match[1] ?? "");
    for (const [track, control] of controls.entries()) {
      expect200(await this.setUp(`${url}/${control}`, spec(track)), "SETUP");
    }
    return expect200(await this.request("PLAY", url, this.withSession()), "PLAY");
  }

  /** SETUP of one track, within the session where there is one. */
  async setUp(url: string, spec: TransportSpec): Promise<RtspResponse> {
    const { headers } = this.withSession();
    return this.request("SETUP", url, { headers: { Transport: printTransport(spec), ...headers } });
  }

  /** Session header of the present session. */
  withSession(): RequestExtras {
    return this.session === undefined ? {} : { headers: { Session: this.session } };
  }

  /** Resolves when the server has closed the connection. */
  async ended(timeoutMs = 5000): Promise<void> {
    await waitUntil(() => this.closed, { what: "the server to close the connection", timeoutMs });
  }

  /** Closes from this side, at once. */
  close(): void {
    this.#wire?.close();
  }

  #lost(what: string): undefined {
    if (this.closed) throw new Error(`the server closed the connection before ${what}`);
    return undefined;
  }

  #onMessage(message: RtspMessage): void {
    if (message.kind !== "response") return;
    this.responses.push(message);
    this.log.push(String(message.status));
    this.session = message.headers.get("Session")?.replace(/;.*/, "") ?? this.session;
  }
}

/** Interleaved on channels 2n and 2n + 1. */
export function tcpTransport(track: number): TransportSpec {
  return { protocol: "RTP/AVP/TCP", delivery: "unicast", interleaved: [track * 2, track * 2 + 1] };
}

/** An `Authorization` value for a digest challenge as RFC 2069 has it. */
export function digestAnswer(challenge: string, who: { user: string; password: string; method: string; uri: string }): string {
  const value = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
  const [realm, nonce] = [value("realm"), value("nonce")];
  const response = md5(`${md5(`${who.user}:${realm}:${who.password}`)}:${nonce}:${md5(`${who.method}:${who.uri}`)}`);
  return `Digest username="${who.user}", realm="${realm}", nonce="${nonce}", uri="${who.uri}", response="${response}"`;
}

async function openSocket({ host = "127.0.0.1", port, secure = false }: ClientTarget): Promise<Socket> {
  if (!secure) {
    const socket = connect({ host, port, noDelay: true });
    await once(socket, "connect");
    return socket;
  }
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  return socket;
}

function expect200(response: RtspResponse, method: string): RtspResponse {
  if (response.status !== 200) throw new Error(`${method} was answered with ${String(response.status)} ${response.reason}`);
  return response;
}
