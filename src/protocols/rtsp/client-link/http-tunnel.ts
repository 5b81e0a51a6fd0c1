/**
 * RTSP over HTTP: two connections bound by one cookie, a GET that brings the camera's bytes as they are and a POST that takes
 * ours in base64 (the QuickTime tunnel; ONVIF Streaming 5.1.4). A camera that counts the POST's declared length and closes it
 * gets a new POST.
 */
import { messageOf, SluiceError } from "#base/errors.ts";
import type { Random } from "#base/random.ts";
import { RtspHeaders } from "#formats/rtsp-message/headers.ts";
import { printRequest, type RtspResponse } from "#formats/rtsp-message/message.ts";
import { RtspStreamReader } from "#formats/rtsp-message/stream-reader.ts";
import type { ClientAuthentication } from "#protocols/rtsp/client/authentication.ts";
import { abortReason, type ConnectOptions } from "./connect.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import type { Link, LinkHandler } from "./link.ts";
import { openSocketLink } from "./socket-link.ts";

/** Bytes of the cookie before hex: 22 characters are what the oldest servers expect. */
const COOKIE_BYTES = 11;
/** What the POST declares; nobody means it. */
const POST_LENGTH = 32_767;
/** Writes that wait while a POST is opened; beyond it the oldest is dropped (reports, keep-alives). */
const MAX_WAITING_WRITES = 32;
const ANSWER_TIMEOUT_MS = 5000;
/** Challenges answered for one GET. */
const MAX_TURNS = 5;

/** What a tunnel is opened with. */
export interface TunnelOptions extends ConnectOptions {
  /** Path and query of the tunnel's own requests. */
  readonly path: string;
  readonly userAgent: string;
  readonly random: Random;
  readonly authentication: ClientAuthentication;
}

/** Opens both connections. Rejects with the errors of `connect`, of authentication, or `source-tunnel-refused`. */
export async function openHttpTunnel(options: TunnelOptions, handler: LinkHandler): Promise<Link> {
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const tunnel = new HttpTunnel(options, handler);
    const authorization = options.authentication.header({ method: "GET", uri: options.path });
    try {
      const response = await tunnel.open(authorization);
      if (response.status === 200) {
        if (authorization !== undefined) options.authentication.accepted();
        return tunnel;
      }
      tunnel.close();
      if (response.status !== 401) throw refused(options, `${String(response.status)} ${response.reason}`);
      options.authentication.challenged(response.headers.all("WWW-Authenticate"), authorization !== undefined);
    } catch (error) {
      tunnel.close();
      throw error;
    }
  }
  throw refused(options, "it keeps asking for a password");
}

function refused(options: TunnelOptions, reason: string): SluiceError {
  return sourceError("source-tunnel-refused", { details: { host: options.host, reason } });
}

class HttpTunnel implements Link {
  readonly #options: TunnelOptions;
  readonly #handler: LinkHandler;
  readonly #cookie: string;
  readonly #waiting: Buffer[] = [];
  #get: Link | undefined;
  #post: Link | undefined;
  #open = false;
  #opening = false;
  #authorization: string | undefined;
  #closed = false;

  constructor(options: TunnelOptions, handler: LinkHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#cookie = options.random.bytes(COOKIE_BYTES).toString("hex");
  }

  get remoteAddress(): string {
    return this.#get?.remoteAddress ?? "";
  }

  get localAddress(): string {
    return this.#get?.localAddress ?? "";
  }

  /** Sends the GET and resolves with its answer; from then on the camera's bytes go to the handler. */
  async open(authorization: string | undefined): Promise<RtspResponse> {
    const { clock, signal } = this.#options;
    this.#authorization = authorization;
    const answer = Promise.withResolvers<RtspResponse>();
    const timer = clock.after("http tunnel answer", ANSWER_TIMEOUT_MS, () => {
      const details = { host: this.#options.host, method: "GET", seconds: ANSWER_TIMEOUT_MS / 1000 };
      answer.reject(sourceError("source-no-answer", { details, retryable: true }));
    });
    const abort = (): void => {
      answer.reject(abortReason(signal));
    };
    signal.addEventListener("abort", abort, { once: true });
    answer.promise.catch(() => undefined); // it may fail while the connection is still being made
    try {
      this.#get = await openSocketLink(this.#options, this.#downlink(answer));
      this.#get.write(this.#request("GET", { Accept: "application/x-rtsp-tunnelled" }));
      return await answer.promise;
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", abort);
    }
  }

  write(bytes: Buffer): void {
    if (this.#closed) return;
    const encoded = Buffer.from(bytes.toString("base64"), "latin1");
    if (this.#post !== undefined) {
      this.#post.write(encoded);
      return;
    }
    if (this.#waiting.length >= MAX_WAITING_WRITES) this.#waiting.shift();
    this.#waiting.push(encoded);
    void this.#openPost();
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    this.#get?.close();
    this.#post?.close();
  }

  #downlink(answer: { resolve(response: RtspResponse): void; reject(error: Error): void }): LinkHandler {
    const head = new RtspStreamReader(
      {
        onMessage: (message) => {
          if (message.kind !== "response") return;
          this.#open = message.status === 200;
          head.stop();
          answer.resolve(message);
        },
        onFrame: () => undefined,
        onResync: () => undefined,
      },
      { tolerant: true },
    );
    return {
      bytes: (buffer, range) => {
        let { start } = range;
        if (!this.#open) {
          try {
            start += head.push(buffer, range);
          } catch {
            answer.reject(refused(this.#options, "its answer is no HTTP"));
            return;
          }
        }
        if (this.#open && start < range.end && !this.#closed) this.#handler.bytes(buffer, { start, end: range.end });
      },
      closed: (error) => {
        answer.reject(error);
        this.#lost(error);
      },
    };
  }

  async #openPost(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    try {
      const post = await openSocketLink(this.#options, {
        bytes: () => undefined, // an answer to the POST, if any, says nothing the GET doesn't
        closed: () => {
          this.#post = undefined;
        },
      });
      if (this.#closed) {
        post.close();
        return;
      }
      post.write(
        this.#request("POST", { "Content-Type": "application/x-rtsp-tunnelled", "Content-Length": String(POST_LENGTH) }),
      );
      for (const bytes of this.#waiting.splice(0)) post.write(bytes);
      this.#post = post;
    } catch (error) {
      this.#lost(error instanceof SluiceError ? error : refused(this.#options, messageOf(error)));
    } finally {
      this.#opening = false;
    }
  }

  #lost(error: SluiceError): void {
    if (this.#closed) return;
    const wasOpen = this.#open;
    this.close();
    if (wasOpen) this.#handler.closed(error);
  }

  #request(method: string, headers: Readonly<Record<string, string>>): Buffer {
    const { path, host, port, userAgent, authentication } = this.#options;
    const again = method === "GET" ? this.#authorization : authentication.header({ method, uri: path });
    return printRequest({
      method,
      url: path,
      protocol: "HTTP/1.1",
      headers: RtspHeaders.of({
        Host: `${host.includes(":") ? `[${host}]` : host}:${String(port)}`,
        ...(again === undefined ? {} : { Authorization: again }),
        "User-Agent": userAgent,
        "x-sessioncookie": this.#cookie,
        ...headers,
        Pragma: "no-cache",
        "Cache-Control": "no-cache",
      }),
    });
  }
}
