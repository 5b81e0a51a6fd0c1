/**
 * The two-way byte stream an RTSP connection talks over: a TCP or TLS socket, or a tunnel over one or two of them. What is
 * written is a whole message or whole frames, so that answers and media can take turns.
 */
import type { Socket } from "node:net";
import type { UdpEndpoint } from "#base/network.ts";
import type { ByteOutput } from "#protocols/rtsp/from-stream.ts";

/** How the stream is carried, as the API names it. */
export type TunnelKind = "none" | "http" | "websocket";

/** Who hears of a channel. */
export interface ByteChannelListener {
  onData(chunk: Buffer): void;
  /** The channel is gone; called once. `error` where it broke. */
  onClose(error: Error | undefined): void;
}

/** See the head of this file. `destroy` is immediate, `end` lets what was written go out first. */
export interface ByteChannel extends ByteOutput {
  readonly tunnel: TunnelKind;
  /** Over TLS: what goes over it must not go in clear beside it. */
  readonly secure: boolean;
  readonly peer: UdpEndpoint;
  /** Our own numeric address as the peer reached it. */
  readonly localAddress: string;
  /** What `run` writes goes out in one piece where the channel can do that: a system call and a wake-up of the peer less each. */
  together(run: () => void): void;
  /** Starts delivery. */
  listen(listener: ByteChannelListener): void;
  /** Stops and restarts reading, so that a peer can't make us hold more requests than we answer. */
  pause(): void;
  resume(): void;
  end(): void;
}

/** Numeric address of a dual-stack socket without the prefix of IPv4; a zone stays. */
export function unmapped(address: string | undefined): string {
  return address?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "";
}

/** Who is at the other end of a socket. */
export function peerOf(socket: Socket): UdpEndpoint {
  return { address: unmapped(socket.remoteAddress), port: socket.remotePort ?? 0 };
}

/** A channel straight on a TCP or TLS socket. */
export class SocketChannel implements ByteChannel {
  readonly tunnel = "none";
  readonly secure: boolean;
  readonly peer: UdpEndpoint;
  readonly #socket: Socket;
  #closed = false;

  constructor(socket: Socket, secure: boolean) {
    this.#socket = socket;
    this.secure = secure;
    this.peer = peerOf(socket);
  }

  get localAddress(): string {
    return unmapped(this.#socket.localAddress);
  }

  /** For direct writes; undefined over TLS. */
  get socket(): Socket | undefined {
    return this.secure ? undefined : this.#socket;
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  listen(listener: ByteChannelListener): void {
    const socket = this.#socket;
    let failure: Error | undefined;
    socket.on("data", (chunk: Buffer) => listener.onData(chunk));
    socket.on("error", (error: Error) => (failure = error));
    socket.once("end", () => socket.end());
    socket.once("close", () => {
      this.#closed = true;
      listener.onClose(failure);
    });
  }

  together(run: () => void): void {
    this.#socket.cork();
    try {
      run();
    } finally {
      this.#socket.uncork();
    }
  }

  write(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    if (this.#closed) return;
    this.#socket.end();
    this.#socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
