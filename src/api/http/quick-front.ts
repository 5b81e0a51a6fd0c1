/**
 * What stands before Fastify: requests that the protocol behind an address can answer from their head alone, in one write and
 * without promises. Fifty viewers of low-latency HLS ask five hundred times a second; the router, its hooks and the guards'
 * copies of the request cost more than the answer. Whatever is out of the ordinary (other methods, pages of other origins,
 * proxies, encoded paths, bodies) goes the long way, whose guards decide.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { HttpHandler, QuickExchange, QuickReply } from "#base/http.ts";
import { plainAddress } from "#base/ip-range.ts";
import { clientOf } from "./client-view.ts";
import type { HostGuard } from "./host-guard.ts";
import type { ListenerPolicy } from "./listener-policy.ts";

/** Printable ASCII without `%`, and a query that may hold one. */
const PLAIN = /^(\/[!-$&->@-~]*)(?:\?([!-~]*))?$/;

/** What the front works with. */
export interface QuickFrontOptions {
  /** "" for the root. */
  readonly prefix: string;
  /** Who answers a path below the prefix, and headers to add to each answer. */
  readonly protocolOf: (path: string) => { readonly handler: HttpHandler; readonly headers: readonly string[] } | undefined;
  readonly hosts: HostGuard | undefined;
  /** False until users are configured: then only this machine itself is served. */
  readonly authenticator: { readonly claimed: boolean };
  readonly policy: Pick<ListenerPolicy, "trustedProxies">;
}

/** Puts the front before whoever answers `server`'s requests now. */
export function addQuickFront(server: Server, options: QuickFrontOptions): void {
  const [behind] = server.listeners("request") as RequestListener[]; // what the event's listeners are
  if (behind === undefined) throw new TypeError("a server has a listener for its requests");
  server.off("request", behind);
  server.prependListener("request", (raw, response) => {
    if (!answers(options, { raw, response, behind })) behind(raw, response);
  });
}

interface Arrived {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  readonly behind: RequestListener;
}

function answers(options: QuickFrontOptions, arrived: Arrived): boolean {
  const { raw } = arrived;
  const { prefix } = options;
  if (raw.method !== "GET" || raw.url?.startsWith(prefix) !== true) return false;
  const match = PLAIN.exec(raw.url);
  if (match === null) return false;
  const path = (match[1] ?? "").slice(prefix.length);
  const protocol = options.protocolOf(path);
  if (protocol?.handler.quick === undefined || !isOrdinary(raw, options)) return false;
  return protocol.handler.quick(new Exchange(arrived, { path, query: match[2] ?? "", headers: protocol.headers }));
}

function isOrdinary(raw: IncomingMessage, { hosts, authenticator, policy }: QuickFrontOptions): boolean {
  const { headers } = raw;
  // What a proxy says of its client is read on the long way.
  if (policy.trustedProxies.length > 0) return false;
  if (headers.origin !== undefined || headers["transfer-encoding"] !== undefined || headers["content-length"] !== undefined)
    return false;
  if (hosts?.allows(headers.host) === false) return false;
  return authenticator.claimed || clientOf(raw, []).local;
}

class Exchange implements QuickExchange {
  readonly path: string;
  readonly query: string;
  readonly address: string;
  readonly #arrived: Arrived;
  readonly #headers: readonly string[];
  #reply: QuickReply | undefined;
  #bytes = 0;
  #gone: (() => void) | undefined;

  constructor(arrived: Arrived, { path, query, headers }: { path: string; query: string; headers: readonly string[] }) {
    this.#arrived = arrived;
    this.#headers = headers;
    this.path = path;
    this.query = query;
    this.address = plainAddress(arrived.raw.socket.remoteAddress ?? "");
  }

  header(name: "accept-encoding" | "cookie" | "user-agent"): string {
    const value = this.#arrived.raw.headers[name];
    return typeof value === "string" ? value : "";
  }

  send(reply: QuickReply): void {
    const { response } = this.#arrived;
    if (this.#gone === undefined) response.once("close", () => this.#closed());
    this.#reply = reply;
    if (response.closed || response.destroyed) {
      reply.sent(0);
      return;
    }
    const { headers, body } = reply;
    this.#bytes = typeof body === "string" ? body.length : body.reduce((sum, { length }) => sum + length, 0);
    response.writeHead(200, [...headers, ...this.#headers, "Server", "sluice", "Content-Length", String(this.#bytes)]);
    if (typeof body === "string") {
      // Goes out with the head as one text, in one write.
      response.end(body, "latin1");
      return;
    }
    const last = body.length - 1;
    for (let index = 0; index < last; index += 1) response.write(body[index]);
    response.end(body[last]);
  }

  pass(): void {
    const { behind, raw, response } = this.#arrived;
    behind(raw, response);
  }

  onGone(run: () => void): void {
    this.#gone = run;
    this.#arrived.response.once("close", () => this.#closed());
  }

  #closed(): void {
    if (this.#reply === undefined) this.#gone?.();
    else this.#reply.sent(this.#arrived.response.writableFinished ? this.#bytes : 0);
  }
}
