/**
 * Answers of the server: status codes (RFC 2326 §7.1.1) with their reasons, and which failure gets which. Numbers are
 * MediaMTX's where it has them, since programs look at them: 404 no stream, 400 not configured.
 */
import { SluiceError } from "#base/errors.ts";
import type { RtspRequest } from "#formats/rtsp-message/message.ts";
import { stripCredentials } from "#formats/rtsp-message/url.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { Session } from "./session.ts";

/** One answer. CSeq and Session headers are added when it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: { readonly type: string; readonly text: string };
  /** The session it concerns. */
  readonly session?: Session;
  /** Runs once the answer is on its way, before anything else happens on the connection. */
  readonly afterwards?: () => void;
  /** The connection ends after it. */
  readonly last?: boolean;
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  302: "Moved Temporarily",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  415: "Unsupported Media Type",
  451: "Parameter Not Understood",
  453: "Not Enough Bandwidth",
  454: "Session Not Found",
  455: "Method Not Valid in This State",
  459: "Aggregate Operation Not Allowed",
  461: "Unsupported Transport",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "RTSP Version Not Supported",
};

const STATUSES: Readonly<Record<string, number>> = {
  "path-not-configured": 400,
  "path-disabled": 400,
  "path-name-invalid": 400,
  "path-no-stream": 404,
  "path-source-timeout": 400,
  "path-redirect": 302,
  "path-max-readers": 453,
  "path-not-publishable": 400,
  "path-already-published": 400,
  "path-too-many": 503,
  "path-removed": 404,
  "stream-memory-full": 503,
  "stream-reader-refused": 453,
  "stream-closed": 503,
  "stream-source-gone": 404,
  "stream-tracks-changed": 404,
  "rtsp-unauthorized": 401,
  "rtsp-not-claimed": 403,
  "rtsp-path-invalid": 400,
  "rtsp-request-invalid": 400,
  "rtsp-description-invalid": 400,
  "rtsp-too-many-setups": 400,
  "rtsp-too-many-sessions": 503,
  "rtsp-too-many-requests": 400,
  "rtsp-track-set-up-twice": 455,
  "rtsp-track-not-found": 404,
  "rtsp-session-not-found": 454,
  "rtsp-method-not-valid": 455,
  "rtsp-aggregate-not-allowed": 459,
  "rtsp-transport-unsupported": 461,
  "rtsp-udp-ports-in-use": 461,
  "rtsp-multicast-exhausted": 503,
  "rtsp-method-not-implemented": 501,
  "rtsp-server-stopping": 503,
};

/** The phrase behind a status. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? "Unknown";
}

/** Status for a failure; 400 for unreadable messages, 500 for what isn't expected. */
function statusOf(error: unknown): number {
  if (!(error instanceof SluiceError)) return 500;
  const known = STATUSES[error.code];
  if (known !== undefined) return known;
  return /^(rtsp|sdp)-/.test(error.code) && error.code !== "rtsp-internal" ? 400 : 500;
}

/** The answer that says why a request was refused; readers of a redirecting path are told where to go. */
export function errorReply(error: unknown, request: RtspRequest): Reply {
  const status = statusOf(error);
  const location = error instanceof SluiceError && status === 302 ? String(error.details["location"] ?? "") : "";
  return location === "" ? { status } : { status, headers: [["Location", absolute(location, request.url)]] };
}

/** A redirect to another path of ours, in full. */
function absolute(location: string, url: string): string {
  if (!location.startsWith("/")) return location;
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i.exec(stripCredentials(url))?.[0];
  return `${origin ?? ""}${location}`;
}

/** The reason a session that couldn't be set up ends with. */
export function asClosing(error: unknown): SluiceError {
  return error instanceof SluiceError ? error : rtspServerError("rtsp-internal", { cause: error });
}
