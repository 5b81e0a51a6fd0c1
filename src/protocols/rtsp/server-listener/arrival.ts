/**
 * One accepted socket, from its first byte on: finds out whether it speaks RTSP or opens a tunnel, and becomes a connection
 * or half of one. It is what admission counts and what a time-out closes while nothing is known about it yet.
 */
import type { Socket } from "node:net";
import type { SluiceError } from "#base/errors.ts";
import { RtspHeaders } from "#formats/rtsp-message/headers.ts";
import { printResponse, type RtspRequest } from "#formats/rtsp-message/message.ts";
import { type ByteChannel, peerOf, SocketChannel } from "#protocols/rtsp/server-transport/byte-channel.ts";
import { greet } from "#protocols/rtsp/server-transport/greeting.ts";
import type { HttpTunnelChannel, HttpTunnels, PostHalf } from "#protocols/rtsp/server-transport/http-tunnel.ts";
import { isWebSocketRequest, type WebSocketTunnels } from "#protocols/rtsp/server-transport/websocket-tunnel.ts";
import type { AdmittedConnection } from "./admission.ts";
import type { Connection } from "../server/connection.ts";

/** A connection must show what it is this long after it was made. */
const GREETING_TIMEOUT_MS = 10_000;
/** A refusal has this long to go out. */
const FAREWELL_MS = 2000;

/** What arrivals of one listener share. */
export interface ArrivalContext {
  readonly secure: boolean;
  readonly httpTunnels: HttpTunnels;
  readonly webSocketTunnels: WebSocketTunnels;
  /** Makes a connection on a channel. */
  readonly connect: (channel: ByteChannel) => Connection;
  /** The connection behind a tunnel's channel. */
  readonly connectionOf: (channel: HttpTunnelChannel) => Connection | undefined;
}

type ArrivalState =
  | { readonly kind: "greeting"; readonly since: number }
  | { readonly kind: "post"; readonly post: PostHalf; readonly since: number }
  | { readonly kind: "connection"; readonly connection: Connection }
  | { readonly kind: "leaving"; readonly since: number };

/** See the head of this file. */
export class Arrival implements AdmittedConnection {
  readonly address: string;
  readonly #socket: Socket;
  readonly #context: ArrivalContext;
  #state: ArrivalState;

  constructor(socket: Socket, context: ArrivalContext, now: number) {
    this.#socket = socket;
    this.#context = context;
    this.#state = { kind: "greeting", since: now };
    this.address = peerOf(socket).address;
    // Each state looks at errors in its own way; without any listener the process would end.
    socket.on("error", () => undefined);
    greet(socket, {
      onRtsp: (first) => {
        const connection = this.#become(new SocketChannel(socket, context.secure));
        connection.receive(first);
      },
      onHttp: (request, rest) => this.#openTunnel(request, rest, now),
      onRefused: (error) => this.close(error),
    });
  }

  get finished(): boolean {
    return this.#connection?.hasSession === true;
  }

  /** Once a second: a socket that shows nothing is closed. */
  sweep(now: number): void {
    const state = this.#state;
    const waiting = state.kind === "greeting" || (state.kind === "post" && state.post.channel === undefined);
    if (waiting && now - state.since >= GREETING_TIMEOUT_MS) this.#socket.destroy();
    if (state.kind === "leaving" && now - state.since >= FAREWELL_MS) this.#socket.destroy();
  }

  close(error: SluiceError): void {
    if (this.#state.kind === "connection") this.#state.connection.close(error);
    this.#socket.destroy();
  }

  get #connection(): Connection | undefined {
    if (this.#state.kind === "connection") return this.#state.connection;
    const channel = this.#state.kind === "post" ? this.#state.post.channel : undefined;
    return channel === undefined ? undefined : this.#context.connectionOf(channel);
  }

  #become(channel: ByteChannel): Connection {
    const connection = this.#context.connect(channel);
    this.#state = { kind: "connection", connection };
    return connection;
  }

  #openTunnel(request: RtspRequest, rest: Buffer, now: number): void {
    const { secure, httpTunnels, webSocketTunnels } = this.#context;
    const socket = this.#socket;
    if (isWebSocketRequest(request)) {
      const opened = webSocketTunnels.open(socket, { request, rest, secure }, (channel) => this.#become(channel));
      if (!opened) this.#refuse(403, "Forbidden", now);
      return;
    }
    const cookie = request.headers.get("x-sessioncookie");
    const outcome = httpTunnels.offer({ method: request.method, cookie, socket, secure, rest });
    if (outcome.kind === "opened") this.#become(outcome.channel);
    else if (outcome.kind === "post") this.#state = { kind: "post", post: outcome.post, since: now };
    else this.#refuse(400, "Bad Request", now);
  }

  #refuse(status: number, reason: string, now: number): void {
    const headers = RtspHeaders.of({ Connection: "close", "Content-Length": "0" });
    this.#state = { kind: "leaving", since: now };
    this.#socket.resume();
    this.#socket.end(printResponse({ protocol: "HTTP/1.1", status, reason, headers }));
  }
}
