/** Who may watch: the decision is the application's, asked once per session. Wrong credentials are answered late. */
import type { Clock } from "#base/clock.ts";
import type { HttpCredentials } from "#base/http.ts";
import type { Random } from "#base/random.ts";

/** A wrong answer waits between these, so that guessing is slow and its delay tells nothing, milliseconds. */
const WRONG_DELAY_MS = { min: 1000, spread: 1500 } as const;

/** One question to the application. */
export interface HlsAccessRequest {
  readonly action: "read";
  readonly path: string;
  /** Without `?`; may carry a token. */
  readonly query: string;
  /** Numeric address of the client. */
  readonly address: string;
  readonly protocol: "hls";
  readonly userAgent: string;
  readonly credentials: HttpCredentials;
}

/** What the HLS server needs of the application's user administration. `user` is "" for anonymous. */
export interface HlsAuthenticator {
  authorize(
    request: HlsAccessRequest,
    signal: AbortSignal,
  ): Promise<{ readonly kind: "granted"; readonly user: string } | { readonly kind: "refused" }>;
}

/** What it takes to ask. */
export interface AuthenticationParts {
  readonly authenticator: HlsAuthenticator;
  readonly clock: Clock;
  readonly random: Random;
}

/** Asks; the user's name, or undefined when refused. Resolves late for wrong credentials. */
export async function authenticate(
  parts: AuthenticationParts,
  request: Omit<HlsAccessRequest, "action" | "protocol">,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await parts.authenticator.authorize({ ...request, action: "read", protocol: "hls" }, signal);
  if (answer.kind === "granted") return answer.user;
  if (request.credentials.kind !== "none") {
    const { clock, random } = parts;
    await clock.sleep("hls wrong credentials", WRONG_DELAY_MS.min + random.unit() * WRONG_DELAY_MS.spread, signal);
  }
  return undefined;
}
