/**
 * From a camera's address to its session description: connect, OPTIONS, DESCRIBE, following redirects (≤ 5; credentials go to
 * the same host only; encryption is never given up).
 */
import type { RtspResponse } from "#formats/rtsp-message/message.ts";
import { resolveBase, resolveControl } from "#formats/rtsp-message/url.ts";
import { parseSdp, type SessionDescription } from "#formats/sdp/parse.ts";
import { messageOf } from "#base/errors.ts";
import { ClientAuthentication } from "./authentication.ts";
import { RtspConnection } from "./connection.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import type { LinkOptions } from "#protocols/rtsp/client-link/open-link.ts";
import { isRedirect, isSuccess, statusError } from "./status.ts";
import { redirectTarget, type Target } from "./target.ts";

/** Redirects followed for one attempt. */
export const MAX_REDIRECTS = 5;

/** Methods read of one `Public` header. */
const MAX_METHODS = 32;

/** How long answers may take, ms. */
export interface RequestTimeouts {
  /** Every live camera answers OPTIONS at once; what doesn't is frozen. */
  readonly optionsMs: number;
  /** A server may start its own source first. */
  readonly describeMs: number;
  readonly otherMs: number;
}

/** What `describe` works with. */
export interface DescribeOptions extends Omit<LinkOptions, "authentication"> {
  readonly preferredScheme: string | undefined;
  readonly skipOptions: boolean;
  readonly timeouts: RequestTimeouts;
  /** Called whenever something of the camera's identity is known. */
  learned(facts: { server?: string; realm?: string; authScheme?: string }): void;
}

/** A described camera, connected. The receiver owns the connection. */
export interface DescribedCamera {
  readonly connection: RtspConnection;
  readonly authentication: ClientAuthentication;
  readonly sdp: SessionDescription;
  readonly sdpText: string;
  /** What media controls are resolved against. */
  readonly base: string;
  /** What the whole session is controlled by. */
  readonly aggregate: string;
  /** `Content-Base` as the camera sent it. */
  readonly contentBase: string | undefined;
  /** Methods of `Public`, upper-case; undefined when OPTIONS gave none. */
  readonly methods: ReadonlySet<string> | undefined;
  readonly redirects: number;
}

/** Describes the camera at `first`. Rejects with the client's errors, leaving nothing open. */
export async function describe(first: Target, options: DescribeOptions): Promise<DescribedCamera> {
  let target = first;
  let authentication = authenticationFor(target, options);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const outcome = await describeOnce(target, options, authentication);
    if (!("location" in outcome)) return { ...outcome, authentication, redirects };
    const next = redirectTarget(target, outcome.location);
    if (next.credentials !== target.credentials) authentication = authenticationFor(next, options);
    target = next;
  }
  throw sourceError("source-redirect-loop", { details: { host: target.host } });
}

function authenticationFor(target: Target, options: DescribeOptions): ClientAuthentication {
  const { credentials, host } = target;
  return new ClientAuthentication({ host, credentials, preferred: options.preferredScheme, random: options.random });
}

type Outcome = Omit<DescribedCamera, "authentication" | "redirects"> | { readonly location: string | undefined };

async function describeOnce(target: Target, options: DescribeOptions, authentication: ClientAuthentication): Promise<Outcome> {
  const connection = await RtspConnection.open(target, { ...options, authentication });
  const abort = (): void => {
    connection.close();
  };
  options.signal.addEventListener("abort", abort, { once: true });
  try {
    const outcome = await converse(connection, options, authentication);
    if ("location" in outcome) connection.close();
    return outcome;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    options.signal.removeEventListener("abort", abort);
    const { realm, acceptedScheme } = authentication;
    options.learned({
      ...(realm === undefined ? {} : { realm }),
      ...(acceptedScheme === undefined ? {} : { authScheme: acceptedScheme }),
    });
  }
}

async function converse(
  connection: RtspConnection,
  options: DescribeOptions,
  authentication: ClientAuthentication,
): Promise<Outcome> {
  const { timeouts } = options;
  const { url, host } = connection.target;
  let methods: ReadonlySet<string> | undefined;
  if (!options.skipOptions) {
    const answer = await connection.request({ method: "OPTIONS", url, timeoutMs: timeouts.optionsMs });
    learnServer(answer, options);
    if (isRedirect(answer)) return { location: answer.headers.get("Location") };
    methods = methodsOf(answer);
  }
  const headers = { Accept: "application/sdp" };
  // Whoever hasn't said anything yet may be frozen: no longer wait than for OPTIONS.
  const timeoutMs = options.skipOptions ? timeouts.optionsMs : timeouts.describeMs;
  const answer = await connection.request({ method: "DESCRIBE", url, headers, timeoutMs });
  learnServer(answer, options);
  if (isRedirect(answer)) return { location: answer.headers.get("Location") };
  if (!isSuccess(answer)) {
    throw statusError(answer, { method: "DESCRIBE", host, authenticated: authentication.acceptedScheme !== undefined });
  }
  const sdpText = answer.body.toString("utf8");
  const sdp = readDescription(sdpText, host);
  const contentBase = answer.headers.get("Content-Base") ?? answer.headers.get("Content-Location");
  const base = resolveBase(contentBase, url);
  return { connection, sdp, sdpText, base, aggregate: resolveControl(base, sdp.control), contentBase, methods };
}

function readDescription(text: string, host: string): SessionDescription {
  try {
    return parseSdp(text);
  } catch (error) {
    throw sourceError("source-description-unreadable", { cause: error, details: { host, reason: messageOf(error) } });
  }
}

function learnServer(answer: RtspResponse, options: DescribeOptions): void {
  const server = answer.headers.get("Server");
  if (server !== undefined) options.learned({ server });
}

function methodsOf(answer: RtspResponse): ReadonlySet<string> | undefined {
  const listed = answer.headers.get("Public") ?? answer.headers.get("Allow");
  if (!isSuccess(answer) || listed === undefined) return undefined;
  const names = listed.split(",", MAX_METHODS).map((name) => name.trim().toUpperCase());
  return new Set(names);
}
