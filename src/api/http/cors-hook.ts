/** CORS on Fastify's routes: preflights are answered, before anybody is asked for a password, and answers get their headers. */
import type { FastifyInstance } from "fastify";
import { apiError } from "../errors.ts";
import { sendError } from "../replies.ts";
import { originsByList } from "./allowed-origins.ts";
import type { ListenerPolicy } from "./listener-policy.ts";
import { isOwnOrigin } from "./session-cookie.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);

/** Adds the hook; other origins than the listed ones may change nothing. */
export function addCors(server: FastifyInstance, policy: Pick<ListenerPolicy, "allowOrigins">, methods: readonly string[]): void {
  const originsOf = originsByList({
    methods,
    requestHeaders: ["Authorization", "Content-Type", "If-Match"],
    exposedHeaders: ["ETag", "WWW-Authenticate"],
  });
  server.addHook("onRequest", async (request, reply) => {
    const { method, headers, raw } = request;
    const { origin } = headers;
    const origins = originsOf(policy.allowOrigins);
    if (origin === undefined) {
      void reply.headers(origins.headersFor(undefined));
      return undefined;
    }
    if (method === "OPTIONS" && headers["access-control-request-method"] !== undefined)
      return reply.code(204).headers(origins.preflightHeaders(origin)).send();
    void reply.headers(origins.headersFor(origin));
    const secure = "encrypted" in raw.socket;
    if (READING.has(method) || origins.allows(origin) || isOwnOrigin(raw, { secure })) return undefined;
    return sendError(reply, 403, apiError("api-origin", { details: { origin: origin.slice(0, 200) } }));
  });
}
