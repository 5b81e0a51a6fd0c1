/** Credentials of a request: Basic (RFC 7617), and `Bearer user:password` or `Bearer token` as MediaMTX takes them. */
import type { HttpCredentials } from "#base/http.ts";

/** Longest Authorization header looked at; tokens of identity servers take some KiB, and base64 a third more. */
const MAX_HEADER = 12_288;

/** Credentials of an Authorization header; anything unreadable counts as none. */
export function readCredentials(header: string | undefined): HttpCredentials {
  if (header === undefined || header.length > MAX_HEADER) return { kind: "none" };
  const [, scheme = "", value = ""] = /^(Basic|Bearer) +(\S+)$/i.exec(header.trim()) ?? [];
  const basic = scheme.toLowerCase() === "basic";
  const text = basic ? Buffer.from(value, "base64").toString("utf8") : value;
  const colon = text.indexOf(":");
  if (colon >= 0) return { kind: "password", user: text.slice(0, colon), password: text.slice(colon + 1) };
  return basic || text === "" ? { kind: "none" } : { kind: "token", token: text };
}
