/** Who may read or publish, asked over HTTP; the decision is the application's. */
import type { HttpCredentials } from "#base/http.ts";

/** One question to the application. */
export interface WebRtcAccessRequest {
  readonly action: "read" | "publish";
  readonly path: string;
  /** Without `?`; may carry a token. */
  readonly query: string;
  /** Numeric address of the client. */
  readonly address: string;
  readonly protocol: "webrtc";
  readonly userAgent: string;
  readonly credentials: HttpCredentials;
}

/** What WebRTC needs of the application's user administration. */
export interface WebRtcAuthenticator {
  /** Decides; may take its time without holding up anyone else. `user` is "" for anonymous. */
  authorize(
    request: WebRtcAccessRequest,
    signal: AbortSignal,
  ): Promise<{ readonly kind: "granted"; readonly user: string } | { readonly kind: "refused" }>;
}
