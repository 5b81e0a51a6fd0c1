/**
 * A link over one TCP or TLS connection. Reads into one buffer of its own for the connection's whole life, so that media
 * flows without an allocation per read.
 */
import type { Socket } from "node:net";
import { codeOf, messageOf } from "#base/errors.ts";
import { connect, numericAddress, type ConnectOptions } from "./connect.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import type { Link, LinkHandler } from "./link.ts";

/** One read: three key-frame bursts' worth at 4 Mbit/s and 25 frames a second. */
const READ_BUFFER_BYTES = 65_536;

/** Requests and reports are small; a camera that leaves this much unread is dead. */
const MAX_PENDING_WRITE_BYTES = 262_144;

/** Connects; see `connect` for the errors. */
export async function openSocketLink(options: ConnectOptions, handler: LinkHandler): Promise<Link> {
  const range = { start: 0, end: 0 };
  const opened: { link?: SocketLink } = {};
  const reader = {
    buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
    callback: (bytes: number, buffer: Buffer): boolean => {
      range.start = 0;
      range.end = bytes;
      opened.link?.read(buffer, range);
      return true;
    },
  };
  const socket = await connect(options, reader);
  opened.link = new SocketLink(socket, { host: options.host, handler });
  return opened.link;
}

class SocketLink implements Link {
  readonly remoteAddress: string;
  readonly localAddress: string;
  readonly #socket: Socket;
  readonly #handler: LinkHandler;
  readonly #host: string;
  #reason = "it ended the connection";
  #closed = false;

  constructor(socket: Socket, options: { host: string; handler: LinkHandler }) {
    this.#socket = socket;
    this.#handler = options.handler;
    this.#host = options.host;
    this.remoteAddress = numericAddress(socket.remoteAddress ?? options.host);
    this.localAddress = numericAddress(socket.localAddress ?? "");
    socket.on("error", (error) => {
      this.#reason = codeOf(error) || messageOf(error);
    });
    socket.once("close", () => {
      this.#lost();
    });
  }

  read(buffer: Buffer, range: { readonly start: number; readonly end: number }): void {
    if (!this.#closed) this.#handler.bytes(buffer, range);
  }

  write(bytes: Buffer): void {
    if (this.#closed || this.#socket.destroyed) return;
    this.#socket.write(bytes);
    if (this.#socket.writableLength <= MAX_PENDING_WRITE_BYTES) return;
    this.#reason = "it takes no data";
    this.#socket.destroy();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
  }

  #lost(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handler.closed(
      sourceError("source-connection-lost", { details: { host: this.#host, reason: this.#reason }, retryable: true }),
    );
  }
}
