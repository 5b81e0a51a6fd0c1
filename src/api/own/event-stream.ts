/**
 * Server-sent events (HTML standard §9.2) to one client. A client that doesn't take what it is sent is closed rather than
 * buffered for: it comes back and goes on from its last id. Who is signed out, or may no longer see it, is closed within seconds.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock, Timer } from "#base/clock.ts";
import { apiError } from "../errors.ts";

/** Streams open at a time, of all kinds, on all listeners of this process. */
const MAX_STREAMS = 128;
/** Bytes that may wait for a client. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** Often enough that proxies and browsers notice a dead connection. */
const COMMENT_MS = 15_000;
/** How often it is looked whether a client still may have it. */
const RIGHTS_MS = 1000;

/** A message; `id` is what a client comes back with. */
export interface StreamMessage {
  readonly event: string;
  readonly data: unknown;
  readonly id?: string;
}

/** Opens streams and counts them. */
export class EventStreams {
  readonly #clock: Clock;
  #open = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins a stream; `start` is given the way to send and answers what to do at its end. */
  open(
    call: { request: FastifyRequest; reply: FastifyReply },
    start: (send: (message: StreamMessage) => void) => () => void,
  ): void {
    if (this.#open >= MAX_STREAMS) throw apiError("api-streams-busy", { details: { max: MAX_STREAMS } });
    this.#open += 1;
    const { reply } = call;
    const { raw } = reply;
    beginBody(reply, "text/event-stream");
    const send = (message: StreamMessage): void => {
      if (raw.destroyed) return;
      raw.write(printMessage(message));
      if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
    };
    const comments = this.#clock.every("event stream", COMMENT_MS, () => raw.write(":\n\n"));
    const rights = this.#watchRights(call.request, () => raw.destroy());
    let stop: () => void = () => undefined;
    raw.on("close", () => {
      this.#open -= 1;
      comments.cancel();
      rights.cancel();
      stop();
    });
    stop = start(send);
  }

  /** Calls `onLost` when who asked may no longer have it. */
  #watchRights({ stillAllowed }: FastifyRequest, onLost: () => void): Timer {
    let looking = false;
    return this.#clock.every("event stream's rights", RIGHTS_MS, () => {
      if (looking || stillAllowed === undefined) return;
      looking = true;
      stillAllowed()
        .then((allowed) => {
          looking = false;
          if (!allowed) onLost();
        })
        .catch(onLost); // the client is gone
    });
  }
}

/** Begins an answer whose body is written bit by bit, with the headers that hooks have set. */
export function beginBody(reply: FastifyReply, type: string): void {
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
  reply.raw.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store", "X-Accel-Buffering": "no" });
  // Otherwise whoever waits for something to happen doesn't even learn that the stream is open.
  reply.raw.flushHeaders();
}

/** What a client has seen last; undefined for one that begins. */
export function lastEventId(request: FastifyRequest): string | undefined {
  const header = request.headers["last-event-id"];
  const query = (request.query as Readonly<Record<string, unknown>>)["after"]; // Fastify's parser makes nothing else
  const id = typeof header === "string" ? header : typeof query === "string" ? query : "";
  return id === "" ? undefined : id.slice(0, 64);
}

function printMessage({ event, data, id }: StreamMessage): string {
  const head = id === undefined ? "" : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
