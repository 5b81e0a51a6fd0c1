/**
 * RTSP over HTTP (Apple's "Tunnelling RTSP and RTP over HTTP"): a GET carries our bytes as they are, a POST with the same
 * `x-sessioncookie` carries the client's in base64. The POST is never answered and its declared length means nothing; a
 * client may replace it. Both halves must come from the same address, each on a connection of its own.
 */
import type { Socket } from "node:net";
import type { UdpEndpoint } from "#base/network.ts";
import { Base64Decoder } from "./base64-decoder.ts";
import { type ByteChannel, type ByteChannelListener, peerOf, unmapped } from "./byte-channel.ts";

/** POSTs that came before their GET. They wait as long as any connection may take for its first request. */
const MAX_WAITING_POSTS = 64;
const MAX_COOKIE_CHARACTERS = 256;

const GET_ANSWER = [
  "HTTP/1.0 200 OK",
  "Server: Sluice",
  "Connection: close",
  "Cache-Control: no-store",
  "Pragma: no-cache",
  "Content-Type: application/x-rtsp-tunnelled",
  "",
  "",
].join("\r\n");

/** A socket whose HTTP request asks for one half of a tunnel. */
export interface TunnelHalf {
  readonly method: string;
  /** Value of `x-sessioncookie`. */
  readonly cookie: string | undefined;
  readonly socket: Socket;
  readonly secure: boolean;
  /** What came after the head. */
  readonly rest: Buffer;
}

/** A POST half; its channel is undefined while it waits for its GET. */
export interface PostHalf {
  readonly channel: HttpTunnelChannel | undefined;
}

/** What became of a half: a new channel, joined or waiting, or the reason it is refused. */
export type TunnelOutcome =
  | { readonly kind: "opened"; readonly channel: HttpTunnelChannel }
  | { readonly kind: "post"; readonly post: PostHalf }
  | { readonly kind: "refused"; readonly reason: string };

interface WaitingPost {
  readonly half: TunnelHalf;
  channel: HttpTunnelChannel | undefined;
}

/** The tunnels of one listener. */
export class HttpTunnels {
  readonly #channels = new Map<string, HttpTunnelChannel>();
  readonly #posts = new Map<string, WaitingPost>();

  /** Takes a half. An opened channel must be listened to at once. */
  offer(half: TunnelHalf): TunnelOutcome {
    const { cookie, socket } = half;
    if (cookie === undefined || cookie === "" || cookie.length > MAX_COOKIE_CHARACTERS) {
      return { kind: "refused", reason: "x-sessioncookie is missing" };
    }
    const key = `${peerOf(socket).address} ${cookie}`;
    if (half.method === "GET") return this.#open(key, half);
    return half.method === "POST" ? this.#join(key, half) : { kind: "refused", reason: "neither GET nor POST" };
  }

  #open(key: string, half: TunnelHalf): TunnelOutcome {
    if (this.#channels.has(key)) return { kind: "refused", reason: "a tunnel with this cookie is open" };
    const channel = new HttpTunnelChannel(half.socket, half.secure);
    this.#channels.set(key, channel);
    half.socket.once("close", () => this.#channels.delete(key));
    half.socket.write(GET_ANSWER);
    const post = this.#posts.get(key);
    if (post !== undefined) {
      this.#posts.delete(key);
      post.channel = channel;
      channel.attach(post.half.socket, post.half.rest);
    }
    return { kind: "opened", channel };
  }

  #join(key: string, half: TunnelHalf): TunnelOutcome {
    const channel = this.#channels.get(key);
    if (channel !== undefined) {
      channel.attach(half.socket, half.rest);
      return { kind: "post", post: { channel } };
    }
    if (this.#posts.size >= MAX_WAITING_POSTS || this.#posts.has(key)) return { kind: "refused", reason: "too many wait" };
    const post: WaitingPost = { half, channel: undefined };
    this.#posts.set(key, post);
    half.socket.pause();
    half.socket.once("close", () => {
      if (this.#posts.get(key) === post) this.#posts.delete(key);
    });
    return { kind: "post", post };
  }
}

/** The two halves as one byte stream. Lives as long as its GET. */
export class HttpTunnelChannel implements ByteChannel {
  readonly tunnel = "http";
  readonly socket = undefined;
  readonly secure: boolean;
  readonly peer: UdpEndpoint;
  readonly localAddress: string;
  readonly #down: Socket;
  #up: Socket | undefined;
  #decoder = new Base64Decoder();
  #listener: ByteChannelListener | undefined;
  /** Decoded before anyone listened: at most what came with the POST's head. */
  readonly #early: Buffer[] = [];
  #failure: Error | undefined;

  constructor(down: Socket, secure: boolean) {
    this.#down = down;
    this.secure = secure;
    this.peer = peerOf(down);
    this.localAddress = unmapped(down.localAddress);
    // Nothing belongs on this half; what comes is dropped, so that its end is seen.
    down.resume();
    down.on("error", (error: Error) => (this.#failure ??= error));
    down.once("close", () => {
      this.#up?.destroy();
      this.#listener?.onClose(this.#failure);
    });
  }

  get pendingBytes(): number {
    return this.#down.writableLength;
  }

  /** The client's half, or a new one in its place. */
  attach(up: Socket, first: Buffer): void {
    const former = this.#up;
    this.#up = up;
    this.#decoder = new Base64Decoder();
    former?.destroy();
    up.on("data", (chunk: Buffer) => {
      if (this.#up === up) this.#decode(chunk);
    });
    if (first.length > 0) this.#decode(first);
    up.resume();
  }

  listen(listener: ByteChannelListener): void {
    this.#listener = listener;
    for (const chunk of this.#early.splice(0)) listener.onData(chunk);
  }

  together(run: () => void): void {
    this.#down.cork();
    try {
      run();
    } finally {
      this.#down.uncork();
    }
  }

  write(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.#down.write(chunk, done);
  }

  pause(): void {
    this.#up?.pause();
  }

  resume(): void {
    this.#up?.resume();
  }

  end(): void {
    this.#down.end();
  }

  destroy(): void {
    this.#down.destroy();
    this.#up?.destroy();
  }

  #decode(chunk: Buffer): void {
    const bytes = this.#decoder.push(chunk);
    if (bytes === undefined) {
      this.#failure ??= new Error("the POST half is not base64");
      this.destroy();
    } else if (bytes.length > 0) {
      if (this.#listener === undefined) this.#early.push(bytes);
      else this.#listener.onData(bytes);
    }
  }
}
