/**
 * HTTP as the protocols that travel in it (HLS, WebRTC) see it: they answer requests, the listener belongs to `api`, which
 * has already checked the Host header, the size of the head and the number of connections. Bodies are bytes; nothing here
 * reads a body before it is asked for, and never more than asked for.
 */

/** Credentials of a request: Basic, `Bearer user:password`, or `Bearer token`. */
export type HttpCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

/** One request, already routed to whoever answers it. */
export interface HttpRequest {
  /** Upper-case. */
  readonly method: string;
  /** Below where the protocol is mounted, decoded, beginning with `/`: `/yard/index.m3u8`. */
  readonly path: string;
  /** As sent, without `?`; "" for none. */
  readonly query: string;
  /** Names lower-case; a repeated header is joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** The client's, numeric; behind a trusted proxy the one it tells. */
  readonly address: string;
  /** Whether the client speaks TLS to us or to a trusted proxy. */
  readonly secure: boolean;
  /** Where the protocol is mounted as the client names it, without a trailing slash: `http://box:8080/live`. */
  readonly base: string;
  readonly credentials: HttpCredentials;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** The body. Rejects with an error of status 413 when it is longer than `maxBytes`, or when the client goes away. */
  body(maxBytes: number): Promise<Buffer>;
}

/** An answer. The listener adds CORS headers, `Server` and `Content-Length`. */
export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Several buffers go out one after the other without being copied together; a stream is for bodies that come in pieces. */
  readonly body?: string | Buffer | readonly Buffer[] | AsyncIterable<Buffer>;
  /** Called when the body has been handed over or the client is gone, with the bytes that were sent. */
  readonly sent?: (bytes: number) => void;
}

/**
 * A GET of which nothing but the head was looked at and nothing was copied: for what viewers ask many times a second. It comes
 * from nobody's page but our own, through no proxy, and its path needs no decoding.
 */
export interface QuickExchange {
  /** Below where the protocol is mounted, without query. */
  readonly path: string;
  /** As sent, without `?`; ASCII. */
  readonly query: string;
  /** The client's, numeric. */
  readonly address: string;
  /** A header's value; "" where it is missing. */
  header(name: "accept-encoding" | "cookie" | "user-agent"): string;
  /** Answers with 200: once, unless the client is gone. */
  send(reply: QuickReply): void;
  /** Lets `handle` answer after all. */
  pass(): void;
  /** Called when the client goes before it was answered. */
  onGone(run: () => void): void;
}

/** The answer of a quick exchange. A text is ASCII. */
export interface QuickReply {
  /** Names and values in turn; the listener adds `Server` and `Content-Length`. */
  readonly headers: readonly string[];
  readonly body: string | readonly Buffer[];
  /** Called once when the answer has gone out or the client has, with the bytes that were sent. */
  sent(bytes: number): void;
}

/** Answers every request below where it is mounted; rejections become a 500 and are logged. */
export interface HttpHandler {
  handle(request: HttpRequest): Promise<HttpReply>;
  /** Answers what can be answered without promises, now or later; false leaves the request to `handle`. */
  quick?(exchange: QuickExchange): boolean;
  /** Somebody is likely to ask soon: what takes long to load may be loaded. */
  prepare?(): void;
}
