/**
 * Protocols that travel in HTTP (HLS, WebRTC) on our listeners: each at the root of a listener of its own, and all of them
 * under `/live/` of the page's. Their requests take Fastify's router and guards and nothing else of it: bodies aren't parsed,
 * answers are written straight to the connection. CORS is answered here, for every method; what the protocol says stays.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { messageOf, SluiceError } from "#base/errors.ts";
import type { HttpHandler, HttpReply } from "#base/http.ts";
import type { Logger } from "#base/log.ts";
import { originsByList } from "./http/allowed-origins.ts";
import type { AllowedOrigins } from "./http/allowed-origins.ts";
import { clientGone } from "./http/client-gone.ts";
import { clientOf } from "./http/client-view.ts";
import type { Client } from "./http/client-view.ts";
import { apiError } from "./errors.ts";
import { readCredentials } from "./http/credentials.ts";
import { readRequest, sendReply } from "./http/exchange.ts";
import type { HostGuard } from "./http/host-guard.ts";
import type { ListenerPolicy } from "./http/listener-policy.ts";
import { addQuickFront } from "./http/quick-front.ts";
import { credentialsOf, isOwnOrigin } from "./http/session-cookie.ts";
import { errorBody } from "./replies.ts";

/** Where the page's listener has the streams. */
export const LIVE_PREFIX = "/live";

/** WHEP and WHIP, the end of whose addresses the standards leave to us and MediaMTX chose. */
const WEBRTC_PATH = /\/wh[ei]p(?:\/[^/]+)?$/;
const READING = new Set(["GET", "HEAD", "OPTIONS"]);
/** What players of both protocols send and read. */
const CORS = {
  methods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
  requestHeaders: ["Authorization", "Content-Type", "If-Match", "Range"],
  exposedHeaders: ["Link", "Location", "ETag", "ID", "Accept-Patch", "Content-Length", "WWW-Authenticate"],
};

/** A protocol as a listener mounts it. */
export interface MountedProtocol {
  readonly handler: HttpHandler;
  /** May change while it is mounted. */
  readonly allowOrigins: readonly string[];
}

/** Protocols under `/live/` of the page's listener; looked up for each request, so that one may come, go or be replaced. */
export interface LiveStreams {
  readonly hls?: MountedProtocol | undefined;
  readonly webrtc?: MountedProtocol | undefined;
}

/** How protocols are mounted on one listener. */
export interface ProtocolMount {
  /** "" for the root. */
  readonly prefix: "" | typeof LIVE_PREFIX;
  /** Who answers a path; undefined for nobody. */
  readonly protocolOf: (path: string) => MountedProtocol | undefined;
  readonly policy: Pick<ListenerPolicy, "trustedProxies">;
  /** False until users are configured: then only this machine itself is served. */
  readonly authenticator: { readonly claimed: boolean };
  readonly log: Logger;
  /** Which names the listener answers to; all of them where left out. */
  readonly hosts: HostGuard | undefined;
  /** Whether the page's session counts here. */
  readonly sessions: boolean;
}

/** Chooses between the two protocols of `/live/`. */
export function liveProtocols(live: LiveStreams): (path: string) => MountedProtocol | undefined {
  return (path) => (WEBRTC_PATH.test(path) ? live.webrtc : live.hls);
}

/** Adds the routes. */
export function mountProtocols(server: FastifyInstance, mount: ProtocolMount): void {
  const originsOf = originsByList(CORS);
  const { prefix, hosts, authenticator, policy } = mount;
  const headersOf = headersByOrigins();
  const protocolOf = (path: string) => {
    const protocol = mount.protocolOf(path);
    return protocol && { handler: protocol.handler, headers: headersOf(originsOf(protocol.allowOrigins)) };
  };
  addQuickFront(server.server, { prefix, protocolOf, hosts, authenticator, policy });
  server.all(
    `${mount.prefix}/*`,
    {
      // Who may is asked by the protocol itself.
      config: { role: "anyone" },
      onRequest: async (request, reply) => {
        const path = (request.raw.url ?? "").split("?", 1)[0] ?? "";
        const protocol = mount.protocolOf(path.slice(mount.prefix.length));
        if (protocol === undefined) return reply.callNotFound();
        reply.hijack();
        await answer({ raw: request.raw, response: reply.raw, protocol, origins: originsOf(protocol.allowOrigins) }, mount);
        return undefined;
      },
    },
    () => undefined,
  );
}

