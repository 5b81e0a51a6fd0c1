/**
 * The bench's own RTSP client connection (RFC 2326): requests with their replies, interleaved frames in place. Reads into
 * one buffer shared by all connections of the process, so that a hundred readers cost little.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { machineNow } from "./clock.ts";
import { Splitter, type Message } from "./splitter.ts";

const READ_BYTES = 262_144;
const CONNECT_TIMEOUT_MS = 5_000;
const REPLY_TIMEOUT_MS = 10_000;
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/** What a connection tells its owner. A frame's bytes are valid during the call only; `onClose` comes once. */
export interface LinkEvents {
  onFrame(channel: number, buffer: Buffer, range: { readonly start: number; readonly end: number }): void;
  onClose(reason: string): void;
}

/** The server answered with another status than 200. */
export class Refused extends Error {
  readonly status: number;

  constructor(method: string, message: Message) {
    super(`${method}: ${message.firstLine.split(" ").slice(1).join(" ")}`);
    this.status = Number(message.firstLine.split(" ")[1] ?? 0);
  }
}

/** A request: method, URL and headers without CSeq. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers?: readonly string[];
}

interface Waiting {
  readonly method: string;
  resolve(reply: Message): void;
  reject(error: Error): void;
}

/** One connection to a server. */
export class Link {
  /** When the bytes now being delivered were read. */
  readAt = 0;
  readonly #socket: Socket;
  readonly #events: LinkEvents;
  readonly #splitter: Splitter;
  readonly #waiting = new Map<string, Waiting>();
  #sequence = 0;
  #ended = false;

  private constructor(port: number, events: LinkEvents) {
    this.#events = events;
    this.#splitter = new Splitter({
      onMessage: (message) => this.#reply(message),
      onFrame: (channel, buffer, range) => events.onFrame(channel, buffer, range),
    });
    const onread = { buffer: shared, callback: (bytes: number): boolean => this.#read(bytes) };
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true, onread });
    this.#socket.on("error", (error) => this.#end(error.message));
    this.#socket.on("close", () => this.#end("closed by the server"));
  }

  /** Connects to the port of loopback that `url` names. */
  static async open(url: string, events: LinkEvents): Promise<Link> {
    const link = new Link(Number(new URL(url).port), events);
    const timer = setTimeout(() => link.#socket.destroy(new Error("connect timed out")), CONNECT_TIMEOUT_MS);
    try {
      await once(link.#socket, "connect");
      return link;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Port of this end. */
  get localPort(): number {
    return this.#socket.localPort ?? 0;
  }

  /** Sends a request without waiting; its reply is ignored. */
  send(request: Request): void {
    this.#sequence += 1;
    const lines = [`${request.method} ${request.url} RTSP/1.0`, `CSeq: ${this.#sequence}`, ...(request.headers ?? [])];
    if (!this.#socket.destroyed) this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** Sends a request and gives the reply; rejects with `Refused` on a status other than 200, or when the connection ends. */
  async request(request: Request): Promise<Message> {
    this.send(request);
    const sequence = String(this.#sequence);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Message>((resolve, reject) => {
        if (this.#ended) return reject(new Error("connection closed"));
        this.#waiting.set(sequence, { method: request.method, resolve, reject });
        timer = setTimeout(() => reject(new Error(`${request.method}: no answer`)), REPLY_TIMEOUT_MS);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(sequence);
    }
  }

  /** Reads nothing any more; the kernel's buffers fill. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Ends the connection after what was sent has gone out. Idempotent; `onClose` isn't called. */
  close(): void {
    this.#ended = true;
    this.#socket.end(() => this.#socket.destroy());
    for (const waiting of this.#waiting.values()) waiting.reject(new Error("connection closed"));
  }

  #read(bytes: number): boolean {
    if (this.#ended) return true;
    this.readAt = machineNow();
    try {
      this.#splitter.push(shared, bytes);
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
    return true;
  }

  #reply(message: Message): void {
    const waiting = this.#waiting.get(message.headers.get("cseq") ?? "");
    if (waiting === undefined) return;
    if (message.firstLine.startsWith("RTSP/1.0 200")) waiting.resolve(message);
    else waiting.reject(new Refused(waiting.method, message));
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const waiting of this.#waiting.values()) waiting.reject(new Error(reason));
    this.#events.onClose(reason);
  }
}
