/** Who may call: the user administration decides; until users are configured, only this machine itself. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { isLoopback, plainAddress } from "#base/ip-range.ts";
import type { ApiAccessRequest, ApiAuthenticator } from "./contract.ts";
import { readCredentials } from "./http/credentials.ts";
import { apiError } from "./errors.ts";
import { sendError } from "./replies.ts";

/** As MediaMTX names it. */
const REALM = "mediamtx";

/** Refuses callers from other machines while nobody is configured. */
export function requireClaim(authenticator: ApiAuthenticator) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (authenticator.claimed || isLoopback(addressOf(request))) return undefined;
    return sendError(reply, 403, apiError("api-not-claimed"));
  };
}

/** Refuses callers without the permission `api`. Use after `requireClaim`. */
export function requireApiUser(authenticator: ApiAuthenticator) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (!authenticator.claimed) return undefined;
    const credentials = readCredentials(request.headers.authorization);
    const query = request.url.split("?", 2)[1] ?? "";
    const asked: ApiAccessRequest = { action: "api", path: "", query, address: addressOf(request), credentials };
    const { kind } = await authenticator.authorize(asked, request.signal);
    if (kind === "granted") return undefined;
    if (credentials.kind === "none") void reply.header("WWW-Authenticate", `Basic realm="${REALM}"`);
    return sendError(reply, 401, apiError("api-authentication"));
  };
}

function addressOf(request: FastifyRequest): string {
  return plainAddress(request.socket.remoteAddress ?? "");
}
