/** `/api/session` and `/api/claim`: who this browser is, signing in and out, and making the box one's own. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendTooOften } from "../access.ts";
import type { Accounts, LoginResult } from "../accounts.ts";
import type { SessionView } from "../contract/session.ts";
import { apiError } from "../errors.ts";
import { clientGone } from "../http/client-gone.ts";
import { clientOf } from "../http/client-view.ts";
import type { Client } from "../http/client-view.ts";
import type { ListenerPolicy } from "../http/listener-policy.ts";
import { credentialsOf, isOwnOrigin, printCookie, readCookie } from "../http/session-cookie.ts";
import { sendError, sendOk } from "../replies.ts";

const anyone = { config: { role: "anyone" } } as const;
const text = (maxLength: number) => ({ type: "string", minLength: 1, maxLength }) as const;
const credentials = { user: text(256), password: text(1024) } as const;

interface Claim {
  readonly Body: { readonly code: string; readonly user: string; readonly password: string };
}

/** Adds the routes. */
export function addSessionRoutes(
  server: FastifyInstance,
  accounts: Accounts,
  policy: Pick<ListenerPolicy, "trustedProxies">,
): void {
  const client = (request: FastifyRequest): Client => clientOf(request.raw, policy.trustedProxies);
  server.addHook("onRequest", refuseForeign(client));

  server.get("/api/session", anyone, async (request, reply): Promise<SessionView> => {
    const { address, local } = client(request);
    const { claimed } = accounts;
    const given = credentialsOf(request.raw, client(request));
    const standing = await accounts.standing({ address, local, credentials: given }, clientGone(reply.raw));
    const role = standing.kind === "known" ? (standing.role ?? null) : null;
    const user = standing.kind === "known" && standing.user !== "" ? standing.user : null;
    return { state: role !== null ? "open" : claimed ? "login" : "claim", role, user, claimed, loopback: local };
  });

  server.post<{ Body: { readonly user: string; readonly password: string } }>(
    "/api/session",
    { ...anyone, schema: { body: { type: "object", required: ["user", "password"], properties: credentials } } },
    async (request, reply) => {
      if (!accounts.claimed) return sendError(reply, 409, apiError("api-not-claimed"));
      const { user, password } = request.body;
      const result = await accounts.login({ user, password, address: client(request).address }, clientGone(reply.raw));
      return sendLogin(reply, client(request), result);
    },
  );

  server.post<Claim>(
    "/api/claim",
    {
      ...anyone,
      schema: {
        body: { type: "object", required: ["code", "user", "password"], properties: { ...credentials, code: text(40) } },
      },
    },
    async (request, reply) => {
      const { code, user, password } = request.body;
      const result = await accounts.claim({ code, user, password, address: client(request).address }, clientGone(reply.raw));
      if (result.kind === "refused" && result.retryAfterMs === undefined)
        return sendError(reply, 401, apiError("api-claim-code"));
      return sendLogin(reply, client(request), result);
    },
  );

  server.delete<{ Querystring: { everywhere?: string } }>("/api/session", anyone, (request, reply) => {
    const { secure } = client(request);
    const token = readCookie(request.headers.cookie, secure);
    if (token !== undefined) accounts.logout(token, request.query.everywhere === "1" ? "everywhere" : "here");
    return sendOk(reply.header("Set-Cookie", printCookie("", 0, secure)));
  });
}

function sendLogin(reply: FastifyReply, { local, secure }: Client, result: LoginResult): FastifyReply {
  if (result.kind === "in") {
    const { role, user, token, maxAgeMs } = result;
    const view: SessionView = { state: "open", role, user, claimed: true, loopback: local };
    return reply.header("Set-Cookie", printCookie(token, maxAgeMs, secure)).send(view);
  }
  if (result.retryAfterMs !== undefined) return sendTooOften(reply, result.retryAfterMs);
  return sendError(reply, 401, apiError("api-authentication"));
}

/** Signing somebody in from another site would make them act as another user without noticing. */
function refuseForeign(client: (request: FastifyRequest) => Client) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { origin } = request.headers;
    if (request.method === "GET" || origin === undefined || isOwnOrigin(request.raw, client(request))) return undefined;
    return sendError(reply, 403, apiError("api-origin", { details: { origin: origin.slice(0, 200) } }));
  };
}
