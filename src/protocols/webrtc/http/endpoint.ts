/**
 * WHEP and WHIP over HTTP (RFC 9725, draft-ietf-wish-whep): POST an offer, PATCH for trickled candidates and ICE restarts, DELETE
 * to end; and the pages that use them. A session's address holds a secret, so PATCH and DELETE need no credentials.
 */
import type { Clock } from "#base/clock.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "#base/http.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import type { IceCandidate } from "#formats/jsep/answer.ts";
import { type OfferedCandidate, parseFragmentCandidates, parseFragmentCredentials, parseOffer } from "#formats/jsep/offer.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import type { WebRtcOptions } from "#protocols/webrtc/options.ts";
import { assetReply, pageReply } from "#protocols/webrtc/pages/pages.ts";
import type { WebRtcAuthenticator } from "#protocols/webrtc/session/access.ts";
import type { Session, SessionRequest } from "#protocols/webrtc/session/session.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import { iceServerLinks } from "./ice-server-links.ts";
import { errorReply } from "./replies.ts";
import { readTarget, type RequestTarget } from "./request-target.ts";

/** Longest offer, as long as `formats/sdp` reads; and longest fragment. */
const MAX_OFFER_BYTES = 128 * 1024;
const MAX_FRAGMENT_BYTES = 16 * 1024;
const SDP = "application/sdp";
const FRAGMENT = "application/trickle-ice-sdpfrag";
/** A wrong answer waits between these, so that guessing is slow and its delay tells nothing, milliseconds. */
const WRONG_DELAY_MS = { min: 1000, spread: 1500 } as const;

/** What the endpoint needs of the server. */
export interface SessionStore {
  open(request: SessionRequest, signal: AbortSignal): Promise<{ session: Session; answer: string }>;
  find(secret: string): Session | undefined;
  candidates(clientAddress: string): readonly IceCandidate[];
  /** A session's client may come from these addresses. */
  expect(session: Session, candidates: readonly OfferedCandidate[]): void;
  /** Somebody is about to need a session. */
  prepare(): void;
  /** STUN and TURN servers that clients are told. */
  iceServers(): WebRtcOptions["webrtcICEServers2"];
}

/** What the endpoint is made with. */
export interface EndpointOptions {
  readonly registry: Pick<PathRegistry, "serves">;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly authenticator: WebRtcAuthenticator;
  readonly sessions: SessionStore;
}

/** See the head of this file. */
export class WebRtcEndpoint implements HttpHandler {
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  async handle(request: HttpRequest): Promise<HttpReply> {
    try {
      const target = readTarget(request.path);
      if (target === undefined) throw webrtcError("webrtc-not-found");
      return await this.#answer(request, target);
    } catch (error) {
      return errorReply(error);
    }
  }

