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

/** Answers every request below where it is mounted; rejections become a 500 and are logged. */
export interface HttpHandler {
  handle(request: HttpRequest): Promise<HttpReply>;
}
