/**
 * Who may call: the user administration decides; until users are configured, only this machine itself. Basic credentials
 * (RFC 7617), and `Bearer user:password` as MediaMTX takes it.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { isLoopback, plainAddress } from "#base/ip-range.ts";
import type { ApiAccessRequest, ApiAuthenticator } from "./contract.ts";
import { apiError } from "./errors.ts";
import { sendError } from "./replies.ts";

/** As MediaMTX names it. */
const REALM = "mediamtx";
/** Longest Authorization header looked at. */
const MAX_HEADER = 4096;

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

/** Credentials of an Authorization header; anything unreadable counts as none. */
function readCredentials(header: string | undefined): ApiAccessRequest["credentials"] {
  if (header === undefined || header.length > MAX_HEADER) return { kind: "none" };
  const [, scheme = "", value = ""] = /^(Basic|Bearer) +(\S+)$/i.exec(header.trim()) ?? [];
  const text = scheme.toLowerCase() === "basic" ? Buffer.from(value, "base64").toString("utf8") : value;
  const colon = text.indexOf(":");
  if (colon < 0) return { kind: "none" };
  return { kind: "password", user: text.slice(0, colon), password: text.slice(colon + 1) };
}