  #answer(request: HttpRequest, target: RequestTarget): Promise<HttpReply> | HttpReply {
    switch (target.kind) {
      case "endpoint":
        return this.#endpoint(request, target);
      case "session":
        return this.#session(request, target);
      case "asset":
        return assetReply(target.name);
      case "redirect":
        return redirect(request);
      case "page":
        return this.#page(request, target);
    }
  }

  #endpoint(request: HttpRequest, target: Extract<RequestTarget, { kind: "endpoint" }>): Promise<HttpReply> | HttpReply {
    switch (request.method) {
      case "OPTIONS":
        this.#options.sessions.prepare();
        return this.#offerOf(request, target);
      case "POST":
        return this.#post(request, target);
      default:
        throw webrtcError("webrtc-method", { details: { method: request.method } });
    }
  }

  /** What is possible. Only for who may: the servers it names come with passwords. */
  async #offerOf(request: HttpRequest, { mode, path }: Extract<RequestTarget, { kind: "endpoint" }>): Promise<HttpReply> {
    await this.#authorize(request, { action: mode, path });
    return { status: 204, headers: { ...this.#links(), Allow: "OPTIONS, POST", "Accept-Post": SDP } };
  }

  async #post(request: HttpRequest, target: Extract<RequestTarget, { kind: "endpoint" }>): Promise<HttpReply> {
    requireType(request, SDP);
    const { path, mode } = target;
    const user = await this.#authorize(request, { action: mode, path });
    const offer = parseOffer((await request.body(MAX_OFFER_BYTES)).toString("utf8"));
    const { query, address } = request;
    const userAgent = userAgentOf(request);
    const opened = await this.#options.sessions.open({ mode, path, query, user, userAgent, address, offer }, request.signal);
    const { session, answer } = opened;
    return {
      status: 201,
      headers: {
        ...this.#links(),
        "Content-Type": SDP,
        Location: `${basePath(request)}/${path}/${mode === "read" ? "whep" : "whip"}/${session.secret}`,
        ID: session.id,
        ETag: session.etag,
        "Accept-Patch": FRAGMENT,
        "Cache-Control": "no-store",
      },
      body: answer,
    };
  }

  #session(request: HttpRequest, target: Extract<RequestTarget, { kind: "session" }>): Promise<HttpReply> | HttpReply {
    if (request.method === "OPTIONS") {
      return { status: 204, headers: { Allow: "OPTIONS, PATCH, DELETE" } };
    }
    const session = this.#options.sessions.find(target.secret);
    if (session === undefined || session.request.path !== target.path || session.request.mode !== target.mode) {
      throw webrtcError("webrtc-session-not-found");
    }
    if (request.method === "DELETE") {
      session.close(webrtcError("webrtc-client-left"));
      return { status: 200 };
    }
    if (request.method !== "PATCH") throw webrtcError("webrtc-method", { details: { method: request.method } });
    return this.#patch(request, session);
  }

  async #patch(request: HttpRequest, session: Session): Promise<HttpReply> {
    requireType(request, FRAGMENT);
    const match = request.headers.get("if-match");
    if (match !== undefined && match !== "*" && match !== session.etag) throw webrtcError("webrtc-etag");
    const fragment = (await request.body(MAX_FRAGMENT_BYTES)).toString("utf8");
    const remote = parseFragmentCredentials(fragment);
    const known = session.transport.agent.remoteCredentials;
    // It checks ours, and where it comes from we see then; a NAT in front of us wants to know beforehand.
    this.#options.sessions.expect(session, parseFragmentCandidates(fragment));
    if (remote === undefined || (remote.ufrag === known.ufrag && remote.pwd === known.pwd)) {
      return { status: 204, headers: { ETag: session.etag } };
    }
    const body = session.restart(remote, this.#options.sessions.candidates(request.address));
    return {
      status: 200,
      headers: { "Content-Type": FRAGMENT, ETag: session.etag },
      body,
    };
  }

  async #page(request: HttpRequest, target: Extract<RequestTarget, { kind: "page" }>): Promise<HttpReply> {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw webrtcError("webrtc-method", { details: { method: request.method } });
    }
    await this.#authorize(request, { action: target.mode, path: target.path });
    this.#options.sessions.prepare();
    const page = pageReply(target.mode);
    return this.#options.registry.serves(target.path) ? page : { ...page, status: 404 };
  }

  /** The user's name. Rejects with `webrtc-unauthorized`, late for wrong credentials. */
  async #authorize(request: HttpRequest, what: { action: "read" | "publish"; path: string }): Promise<string> {
    const { authenticator, clock, random } = this.#options;
    const { query, address, credentials, signal } = request;
    const asked = { ...what, query, address, protocol: "webrtc", userAgent: userAgentOf(request), credentials } as const;
    const decision = await authenticator.authorize(asked, signal);
    if (decision.kind === "granted") return decision.user;
    if (credentials.kind !== "none") {
      await clock.sleep("webrtc wrong credentials", WRONG_DELAY_MS.min + random.unit() * WRONG_DELAY_MS.spread, signal);
    }
    throw webrtcError("webrtc-unauthorized");
  }

  #links(): { Link?: readonly string[] } {
    const { sessions, clock } = this.#options;
    const links = iceServerLinks(sessions.iceServers(), clock.wallNow());
    return links.length === 0 ? {} : { Link: links };
  }
}

function userAgentOf(request: HttpRequest): string {
  return request.headers.get("user-agent") ?? "";
}

function requireType(request: HttpRequest, wanted: string): void {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== wanted) throw webrtcError("webrtc-content-type", { details: { wanted } });
}

/** Path of where WebRTC is mounted, as the client names it: `/live`, or "". */
function basePath(request: HttpRequest): string {
  return new URL(request.base).pathname.replace(/\/$/, "");
}

/** One leading slash only: `//host` would lead elsewhere. */
function redirect(request: HttpRequest): HttpReply {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw webrtcError("webrtc-method", { details: { method: request.method } });
  }
  const path = request.path.replace(/^\/+/, "").split("/").map(encodeURIComponent).join("/");
  const query = request.query === "" ? "" : `?${request.query}`;
  return { status: 302, headers: { Location: `${basePath(request)}/${path}/${query}` } };
}
