/**
 * One request and its answer between Node's HTTP and the protocols' `HttpRequest`/`HttpReply`. Bodies are read when asked
 * for, up to what was asked; answers go out buffer by buffer, no faster than the client takes them, and are never copied
 * together.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpCredentials, HttpReply, HttpRequest } from "#base/http.ts";
import type { Client } from "./client-view.ts";
import { apiError } from "../errors.ts";

/** Answers that have no body (RFC 9110 §6.4.1). */
const BODILESS = new Set([204, 304]);

/** Where a protocol is mounted, and who asks. */
export interface ExchangeContext {
  /** "" or a path without a trailing slash. */
  readonly prefix: string;
  readonly client: Client;
  readonly credentials: HttpCredentials;
  readonly signal: AbortSignal;
}

/** The request as protocols see it; undefined where its address can't be decoded. */
export function readRequest(raw: IncomingMessage, context: ExchangeContext): HttpRequest | undefined {
  const { prefix, client, credentials, signal } = context;
  const [whole = "", ...query] = (raw.url ?? "").split("?");
  const path = decodePath(whole.slice(prefix.length));
  if (path === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(raw.headers)) {
    if (value !== undefined) headers.set(name, typeof value === "string" ? value : value.join(", "));
  }
  return {
    method: raw.method ?? "GET",
    path,
    query: query.join("?"),
    headers,
    address: client.address,
    secure: client.secure,
    base: `${client.secure ? "https" : "http"}://${headers.get("host") ?? localHost(raw)}${prefix}`,
    credentials,
    signal,
    body: (maxBytes) => readBody(raw, { maxBytes, signal }),
  };
}

function decodePath(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** For clients of HTTP/1.0, who name no host. */
function localHost({ socket }: IncomingMessage): string {
  const { localAddress = "127.0.0.1", localPort = 80 } = socket;
  return `${localAddress.includes(":") ? `[${localAddress}]` : localAddress}:${String(localPort)}`;
}

async function readBody(raw: IncomingMessage, limits: { maxBytes: number; signal: AbortSignal }): Promise<Buffer> {
  const { maxBytes, signal } = limits;
  signal.throwIfAborted();
  if (Number(raw.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (run: () => void): void => {
      raw.off("data", onData).off("end", onEnd).pause();
      signal.removeEventListener("abort", onAbort);
      run();
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) settle(() => reject(tooLarge(maxBytes)));
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    const onAbort = (): void => settle(() => reject(apiError("api-client-gone")));
    signal.addEventListener("abort", onAbort, { once: true });
    raw.on("data", onData).on("end", onEnd);
  });
}

function tooLarge(maxBytes: number): Error {
  return apiError("api-body-too-large", { details: { max: maxBytes } });
}

/** Sends `reply`, `headers` on top of its own; resolves when it has gone out or the client has. Never rejects for the latter. */
export async function sendReply(
  exchange: { raw: IncomingMessage; response: ServerResponse; signal: AbortSignal },
  reply: HttpReply,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { raw, response, signal } = exchange;
  let sent = 0;
  try {
    if (signal.aborted) return;
    response.statusCode = reply.status;
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
    for (const [name, value] of Object.entries(headers)) {
      // What answers depend on adds up.
      if (name === "Vary") response.appendHeader(name, value);
      else response.setHeader(name, value);
    }
    if (hasUnreadBody(raw)) response.setHeader("Connection", "close");
    const bodiless = raw.method === "HEAD" || BODILESS.has(reply.status);
    const { body } = reply;
    if (isStream(body)) {
      if (!bodiless) for await (const chunk of body) if (!(await write(exchange, chunk, count))) return;
    } else {
      const buffers = listOf(body);
      if (!BODILESS.has(reply.status))
        response.setHeader(
          "Content-Length",
          buffers.reduce((sum, part) => sum + part.length, 0),
        );
      response.cork();
      if (!bodiless) for (const chunk of buffers) if (!(await write(exchange, chunk, count))) return;
      response.uncork();
    }
    await finish(exchange);
  } finally {
    reply.sent?.(sent);
  }

  function count(bytes: number): void {
    sent += bytes;
  }
}

function isStream(body: HttpReply["body"]): body is AsyncIterable<Buffer> {
  return typeof body === "object" && Symbol.asyncIterator in body;
}

function listOf(body: string | Buffer | readonly Buffer[] | undefined): readonly Buffer[] {
  if (body === undefined || body === "") return [];
  if (typeof body === "string") return [Buffer.from(body)];
  return Buffer.isBuffer(body) ? [body] : body;
}

/** Whether the client still has bytes of its request to send that nobody has asked for. */
function hasUnreadBody(raw: IncomingMessage): boolean {
  const announced = raw.headers["transfer-encoding"] !== undefined || Number(raw.headers["content-length"] ?? 0) > 0;
  return announced && !raw.complete;
}

/** Hands one piece over and waits while the client is behind; false when it is gone. */
async function write(
  { response, signal }: { response: ServerResponse; signal: AbortSignal },
  chunk: Buffer,
  count: (bytes: number) => void,
): Promise<boolean> {
  if (signal.aborted) return false;
  const goOn = response.write(chunk, (error) => {
    if (error === null || error === undefined) count(chunk.length);
  });
  if (goOn) return true;
  response.uncork();
  await eventOrAbort(response, "drain", signal);
  return !signal.aborted;
}

async function finish({ response, signal }: { response: ServerResponse; signal: AbortSignal }): Promise<void> {
  if (signal.aborted) return;
  const finished = eventOrAbort(response, "finish", signal);
  response.end();
  await finished;
}

function eventOrAbort(response: ServerResponse, event: "drain" | "finish", signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off(event, done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    response.once(event, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
