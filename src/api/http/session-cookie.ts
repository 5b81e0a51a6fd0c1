/**
 * The page's session in its cookie (RFC 6265bis): out of reach of scripts, never sent along by other sites, and over HTTPS
 * bound to this host (`__Host-`). Browsers send cookies to every port of a host, so only the page's listener looks at it.
 */
import type { IncomingMessage } from "node:http";
import type { HttpCredentials } from "#base/http.ts";
import type { Client } from "./client-view.ts";
import { readCredentials } from "./credentials.ts";

const NAME = "sluice_session";
/** Longest Cookie header looked at: other programs on the same host may have set many. */
const MAX_HEADER = 8192;

/** Credentials of a request: those of its Authorization header, or its cookie's as a token. */
export function credentialsOf(request: IncomingMessage, client: Pick<Client, "secure">): HttpCredentials {
  const { authorization } = request.headers;
  if (authorization !== undefined) return readCredentials(authorization);
  const token = readCookie(request.headers.cookie, client.secure);
  return token === undefined ? { kind: "none" } : { kind: "token", token };
}

/** The session in a Cookie header. */
export function readCookie(header: string | undefined, secure: boolean): string | undefined {
  if (header === undefined || header.length > MAX_HEADER) return undefined;
  const name = `${nameOf(secure)}=`;
  const pair = header.split(";").find((part) => part.trim().startsWith(name));
  const value = pair?.trim().slice(name.length);
  return value === undefined || value === "" ? undefined : value;
}

/** The Set-Cookie header that starts a session, or, with an empty token, ends it. */
export function printCookie(token: string, maxAgeMs: number, secure: boolean): string {
  const age = String(Math.floor(maxAgeMs / 1000));
  return `${nameOf(secure)}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
}

/**
 * Whether a request that changes something by the strength of a cookie comes from the page itself. Browsers send Origin with
 * every such request; Sec-Fetch-Site isn't sent to plain HTTP in a LAN, so it only counts where it is there.
 */
export function isOwnOrigin(request: IncomingMessage, client: Pick<Client, "secure">): boolean {
  const { host, origin } = request.headers;
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  return origin !== undefined && host !== undefined && origin === `${client.secure ? "https" : "http"}://${host}`;
}

function nameOf(secure: boolean): string {
  return secure ? `__Host-${NAME}` : NAME;
}
