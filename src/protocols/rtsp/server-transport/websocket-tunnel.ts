/**
 * RTSP over WebSocket (ONVIF Streaming §5.1.1.5, RFC 6455): binary messages carry the RTSP byte stream in both directions,
 * cut anywhere. Pages of other origins are refused: a browser on this machine must not become a viewer for them.
 */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { UdpEndpoint } from "#base/network.ts";
import type { RtspRequest } from "#formats/rtsp-message/message.ts";
import { type ByteChannel, type ByteChannelListener, peerOf, unmapped } from "./byte-channel.ts";

const SUBPROTOCOL = "rtsp.onvif.org";
/** Longest message taken; clients send a request or a frame of at most 64 KiB in one. */
const MAX_MESSAGE_BYTES = 256 * 1024;
const NORMAL_CLOSURE = 1000;

/** Whether an HTTP request wants to become a WebSocket. */
export function isWebSocketRequest(request: RtspRequest): boolean {
  return request.method === "GET" && request.headers.get("Upgrade")?.toLowerCase() === "websocket";
}

/** Opens WebSocket tunnels on sockets of one listener. */
export class WebSocketTunnels {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  /** Shakes hands; `onOpen` gets the channel. False where the request comes from a page of another origin. Other faults are answered and closed here. */
  open(
    socket: Socket,
    what: { request: RtspRequest; rest: Buffer; secure: boolean },
    onOpen: (channel: ByteChannel) => void,
  ): boolean {
    const { request, rest, secure } = what;
    const origin = request.headers.get("Origin");
    if (origin !== undefined && !isSameOrigin(origin, request.headers.get("Host"))) return false;
    this.#server.handleUpgrade(asIncomingMessage(request, socket), socket, rest, (webSocket) => {
      onOpen(new WebSocketChannel(webSocket, socket, secure));
    });
    return true;
  }
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && origin.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").toLowerCase() === host.toLowerCase();
}

/**
 * The handshake reads method, address and headers of the HTTP server's message; there is no such server here, so these are
 * put where it looks. Nothing else of the object is used.
 */
function asIncomingMessage(request: RtspRequest, socket: Socket): IncomingMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers.entries()) headers[name.toLowerCase()] ??= value;
  const parts: Pick<IncomingMessage, "method" | "url" | "headers" | "socket"> = {
    method: request.method,
    url: request.url,
    headers,
    socket,
  };
  return parts as IncomingMessage;
}

/** A WebSocket as a byte stream. */
class WebSocketChannel implements ByteChannel {
  readonly tunnel = "websocket";
  readonly socket = undefined;
  readonly secure: boolean;
  readonly peer: UdpEndpoint;
  readonly localAddress: string;
  readonly #webSocket: WebSocket;

  constructor(webSocket: WebSocket, socket: Socket, secure: boolean) {
    this.#webSocket = webSocket;
    this.secure = secure;
    this.peer = peerOf(socket);
    this.localAddress = unmapped(socket.localAddress);
  }

  get pendingBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  listen(listener: ByteChannelListener): void {
    let failure: Error | undefined;
    this.#webSocket.on("message", (data) => listener.onData(asBuffer(data)));
    this.#webSocket.on("error", (error) => (failure = error));
    this.#webSocket.once("close", () => listener.onClose(failure));
  }

  /** Each write is a message of its own. */
  together(run: () => void): void {
    run();
  }

  write(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.#webSocket.send(chunk, { binary: true }, done);
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  end(): void {
    this.#webSocket.close(NORMAL_CLOSURE);
  }

  destroy(): void {
    this.#webSocket.terminate();
  }
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
