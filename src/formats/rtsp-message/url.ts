/**
 * RTSP URLs (RFC 2326 §3.2, RFC 3986) as people type them and cameras answer them: passwords with unescaped `@ : / # % ?`,
 * doubled or missing schemes, IPv4 written as `::ffff:…`. Also the base of a session and the control URLs of its media.
 */
import { redactQuery } from "#base/secret.ts";
import { formatError } from "../errors.ts";

/** Characters of a URL someone configures or a camera answers; requests have their own limit. */
export const MAX_URL_LENGTH = 4096;

/** A URL's parts. */
export interface RtspUrl {
  /** Lower-case: `rtsp`, `rtsps`, `rtsp+http`, `rtsp+ws`… */
  readonly scheme: string;
  /** Name or numeric address; IPv6 without brackets. */
  readonly host: string;
  /** 1…65535 */
  readonly port: number | undefined;
  /** Unescaped; undefined when the URL has no credentials. */
  readonly user: string | undefined;
  /** Unescaped; undefined when the URL has no password. */
  readonly password: string | undefined;
  /** Everything after host and port as written, with its leading `/` or `?`; "" when nothing. */
  readonly pathAndQuery: string;
  /** The part before `?`. */
  readonly path: string;
  /** The part after `?`; "" when none. */
  readonly query: string;
}

interface Split {
  readonly scheme: string;
  /** Undefined when there is no `@`. */
  readonly userInfo: string | undefined;
  readonly hostAndPort: string;
  readonly rest: string;
}

