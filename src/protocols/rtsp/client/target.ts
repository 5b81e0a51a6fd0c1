/**
 * Where a camera's address leads: which carrier, host and port, and the URL to ask for. Credentials are taken out here and
 * never go into a request line.
 */
import { parseRtspUrl, printHost, type RtspUrl } from "#formats/rtsp-message/url.ts";
import type { Credentials } from "./authentication.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";

/** What carries the RTSP byte stream. */
export type Carrier = "socket" | "http" | "websocket";

/** A camera's address, resolved. */
export interface Target {
  readonly carrier: Carrier;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** As requests name it: `rtsp://` or `rtsps://`, without credentials. */
  readonly url: string;
  /** Path and query for the tunnel's own request, at least `/`. */
  readonly path: string;
  readonly credentials: Credentials | undefined;
}

const schemes: Readonly<Partial<Record<string, { carrier: Carrier; secure: boolean; port: number }>>> = {
  rtsp: { carrier: "socket", secure: false, port: 554 },
  rtsps: { carrier: "socket", secure: true, port: 322 },
  "rtsp+http": { carrier: "http", secure: false, port: 80 },
  "rtsps+http": { carrier: "http", secure: true, port: 443 },
  "rtsp+https": { carrier: "http", secure: true, port: 443 },
  "rtsp+ws": { carrier: "websocket", secure: false, port: 80 },
  "rtsps+ws": { carrier: "websocket", secure: true, port: 443 },
  "rtsp+wss": { carrier: "websocket", secure: true, port: 443 },
};

/** Whether this client pulls such addresses. */
export function isRtspScheme(scheme: string): boolean {
  return scheme in schemes;
}

/** Reads an address. Throws `rtsp-url-invalid` or `source-scheme-unknown`. */
export function parseTarget(address: string): Target {
  const url = parseRtspUrl(address);
  const scheme = schemes[url.scheme];
  if (scheme === undefined) throw sourceError("source-scheme-unknown", { details: { scheme: url.scheme } });
  return {
    carrier: scheme.carrier,
    secure: scheme.secure,
    host: url.host,
    port: url.port ?? scheme.port,
    url: `${scheme.secure ? "rtsps" : "rtsp"}://${printHost(url)}${url.pathAndQuery}`,
    path: url.pathAndQuery.startsWith("/") ? url.pathAndQuery : `/${url.pathAndQuery}`,
    credentials: credentialsOf(url),
  };
}

/** Where a redirect of `from` leads: credentials go along to the same host only, and encryption is never given up. */
export function redirectTarget(from: Target, location: string | undefined): Target {
  const refuse = (reason: string): Error => sourceError("source-redirect-refused", { details: { host: from.host, reason } });
  if (location === undefined || location.trim() === "") throw refuse("it names none");
  const text = location.trim();
  const absolute = text.startsWith("/") ? `${originOf(from)}${text}` : text;
  let to: Target;
  try {
    to = parseTarget(absolute);
  } catch {
    throw refuse("it is no RTSP address");
  }
  if (from.secure && !to.secure) throw refuse("it gives up encryption");
  const sameHost = to.host.toLowerCase() === from.host.toLowerCase();
  return { ...to, credentials: to.credentials ?? (sameHost ? from.credentials : undefined) };
}

function originOf(target: Target): string {
  const scheme = Object.keys(schemes).find(
    (name) => schemes[name]?.carrier === target.carrier && schemes[name].secure === target.secure,
  );
  return `${scheme ?? "rtsp"}://${printHost(target)}`;
}

function credentialsOf(url: RtspUrl): Credentials | undefined {
  const { user = "", password = "" } = url;
  return user === "" && password === "" ? undefined : { user, password };
}
