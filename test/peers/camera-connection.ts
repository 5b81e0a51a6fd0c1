/**
 * One client's connection to a fake camera: reads requests (keeping their text as it came) and the reports in between, over a
 * plain connection, an HTTP tunnel or a WebSocket. Own small parser, tolerant of nothing.
 */
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** A request as it came. */
export interface CameraRequest {
  readonly method: string;
  readonly url: string;
  /** Head lines without the first, exactly as sent. */
  readonly lines: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  /** Monotonic ms. */
  readonly at: number;
}

/** What a connection tells its camera. */
export interface ConnectionHandler {
  request(connection: CameraConnection, request: CameraRequest): void;
  /** An interleaved report of the client's. */
  report(connection: CameraConnection, channel: number, packet: Buffer): void;
  /** An answer to a request of the camera's. */
  answered(text: string): void;
  closed(connection: CameraConnection): void;
}

/** Tunnels waiting for their other half, by cookie. */
export type TunnelTable = Map<string, CameraConnection>;

const WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** See the head of this file. */
export class CameraConnection {
  readonly #socket: Socket;
  readonly #handler: ConnectionHandler;
  readonly #tunnels: TunnelTable;
  #buffer: Buffer = Buffer.alloc(0);
  #mode: "rtsp" | "get" | "post" | "websocket" = "rtsp";
  #down: CameraConnection | undefined;
  #frozen = false;
  /** Status line and headers for a tunnel that isn't let through. */
  tunnelRefusal: ((request: CameraRequest) => string | undefined) | undefined;

  /** Changes what is sent. */
  mangle: ((bytes: Buffer) => Buffer) | undefined;

  constructor(socket: Socket, options: { handler: ConnectionHandler; tunnels: TunnelTable }) {
    this.#socket = socket;
    this.#handler = options.handler;
    this.#tunnels = options.tunnels;
    socket.on("data", (chunk: Buffer) => {
      this.#take(chunk);
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.#handler.closed(this);
    });
  }

  /** Numeric address of the client. */
  get remoteAddress(): string {
    return (this.#socket.remoteAddress ?? "").replace("::ffff:", "");
  }

  /** Bytes waiting for a client that doesn't read. */
  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Buffer): void {
    if (this.#frozen || this.#socket.destroyed) return;
    const sent = this.mangle?.(bytes) ?? bytes;
    this.#socket.write(this.#mode === "websocket" ? webSocketFrame(sent) : sent);
  }

  /** Stops answering and sending, with the connection open. */
  freeze(): void {
    this.#frozen = true;
    this.#socket.pause();
  }

  /** Goes on; what arrived meanwhile is read. */
  thaw(): void {
    this.#frozen = false;
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Ends after what was written. */
  end(): void {
    this.#socket.end();
  }

  /** Ends with a reset. */
  reset(): void {
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    if (this.#mode === "post") this.#takeBase64();
    else if (this.#mode === "websocket") this.#takeWebSocket();
    else if (this.#mode === "rtsp") while (this.#mode === "rtsp" && this.#readOne());
  }

  /** Bytes that came through a tunnel. */
  feed(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    while (this.#readOne());
  }

  #readOne(): boolean {
    const buffer = this.#buffer;
    if (buffer[0] === 0x24) {
      if (buffer.length < 4) return false;
      const end = 4 + buffer.readUInt16BE(2);
      if (buffer.length < end) return false;
      this.#buffer = buffer.subarray(end);
      this.#handler.report(this, buffer[1] ?? 0, buffer.subarray(4, end));
      return true;
    }
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return false;
    this.#buffer = buffer.subarray(end + 4);
    this.#head(buffer.toString("latin1", 0, end));
    return true;
  }

  #head(text: string): void {
    const [first = "", ...lines] = text.split("\r\n");
    if (first.startsWith("RTSP/")) {
      this.#handler.answered(text);
      return;
    }
    const [method = "", url = ""] = first.split(" ");
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    );
    const request = { method, url, lines, headers, at: performance.now() };
    if (method === "GET" || method === "POST") this.#tunnel(request);
    else this.#handler.request(this, request);
  }

  #tunnel(request: CameraRequest): void {
    const refusal = this.tunnelRefusal?.(request);
    if (refusal !== undefined) {
      this.#socket.end(`HTTP/1.1 ${refusal}Content-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const key = request.headers.get("sec-websocket-key");
    const cookie = request.headers.get("x-sessioncookie") ?? "";
    if (key !== undefined) {
      const accept = createHash("sha1")
        .update(key + WEBSOCKET_GUID)
        .digest("base64");
      const protocol = request.headers.get("sec-websocket-protocol") ?? "";
      const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n`;
      this.#socket.write(`${head}Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`);
      this.#mode = "websocket";
    } else if (request.method === "GET") {
      this.#tunnels.set(cookie, this);
      this.#socket.write("HTTP/1.0 200 OK\r\nContent-Type: application/x-rtsp-tunnelled\r\n\r\n");
      this.#mode = "get";
    } else {
      this.#down = this.#tunnels.get(cookie);
      this.#mode = "post";
      this.#takeBase64();
    }
  }

  #takeBase64(): void {
    const whole = this.#buffer.length - (this.#buffer.length % 4);
    const groups = this.#buffer.toString("latin1", 0, whole).match(/.{4}/g) ?? [];
    this.#buffer = this.#buffer.subarray(whole);
    this.#down?.feed(Buffer.concat(groups.map((group) => Buffer.from(group, "base64"))));
  }

  #takeWebSocket(): void {
    for (;;) {
      const buffer = this.#buffer;
      if (buffer.length < 6) return;
      const short = (buffer[1] ?? 0) & 0x7f;
      const head = short === 126 ? 8 : 6;
      const length = short === 126 ? buffer.readUInt16BE(2) : short;
      if (buffer.length < head + length) return;
      const mask = buffer.subarray(head - 4, head);
      const payload = Buffer.from(buffer.subarray(head, head + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
      this.#buffer = buffer.subarray(head + length);
      if (((buffer[0] ?? 0) & 0x0f) === 8) {
        this.close();
        return;
      }
      const rest = this.#buffer;
      this.#buffer = this.#websocketBytes;
      this.feed(payload);
      this.#websocketBytes = this.#buffer;
      this.#buffer = rest;
    }
  }

  /** RTSP bytes of a WebSocket that make no whole request yet. */
  #websocketBytes: Buffer = Buffer.alloc(0);
}

function webSocketFrame(bytes: Buffer): Buffer {
  const head =
    bytes.length < 126 ? Buffer.from([0x82, bytes.length]) : Buffer.from([0x82, 126, bytes.length >> 8, bytes.length & 0xff]);
  return Buffer.concat([head, bytes]);
}
