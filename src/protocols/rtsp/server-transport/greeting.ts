/**
 * The first bytes of a connection tell what it is: RTSP, or HTTP that opens a tunnel (RTSP over HTTP as QuickTime defined it,
 * RTSP over WebSocket as ONVIF Streaming §5.1.1.5 does). Nothing RTSP-like begins with `GET ` or `POST `.
 */
import type { Socket } from "node:net";
import type { SluiceError } from "#base/errors.ts";
import type { RtspMessage, RtspRequest } from "#formats/rtsp-message/message.ts";
import { RtspStreamReader } from "#formats/rtsp-message/stream-reader.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";

/** Head of an HTTP request that opens a tunnel. */
const MAX_HTTP_HEAD_BYTES = 8192;
const HTTP_BEGINNINGS = ["GET ", "POST "];
const GET = 0x47;
const POST = 0x50;

/** Who takes over, once. What was read already comes along; the socket's `data` is the new owner's from then on. */
export interface GreetingOutcome {
  onRtsp(first: Buffer): void;
  onHttp(request: RtspRequest, rest: Buffer): void;
  onRefused(error: SluiceError): void;
}

/** Reads a socket until it is clear what it is. */
export function greet(socket: Socket, outcome: GreetingOutcome): void {
  let first: Buffer | undefined;
  let head: HttpHead | undefined;
  const onData = (chunk: Buffer): void => {
    try {
      if (head === undefined) {
        first = first === undefined ? chunk : Buffer.concat([first, chunk]);
        const kind = kindOf(first);
        if (kind === "undecided") return;
        if (kind === "rtsp") {
          socket.off("data", onData);
          outcome.onRtsp(first);
          return;
        }
      }
      const bytes = head === undefined ? (first ?? chunk) : chunk;
      head ??= new HttpHead();
      const request = head.push(bytes);
      if (request === undefined) return;
      socket.off("data", onData);
      outcome.onHttp(request.request, request.rest);
    } catch (error) {
      socket.off("data", onData);
      outcome.onRefused(
        rtspServerError("rtsp-tunnel-refused", { details: { reason: "its request can't be read" }, cause: error }),
      );
    }
  };
  socket.on("data", onData);
}

function kindOf(first: Buffer): "rtsp" | "http" | "undecided" {
  if (first[0] !== GET && first[0] !== POST) return "rtsp";
  const text = first.toString("latin1", 0, 5);
  if (HTTP_BEGINNINGS.some((beginning) => text.startsWith(beginning))) return "http";
  return HTTP_BEGINNINGS.some((beginning) => beginning.startsWith(text)) ? "undecided" : "rtsp";
}

/** Reads one HTTP request without body. */
class HttpHead {
  readonly #reader: RtspStreamReader;
  #message: RtspMessage | undefined;

  constructor() {
    const handler = {
      onMessage: (message: RtspMessage): void => {
        this.#message = message;
        this.#reader.stop();
      },
      onFrame: () => undefined,
      onResync: () => undefined,
    };
    this.#reader = new RtspStreamReader(handler, { maxHeadBytes: MAX_HTTP_HEAD_BYTES });
  }

  /** The request and what came after it, once complete. Throws where it is none. */
  push(chunk: Buffer): { request: RtspRequest; rest: Buffer } | undefined {
    const used = this.#reader.push(chunk);
    const message = this.#message;
    if (message === undefined) return undefined;
    if (message.kind !== "request" || !message.protocol.startsWith("HTTP/")) {
      throw rtspServerError("rtsp-tunnel-refused", { details: { reason: "it is no HTTP request" } });
    }
    return { request: message, rest: chunk.subarray(used) };
  }
}
