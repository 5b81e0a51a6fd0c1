/** The shapes WebRTC answers HTTP requests in. */
import { SluiceError } from "#base/errors.ts";
import type { HttpReply } from "#base/http.ts";

/** Realm of authentication, as MediaMTX names it. */
const REALM = "mediamtx";

/** Statuses of what can go wrong; anything else is the client's mistake. */
const STATUS: Readonly<Record<string, number>> = {
  "path-not-configured": 404,
  "path-no-stream": 404,
  "path-source-timeout": 404,
  "path-disabled": 404,
  "webrtc-session-not-found": 404,
  "webrtc-not-found": 404,
  "webrtc-method": 405,
  "webrtc-b-frames": 406,
  "webrtc-no-codec": 406,
  "webrtc-etag": 412,
  "sdp-too-large": 413,
  "webrtc-unauthorized": 401,
  "path-max-readers": 503,
  "path-too-many": 503,
  "stream-memory-full": 503,
  "stream-reader-refused": 503,
  "webrtc-too-many-sessions": 503,
  "webrtc-server-stopping": 503,
  "path-already-published": 409,
};

/** Answers with MediaMTX's error shape, and our code and remedy beside it, in both languages. */
export function errorReply(error: unknown): HttpReply {
  // What the listener refuses (a body that is too long), it answers itself.
  if (!(error instanceof SluiceError) || error.code.startsWith("api-")) throw error;
  const status = STATUS[error.code] ?? 400;
  const body = {
    status: "error",
    error: error.message,
    code: error.code,
    remedy: error.remedy("en"),
    zh: { error: error.describe("zh"), remedy: error.remedy("zh") },
  };
  const challenge: Record<string, string> = status === 401 ? { "WWW-Authenticate": `Basic realm="${REALM}"` } : {};
  return {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...challenge },
    body: JSON.stringify(body),
  };
}