const schemePattern = /^\s*([a-z][a-z0-9+.-]*):\/\//i;
const doubledSchemePattern = /^\s*(?:rtspu?s?:\/\/)+(?=[a-z][a-z0-9+.-]*:\/\/)/i;
/** The usual case: nothing to take out and nothing to put right. */
const PLAIN_URL = /^[a-z][a-z0-9+.-]*:\/\/[\w.-]+(?::\d+)?(?:\/[^\s#@]*)?$/;
const hostPattern = /^[^\s/?#@:[\]<>"\\^`{|}]+$/;
/** Two to eight groups, with at most one gap (checked beside it). */
const bareIpv6Pattern = /^[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}$/i;
const IPV4_IN_IPV6 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** Reads an absolute URL. Throws `rtsp-url-invalid`, whose details never hold credentials. */
export function parseRtspUrl(text: string): RtspUrl {
  const split = splitUrl(text);
  if (typeof split === "string") throw urlError(text, split);
  const location = parseHostAndPort(split.hostAndPort);
  if (location === undefined) throw urlError(text, "host or port");
  const credentials = parseUserInfo(split.userInfo);
  const question = split.rest.indexOf("?");
  const path = question < 0 ? split.rest : split.rest.slice(0, question);
  const query = question < 0 ? "" : split.rest.slice(question + 1);
  return { scheme: split.scheme, ...location, ...credentials, pathAndQuery: split.rest, path, query };
}

/** `host[:port]` with IPv6 in brackets. */
export function printHost(url: { readonly host: string; readonly port?: number | undefined }): string {
  const host = url.host.includes(":") ? `[${url.host}]` : url.host;
  return url.port === undefined ? host : `${host}:${String(url.port)}`;
}

/** The URL without credentials, otherwise as it was written. Text that is no URL loses everything up to its last `@`. */
export function stripCredentials(url: string): string {
  if (url.length <= MAX_URL_LENGTH && PLAIN_URL.test(url)) return url;
  const split = splitUrl(url);
  if (typeof split !== "string") return join(originOf(split), split.rest);
  const scheme = schemePattern.exec(url)?.[0] ?? "";
  const at = url.lastIndexOf("@");
  return at < 0 ? url : scheme + url.slice(at + 1);
}

/**
 * The base for control URLs: what Content-Base or Content-Location says, but on the host we are connected to, since cameras
 * behind address translation and with broken firmware name others. Anything unusable gives `requestUrl`. No credentials.
 */
export function resolveBase(contentBase: string | undefined, requestUrl: string): string {
  const connected = stripCredentials(requestUrl);
  const text = contentBase?.trim() ?? "";
  if (text === "" || text.length > MAX_URL_LENGTH) return connected;
  if (text.startsWith("/") && !text.startsWith("//")) return join(origin(connected), text);
  const hasScheme = schemePattern.test(text);
  const split = splitUrl(hasScheme ? text : `rtsp://${text.replace(/^\/+/, "")}`);
  if (typeof split === "string" || parseHostAndPort(split.hostAndPort) === undefined) return connected;
  const looksLikeHost = hasScheme || /[.:]/.test(split.hostAndPort);
  return looksLikeHost ? join(origin(connected), split.rest) : connected;
}

/**
 * The URL to SETUP a medium with: `control` of its description against the session's base. Relative controls are appended to
 * the whole base, query included, as cameras expect (not as RFC 3986 says); absolute ones keep the connected host.
 */
export function resolveControl(base: string, control: string | undefined): string {
  const connected = stripCredentials(base);
  const text = control?.trim() ?? "";
  if (text === "" || text === "*") return connected;
  const root = origin(connected);
  if (schemePattern.test(text)) {
    const split = splitUrl(text);
    return typeof split === "string" ? connected : join(root, split.rest);
  }
  return join(root, appendControl(connected.slice(root.length), text));
}

/** `path` with its query, and a relative control behind it. */
function appendControl(path: string, control: string): string {
  if (control.startsWith("?")) return path + control;
  if (!control.startsWith("/")) return path.endsWith("/") ? path + control : `${path}/${control}`;
  const folder = (path.split("?", 1)[0] ?? "").replace(/\/+$/, "");
  if (folder !== "" && control.startsWith(`${folder}/`)) return control;
  return path.replace(/\/+$/, "") + control;
}

/** Scheme, host and port of a URL without credentials. */
function origin(url: string): string {
  const split = splitUrl(url);
  return typeof split === "string" ? url : originOf(split);
}

/** A colon at the end (an empty port, a bare IPv6 address) would read as the beginning of a password: it is written otherwise. */
function originOf({ scheme, hostAndPort }: Split): string {
  const location = hostAndPort.endsWith(":") ? parseHostAndPort(hostAndPort) : undefined;
  return `${scheme}://${location === undefined ? hostAndPort : printHost(location)}`;
}

/** A `@` in a query right behind the host would read as the end of a password: a slash keeps them apart. */
function join(root: string, rest: string): string {
  return rest.startsWith("?") && rest.includes("@") ? `${root}/${rest}` : root + rest;
}

/** Cuts a URL into parts; a text says what is wrong. */
function splitUrl(text: string): Split | "too long" | "no scheme" | "no host" {
  if (text.length > MAX_URL_LENGTH) return "too long";
  const url = text.replace(doubledSchemePattern, "");
  const match = schemePattern.exec(url);
  if (match === null) return "no scheme";
  const scheme = (match[1] ?? "").toLowerCase();
  const afterScheme = url.slice(match[0].length).trim();
  const authorityEnd = endOfAuthority(afterScheme);
  const authority = afterScheme.slice(0, authorityEnd);
  const at = authority.lastIndexOf("@");
  const hostAndPort = authority.slice(at + 1);
  if (hostAndPort === "") return "no host";
  return {
    scheme,
    userInfo: at < 0 ? undefined : authority.slice(0, at),
    hostAndPort,
    rest: withoutFragment(afterScheme, authorityEnd),
  };
}

/**
 * Where user information, host and port end. By RFC 3986 at the first `/ ? #`; but when what stands before it is no host and
 * port, or ends at `?`, `#` or an empty port, and a later `@` is followed by one, then those characters belong to the password.
 */
function endOfAuthority(text: string): number {
  const end = indexOrEnd(text, /[/?#]/);
  const authority = text.slice(0, end);
  if (authority.includes("@") || ((text[end] ?? "/") === "/" && !authority.endsWith(":"))) {
    if (parseHostAndPort(authority.slice(authority.lastIndexOf("@") + 1)) !== undefined) return end;
  }
  for (let at = text.indexOf("@", end); at >= 0; at = text.indexOf("@", at + 1)) {
    const candidate = text.slice(at + 1);
    const length = indexOrEnd(candidate, /[/?#@]/);
    if (candidate[length] !== "@" && parseHostAndPort(candidate.slice(0, length)) !== undefined) return at + 1 + length;
  }
  return end;
}

function indexOrEnd(text: string, pattern: RegExp): number {
  const index = text.search(pattern);
  return index < 0 ? text.length : index;
}

function withoutFragment(text: string, from: number): string {
  return (text.slice(from).split("#", 1)[0] ?? "").trimEnd();
}

function parseHostAndPort(text: string): { host: string; port: number | undefined } | undefined {
  const bracketed = /^\[([0-9a-f:.]{2,45}(?:%[\w.~-]{1,32})?)\](?::(\d*))?$/i.exec(text);
  if (bracketed !== null) return withPort(plainAddress(bracketed[1] ?? ""), bracketed[2]);
  const mapped = /^(::ffff:[\d.]+)(?::(\d*))?$/i.exec(text);
  if (mapped !== null) return withPort(plainAddress(mapped[1] ?? ""), mapped[2]);
  if (bareIpv6Pattern.test(text) && text.indexOf("::") === text.lastIndexOf("::")) return { host: text, port: undefined };
  const colon = text.lastIndexOf(":");
  const host = colon < 0 ? text : text.slice(0, colon);
  return hostPattern.test(host) ? withPort(host, colon < 0 ? undefined : text.slice(colon + 1)) : undefined;
}

function withPort(host: string, text: string | undefined): { host: string; port: number | undefined } | undefined {
  if (text === undefined || text === "") return { host, port: undefined };
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? { host, port } : undefined;
}

/** IPv4 for IPv4-mapped IPv6 addresses. */
function plainAddress(address: string): string {
  return IPV4_IN_IPV6.exec(address)?.[1] ?? address;
}

function parseUserInfo(userInfo: string | undefined): { user: string | undefined; password: string | undefined } {
  if (userInfo === undefined) return { user: undefined, password: undefined };
  const colon = userInfo.indexOf(":");
  if (colon < 0) return { user: unescapePercent(userInfo), password: undefined };
  return { user: unescapePercent(userInfo.slice(0, colon)), password: unescapePercent(userInfo.slice(colon + 1)) };
}

/** Undoes `%XX`; a `%` that opens no escape stays, and so does the whole text where the bytes aren't UTF-8. */
function unescapePercent(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, "%25"));
  } catch {
    return text;
  }
}

function urlError(text: string, reason: string): Error {
  return formatError("rtsp-url-invalid", { details: { url: redactQuery(stripCredentials(text)).slice(0, 200), reason } });
}
