/**
 * Who may call: the user administration decides; until users are configured, only this machine itself. Routes of Sluice's own
 * API say in their `config` which role they are for (`anyone`, `viewer`, `admin`); one that says nothing is for admins.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Accounts, ApiStanding } from "./accounts.ts";
import type { ApiAccessRequest, ApiAuthenticator } from "./views.ts";
import type { Role } from "./contract/answers.ts";
import { clientGone } from "./http/client-gone.ts";
import { clientOf } from "./http/client-view.ts";
import type { ListenerPolicy } from "./http/listener-policy.ts";
import { readCredentials } from "./http/credentials.ts";
import { credentialsOf, isOwnOrigin } from "./http/session-cookie.ts";
import { apiError } from "./errors.ts";
import { sendError } from "./replies.ts";

/** As MediaMTX names it. */
const REALM = "mediamtx";
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

declare module "fastify" {
  /** Every route may say who it is for. */
  interface FastifyContextConfig {
    readonly role?: "anyone" | Role;
    /** Where the routes around it ask for another permission, this one will do. */
    readonly permission?: ApiAccessRequest["action"];
  }
  interface FastifyRequest {
    /** For answers that last: whether who asked may still have it. Left out where nobody was asked who they are. */
    stillAllowed?: () => Promise<boolean>;
  }
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/** Refuses callers from other machines while nobody is configured. */
export function requireClaim(
  authenticator: Pick<ApiAuthenticator, "claimed">,
  policy: Pick<ListenerPolicy, "trustedProxies">,
): Hook {
  return async (request, reply) => {
    if (authenticator.claimed || clientOf(request.raw, policy.trustedProxies).local) return undefined;
    return sendError(reply, 403, apiError("api-not-claimed"));
  };
}

/** Refuses callers without the permission for `action`. Use after `requireClaim`. */
export function requirePermission(
  authenticator: ApiAuthenticator,
  action: ApiAccessRequest["action"],
  policy: Pick<ListenerPolicy, "trustedProxies">,
): Hook {
  return async (request, reply) => {
    if (!authenticator.claimed) return undefined;
    const credentials = readCredentials(request.headers.authorization);
    const query = request.url.split("?", 2)[1] ?? "";
    const { address } = clientOf(request.raw, policy.trustedProxies);
    const userAgent = request.headers["user-agent"] ?? "";
    const question = { action, or: request.routeOptions.config.permission, path: "", query, address, userAgent, credentials };
    const answer = await authenticator.authorize(question, clientGone(reply.raw));
    if (answer.kind === "granted") return undefined;
    if (credentials.kind === "none") void reply.header("WWW-Authenticate", `Basic realm="${REALM}"`);
    return sendError(reply, 401, apiError("api-authentication"));
  };
}

/** Lets in who has the role of the route, by password, token or the page's session. */
export function requireRole(accounts: Accounts, policy: Pick<ListenerPolicy, "trustedProxies">): Hook {
  return async (request, reply) => {
    const wanted = request.routeOptions.config.role ?? "admin";
    if (wanted === "anyone" || request.is404) return undefined;
    const client = clientOf(request.raw, policy.trustedProxies);
    const credentials = credentialsOf(request.raw, client);
    const { authorization, origin } = request.headers;
    const byCookie = authorization === undefined && credentials.kind === "token";
    // What a browser sends by itself (a cookie, or its address where this machine needs nothing else) a page of another
    // origin could make it send.
    const ambient = authorization === undefined && (byCookie || origin !== undefined);
    if (!READING.has(request.method) && ambient && !isOwnOrigin(request.raw, client)) {
      return sendError(reply, 403, apiError("api-origin", { details: { origin: (origin ?? "?").slice(0, 200) } }));
    }
    const gone = clientGone(reply.raw);
    const look = (): Promise<ApiStanding> =>
      accounts.standing({ address: client.address, local: client.local, credentials }, gone);
    const standing = await look();
    if (suits(standing, wanted)) {
      request.stillAllowed = async () => {
        const now = await look();
        // Not even looked at, since others of this address guess passwords: that takes nothing from who was let in.
        return suits(now, wanted) || (now.kind === "refused" && now.retryAfterMs !== undefined);
      };
      return undefined;
    }
    if (!accounts.claimed) return sendError(reply, 403, apiError("api-not-claimed"));
    if (standing.kind === "known" && standing.user !== "")
      return sendError(reply, 403, apiError("api-role", { details: { role: wanted } }));
    if (standing.kind === "refused" && standing.retryAfterMs !== undefined) return sendTooOften(reply, standing.retryAfterMs);
    // A challenge would make browsers ask by a window of their own; MediaMTX's clients expect one.
    if (request.url.startsWith("/v3/")) void reply.header("WWW-Authenticate", `Basic realm="${REALM}"`);
    return sendError(reply, 401, apiError("api-authentication"));
  };
}

function suits(standing: ApiStanding, wanted: Role): boolean {
  return standing.kind === "known" && (standing.role === "admin" || standing.role === wanted);
}

/** Too many wrong credentials of late. */
export function sendTooOften(reply: FastifyReply, retryAfterMs: number): FastifyReply {
  const seconds = Math.ceil(retryAfterMs / 1000);
  void reply.header("Retry-After", String(seconds));
  return sendError(reply, 429, apiError("api-too-often", { details: { seconds } }));
}