/** What answers to those who name no origin carry, as Node's raw headers; made once for each list of origins. */
function headersByOrigins(): (origins: AllowedOrigins) => readonly string[] {
  const known = new WeakMap<AllowedOrigins, readonly string[]>();
  return (origins) => {
    const found = known.get(origins) ?? Object.entries(origins.headersFor(undefined)).flat();
    known.set(origins, found);
    return found;
  };
}

interface Arrived {
  readonly raw: IncomingMessage;
  readonly response: ServerResponse;
  readonly protocol: MountedProtocol;
  readonly origins: AllowedOrigins;
}

/** Answers one request; never rejects. */
async function answer({ raw, response, protocol, origins }: Arrived, mount: ProtocolMount): Promise<void> {
  const exchange = { raw, response, signal: clientGone(response) };
  const { origin } = raw.headers;
  try {
    const reply = preflight(raw, origins) ?? (await decide(exchange, { protocol, origins }, mount));
    await sendReply(exchange, reply, { Server: "sluice", ...(isPreflight(raw) ? {} : origins.headersFor(origin)) });
  } catch (error) {
    if (exchange.signal.aborted) return;
    mount.log.error({ method: raw.method, error: messageOf(error) }, "request failed");
    if (response.headersSent) response.destroy();
    else await sendReply(exchange, refusal(500, apiError("api-internal", { cause: error })), origins.headersFor(origin));
  }
}

async function decide(
  exchange: { raw: IncomingMessage; signal: AbortSignal },
  { protocol, origins }: Pick<Arrived, "protocol" | "origins">,
  mount: ProtocolMount,
): Promise<HttpReply> {
  const { raw, signal } = exchange;
  const client = clientOf(raw, mount.policy.trustedProxies);
  if (!mount.authenticator.claimed && !client.local) return refusal(403, apiError("api-not-claimed"));
  const credentials = mount.sessions ? credentialsOf(raw, client) : readCredentials(raw.headers.authorization);
  const byCookie = credentials.kind === "token" && raw.headers.authorization === undefined;
  if (!READING.has(raw.method ?? "") && isForeign(raw, { client, origins, byCookie })) {
    return refusal(403, apiError("api-origin", { details: { origin: (raw.headers.origin ?? "?").slice(0, 200) } }));
  }
  const request = readRequest(raw, { prefix: mount.prefix, client, credentials, signal });
  if (request === undefined) return refusal(400, apiError("api-bad-address"));
  try {
    return await protocol.handler.handle(request);
  } catch (error) {
    if (error instanceof SluiceError && error.code === "api-body-too-large") return refusal(413, error);
    throw error;
  }
}

/** Whether a page of an origin that may not makes the browser ask this; with the page's cookie, any origin but our own. */
function isForeign(
  raw: IncomingMessage,
  { client, origins, byCookie }: { client: Client; origins: AllowedOrigins; byCookie: boolean },
): boolean {
  const { origin } = raw.headers;
  if (isOwnOrigin(raw, client)) return false;
  return byCookie || (origin !== undefined && !origins.allows(origin));
}

function isPreflight(raw: IncomingMessage): boolean {
  return raw.method === "OPTIONS" && raw.headers["access-control-request-method"] !== undefined;
}

function preflight(raw: IncomingMessage, origins: AllowedOrigins): HttpReply | undefined {
  return isPreflight(raw) ? { status: 204, headers: origins.preflightHeaders(raw.headers.origin) } : undefined;
}

function refusal(status: number, error: SluiceError): HttpReply {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(errorBody(error)) };
}
