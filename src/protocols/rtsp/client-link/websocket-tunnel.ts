/**
 * RTSP over WebSocket (ONVIF Streaming 5.1.4.4): binary messages carry the byte stream, cut anywhere. The connection below is
 * made like any other, so certificates are checked alike.
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import WebSocket from "ws";
import { messageOf, SluiceError } from "#base/errors.ts";
import { abortReason, connect, numericAddress } from "./connect.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import type { TunnelOptions } from "./http-tunnel.ts";
import type { Link, LinkHandler } from "./link.ts";

/** Name of the subprotocol. */
const SUBPROTOCOL = "rtsp.onvif.org";
/** One message from the camera. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** What may wait for a camera that takes nothing. */
const MAX_PENDING_WRITE_BYTES = 262_144;
const HANDSHAKE_TIMEOUT_MS = 5000;
/** Challenges answered for one upgrade. */
const MAX_TURNS = 5;

/** Opens a tunnel. Rejects with the errors of `connect`, of authentication, or `source-tunnel-refused`. */
export async function openWebSocketTunnel(options: TunnelOptions, handler: LinkHandler): Promise<Link> {
  const { authentication, path } = options;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const authorization = authentication.header({ method: "GET", uri: path });
    const socket = await connect(options);
    const answer = await upgrade(options, socket, authorization);
    if (answer.kind === "open") {
      if (authorization !== undefined) authentication.accepted();
      return new WebSocketTunnel(answer.webSocket, { socket, host: options.host, handler });
    }
    authentication.challenged(answer.challenges, authorization !== undefined);
  }
  throw refused(options.host, "it keeps asking for a password");
}

type Answer =
  | { readonly kind: "open"; readonly webSocket: WebSocket }
  | { readonly kind: "challenged"; readonly challenges: readonly string[] };

function upgrade(options: TunnelOptions, socket: Socket, authorization: string | undefined): Promise<Answer> {
  const { host, port, path, userAgent, signal } = options;
  const webSocket = new WebSocket(`ws://${host.includes(":") ? `[${host}]` : host}:${String(port)}${path}`, [SUBPROTOCOL], {
    createConnection: () => socket,
    headers: { "User-Agent": userAgent, ...(authorization === undefined ? {} : { Authorization: authorization }) },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      webSocket.terminate();
      reject(abortReason(signal));
    };
    const settle = (): void => {
      signal.removeEventListener("abort", abort);
    };
    signal.addEventListener("abort", abort, { once: true });
    webSocket.once("open", () => {
      settle();
      resolve({ kind: "open", webSocket });
    });
    webSocket.once("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      settle();
      const challenges = response.headersDistinct["www-authenticate"] ?? [];
      const status = response.statusCode ?? 0;
      socket.destroy();
      if (status === 401) resolve({ kind: "challenged", challenges });
      else reject(refused(host, `${String(status)} ${response.statusMessage ?? ""}`));
    });
    webSocket.on("error", (error) => {
      settle();
      socket.destroy();
      reject(error instanceof SluiceError ? error : refused(host, messageOf(error)));
    });
    if (signal.aborted) abort();
  });
}

function refused(host: string, reason: string): SluiceError {
  return sourceError("source-tunnel-refused", { details: { host, reason } });
}

class WebSocketTunnel implements Link {
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly #webSocket: WebSocket;
  #closed = false;

  constructor(webSocket: WebSocket, options: { socket: Socket; host: string; handler: LinkHandler }) {
    const { socket, host, handler } = options;
    this.#webSocket = webSocket;
    this.remoteAddress = numericAddress(socket.remoteAddress ?? host);
    this.localAddress = numericAddress(socket.localAddress ?? "");
    const range = { start: 0, end: 0 };
    webSocket.on("message", (data) => {
      if (this.#closed || !Buffer.isBuffer(data)) return;
      range.start = 0;
      range.end = data.length;
      handler.bytes(data, range);
    });
    webSocket.once("close", (code) => {
      if (this.#closed) return;
      this.#closed = true;
      handler.closed(
        sourceError("source-connection-lost", { details: { host, reason: `WebSocket ${String(code)}` }, retryable: true }),
      );
    });
  }

  write(bytes: Buffer): void {
    if (this.#closed || this.#webSocket.readyState !== WebSocket.OPEN) return;
    this.#webSocket.send(bytes, { binary: true });
    if (this.#webSocket.bufferedAmount > MAX_PENDING_WRITE_BYTES) this.#webSocket.terminate();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#webSocket.terminate();
  }
}
