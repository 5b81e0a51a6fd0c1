/**
 * One HTTP listener: Fastify with our limits, errors in MediaMTX's shape, and the routes it is given. Sockets are opened by
 * the injected network, so that a taken port is explained like any other.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { SecureContextOptions, Server as TlsServer } from "node:tls";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Network } from "#base/network.ts";
import { apiError } from "./errors.ts";
import { failureOf } from "./failures.ts";
import { sendError, sendFailure } from "./replies.ts";
import type { Role } from "./contract/answers.ts";
import { capConnections } from "./http/connection-cap.ts";
import type { HostGuard } from "./http/host-guard.ts";
import { noCompilers, validateLate } from "./http/late-validation.ts";

/** Open connections of one listener; over it, the one idle for longest goes. */
const MAX_CONNECTIONS = 512;
/** No request of this API has a large body yet. */
const MAX_BODY_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
/** A connection on which nothing moves for this long is closed: a viewer that has stopped taking bytes, or is gone. */
const STALLED_MS = 60_000;
const HANDSHAKE_MS = 10_000;
const MAX_PARAMETER = 600;

/** What a listener is made of. */
export interface HttpServerOptions {
  readonly address: ListenAddress;
  readonly network: Network;
  readonly log: Logger;
  /** Key and certificate; makes it HTTPS. */
  readonly tls?: SecureContextOptions | undefined;
  /** Which names it answers to; all of them where left out. */
  readonly hosts?: HostGuard | undefined;
  /** Adds hooks and routes. */
  readonly mount: (server: FastifyInstance) => void;
}

/** A route of a listener. */
export interface ServedRoute {
  readonly method: string;
  /** Fastify's pattern. */
  readonly url: string;
  readonly role: "anyone" | Role;
}

/** See the head of this file. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #fastify: FastifyInstance;
  #state: "new" | "open" | "closed" = "new";
  readonly #routeList: ServedRoute[] = [];

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#fastify = createFastify(options.log, options.tls);
    capConnections(this.#fastify.server, MAX_CONNECTIONS, options.tls !== undefined);
    addGuards(this.#fastify, options.hosts);
    this.#fastify.addHook("onRoute", ({ method, url, config }) => {
      for (const name of [method].flat()) this.#routeList.push({ method: name, url, role: config?.role ?? "admin" });
    });
    options.mount(this.#fastify);
  }

  /** The routes without a socket, for tests. */
  get routes(): Pick<FastifyInstance, "inject"> {
    return this.#fastify;
  }

  /** Every route, and who it is for where roles count. */
  get routeList(): readonly ServedRoute[] {
    return this.#routeList;
  }

  /** The port in use; 0 before `start`. */
  get port(): number {
    const address = this.#fastify.server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Resolves when listening. Rejects with the network's error. */
  async start(): Promise<void> {
    if (this.#state !== "new") return;
    await this.#fastify.ready();
    const { address, network } = this.#options;
    const bound = await network.listenTcp({ ...address, onConnection: () => undefined });
    const server = this.#fastify.server;
    // Handshakes under way count too; what a flood of them needs is bounded by their time.
    server.maxConnections = 2 * MAX_CONNECTIONS;
    // Node's way to hand over a bound listener: from here on this server accepts its connections.
    await new Promise<void>((resolve) => server.listen(bound, resolve));
    this.#state = "open";
  }

  /** Stops listening; resolves when the requests under way are answered. */
  async drain(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closed";
    await new Promise<void>((resolve) => this.#fastify.server.close(() => resolve()));
  }

  /** Another certificate for new connections; does nothing without TLS. */
  replaceCertificate(tls: SecureContextOptions): void {
    const { server }: { server: object } = this.#fastify;
    if ("setSecureContext" in server) (server as Pick<TlsServer, "setSecureContext">).setSecureContext(tls); // only those have it
  }

  /** Stops listening and ends every connection. Idempotent. */
  async close(): Promise<void> {
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    const { server } = this.#fastify;
    const closed = wasOpen ? new Promise<void>((resolve) => server.close(() => resolve())) : undefined;
    server.closeAllConnections();
    await closed;
    await this.#fastify.close();
  }
}

/** What holds for every request, whoever answers it; routes may say otherwise about caching. */
function addGuards(server: FastifyInstance, hosts: HostGuard | undefined): void {
  server.addHook("onRequest", async (request, reply) => {
    void reply.header("Cache-Control", "no-store").header("X-Content-Type-Options", "nosniff").header("Server", "sluice");
    forgetTypeOfNothing(request.raw.headers);
    const { host } = request.headers;
    if (hosts === undefined || hosts.allows(host)) return undefined;
    return sendError(reply, 421, apiError("api-host", { details: { host: host?.slice(0, 200) } }));
  });
}

/** A request without a body that names its type all the same (scripts do so for DELETE): Fastify would wait for one that never comes. */
function forgetTypeOfNothing(headers: IncomingHttpHeaders): void {
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) delete headers["content-type"];
}

/** Where there is a route but for a slash at the end: MediaMTX sends its clients on, there and back. */
function otherSlash(server: FastifyInstance, { method, url }: { method: string; url: string }): string | undefined {
  const [path = "", ...query] = url.split("?");
  if (!/^\/(?:v3|metrics)\b/.test(path)) return undefined;
  const slash = path.endsWith("/");
  const other = slash ? path.slice(0, -1) : `${path}/`;
  const patterns = slash ? [other, other.replace(/[^/]+$/, ":id")] : [`${other}*`];
  if (!patterns.some((pattern) => server.hasRoute({ method, url: pattern }))) return undefined;
  return [other, ...query].join("?");
}

function createFastify(log: Logger, tls: SecureContextOptions | undefined): FastifyInstance {
  const server = fastify({
    // Fastify's types make a server with TLS another type; for all we do with it, it is the same.
    ...(tls === undefined
      ? { http: { optimizeEmptyRequests: true } }
      : { https: { ...tls, handshakeTimeout: HANDSHAKE_MS, optimizeEmptyRequests: true } }),
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: STALLED_MS,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    schemaController: noCompilers,
  });
  validateLate(server);
  server.setNotFoundHandler((request, reply) => {
    const meant = otherSlash(server, request);
    if (meant !== undefined) return reply.redirect(meant, request.method === "GET" ? 301 : 307);
    const details = { method: request.method, path: request.url.split("?", 1)[0] ?? "" };
    return sendError(reply, 404, apiError("api-no-route", { details }));
  });
  server.setErrorHandler((error, request, reply) => {
    const failure = failureOf(error);
    if (failure !== undefined) return sendFailure(reply, failure);
    const status = typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500;
    const max = request.routeOptions.bodyLimit ?? MAX_BODY_BYTES;
    if (status === 413) return sendError(reply, 413, apiError("api-body-too-large", { details: { max } }));
    // Fastify's own other refusals (not JSON) are the caller's business; anything else is ours.
    if (status >= 400 && status < 500) return reply.code(status).send({ status: "error", error: messageOf(error) });
    log.error({ route: request.routeOptions.url, error: messageOf(error) }, "request failed");
    return sendError(reply, 500, apiError("api-internal", { cause: error }));
  });
  return server;
}
