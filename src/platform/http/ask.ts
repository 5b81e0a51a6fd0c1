/**
 * One question to a web server, over HTTP or HTTPS: a bounded answer within a time, no redirects, the certificate checked by
 * authority or by one pinned fingerprint. For the few servers that Sluice itself asks; cameras have their own ways.
 */
import { once } from "node:events";
import { request } from "node:http";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";
import { connectTcp } from "../tcp.ts";
import { platformError } from "../errors.ts";

/** What is asked. */
export interface HttpQuestion {
  /** `http://` or `https://`; a user and password in it are sent by Basic. */
  readonly url: string;
  readonly method: "GET" | "POST";
  /** JSON; sent with POST. */
  readonly body?: string;
  /** SHA-256 of the certificate, hexadecimal; "" where an authority vouches for it. */
  readonly fingerprint: string;
  /** From the first byte sent to the last received. */
  readonly timeoutMs: number;
  /** Longest body of an answer. */
  readonly maxBytes: number;
}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks. Rejects with `http-no-answer` (host, no path: a path may hold a secret), or the signal's reason. */
export async function askHttp(question: HttpQuestion, signal?: AbortSignal): Promise<HttpAnswer> {
  const late = AbortSignal.timeout(question.timeoutMs);
  const enough = signal === undefined ? late : AbortSignal.any([late, signal]);
  const url = new URL(question.url);
  try {
    const asked = begin(url, question, { signal: enough, socket: await pinnedSocket(url, question.fingerprint, enough) });
    asked.end(question.body);
    return await answerOf(asked, question.maxBytes);
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    const reason = late.aborted ? `it didn't answer within ${String(question.timeoutMs / 1000)} s` : reasonOf(cause);
    throw platformError("http-no-answer", { details: { host: url.host, reason }, cause, retryable: true });
  }
}

function begin(
  url: URL,
  { method, body }: HttpQuestion,
  { signal, socket }: { signal: AbortSignal; socket: Socket | undefined },
): ClientRequest {
  const headers = {
    Accept: "application/json",
    ...(body === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) }),
  };
  const connection: RequestOptions = socket === undefined ? { agent: false } : { createConnection: () => socket };
  const options: RequestOptions = { method, headers, signal, ...connection };
  return url.protocol === "https:" ? requestTls(url, options) : request(url, options);
}

/** A connection whose certificate has been found to be the pinned one; undefined where none is pinned. */
async function pinnedSocket(url: URL, fingerprint: string, signal: AbortSignal): Promise<Socket | undefined> {
  if (url.protocol !== "https:" || fingerprint === "") return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const socket = connectTcp({ host, port: url.port === "" ? 443 : Number(url.port), tls: { fingerprint } });
  try {
    await once(socket, "secureConnect", { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function answerOf(asked: ClientRequest, maxBytes: number): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    asked.on("error", reject);
    asked.on("response", (answer: IncomingMessage) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on("error", reject);
      answer.on("data", (part: Buffer) => {
        bytes += part.length;
        parts.push(part);
        if (bytes <= maxBytes) return;
        reject(new Error(`its answer is longer than ${String(maxBytes)} bytes`));
        asked.destroy();
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }));
    });
  });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // Names tried at once (IPv4, IPv6) fail together, with an empty message of their own.
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? first.message : cause.message;
}
