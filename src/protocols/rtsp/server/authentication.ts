/**
 * Who may read or publish, asked over RTSP: Basic (RFC 7617) and Digest with MD5 (RFC 2069, which every player speaks). The
 * decision is the application's, which also slows guessing down; here credentials are read and challenges written. One nonce
 * per connection: an answer to another one is stale, not wrong.
 */
import type { Random } from "#base/random.ts";
import { printChallenge } from "#formats/http-auth/challenge.ts";
import { type DigestAuthorization, parseAuthorization, verifyDigest } from "#formats/http-auth/digest.ts";
import type { RtspRequest } from "#formats/rtsp-message/message.ts";

/** As MediaMTX names it; recorders store passwords by it. */
const REALM = "ipcam";
/** Wrong or stale answers on one connection before it is closed. */
const MAX_FAILURES = 5;

/** What somebody wants to do. */
export type AccessAction = "read" | "publish";

/** How somebody proves who they are. `proves` tells whether `password` is the one the digest was made with. */
export type AccessCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "digest"; readonly user: string; readonly proves: (password: string) => boolean };

/** One question to the application. */
export interface AccessRequest {
  readonly action: AccessAction;
  readonly path: string;
  /** Without `?`; may carry a token. */
  readonly query: string;
  /** Numeric address of the client. */
  readonly address: string;
  readonly protocol: "rtsp" | "rtsps";
  /** Of the connection. */
  readonly id: string;
  readonly userAgent: string;
  readonly credentials: AccessCredentials;
}

/** The application's answer. `user` is "" for anonymous. */
export type AccessDecision = { readonly kind: "granted"; readonly user: string } | { readonly kind: "refused" };

/** What the RTSP server needs of the application's user administration. */
export interface Authenticator {
  /** False until users are configured: then only this machine itself is served. */
  readonly claimed: boolean;
  /** Decides; takes its time for wrong credentials, without holding up anyone else. */
  authorize(request: AccessRequest, signal: AbortSignal): Promise<AccessDecision>;
}

/** What came of a request's credentials. `wrong`: there were some. `final`: tried too often, close the connection after the answer. */
export type AuthenticationResult =
  | { readonly kind: "granted"; readonly user: string }
  | { readonly kind: "challenged"; readonly challenges: readonly string[]; readonly wrong: boolean; readonly final: boolean };

/** Collaborators of one connection's authentication. */
export interface AuthenticationOptions {
  readonly authenticator: Authenticator;
  /** In the order they are offered. */
  readonly methods: readonly ("basic" | "digest")[];
  readonly random: Random;
}

/** A question without its credentials. */
export type AccessSubject = Omit<AccessRequest, "credentials">;

/** Authentication of one connection. */
export class Authentication {
  readonly #options: AuthenticationOptions;
  #nonce: string | undefined;
  #failures = 0;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** Asks the application about `request`; resolves as late as it does. Rejects with the signal's reason. */
  async check(request: RtspRequest, subject: AccessSubject, signal: AbortSignal): Promise<AuthenticationResult> {
    const found = this.#read(request);
    if (found === "stale") return this.#challenge({ stale: true, wrong: false });
    const decision = await this.#options.authenticator.authorize({ ...subject, credentials: found }, signal);
    if (decision.kind === "granted") return decision;
    if (found.kind === "none") return this.#challenge({ stale: false, wrong: false });
    return this.#challenge({ stale: false, wrong: true });
  }

  /** Credentials of a request. An empty Basic, which some recorders send first, counts as none. */
  #read(request: RtspRequest): AccessCredentials | "stale" {
    const given = parseAuthorization(request.headers.get("Authorization") ?? "");
    if (given === undefined || !this.#options.methods.includes(given.scheme)) return { kind: "none" };
    if (given.scheme === "digest") return this.#readDigest(given, request);
    const { user, password } = given;
    return user === "" && password === "" ? { kind: "none" } : { kind: "password", user, password };
  }

  #readDigest(given: DigestAuthorization, request: RtspRequest): AccessCredentials | "stale" {
    const nonce = this.#nonce;
    if (nonce === undefined || given.nonce !== nonce) return "stale";
    const { username } = given;
    const expected = { username, method: request.method, realm: REALM, nonce };
    const fits = fitsRequest(given.uri, request.url);
    return { kind: "digest", user: username, proves: (password) => fits && verifyDigest(given, { ...expected, password }) };
  }

  #challenge(why: { stale: boolean; wrong: boolean }): AuthenticationResult {
    if (why.wrong || why.stale) this.#failures += 1;
    this.#nonce ??= this.#options.random.bytes(16).toString("hex");
    const nonce = this.#nonce;
    const challenges = this.#options.methods.map((scheme) =>
      scheme === "basic"
        ? printChallenge({ scheme, realm: REALM })
        : printChallenge({ scheme, realm: REALM, nonce, algorithm: "MD5", ...(why.stale ? { stale: true } : {}) }),
    );
    return { kind: "challenged", challenges, wrong: why.wrong, final: this.#failures >= MAX_FAILURES };
  }
}

/**
 * Whether a digest's address is the request's. Players answer with the address of the whole presentation for a track, or
 * leave scheme and host out, so the path must begin alike; a digest for another path is no proof.
 */
function fitsRequest(uri: string, url: string): boolean {
  const plain = (text: string): string => text.replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/?]*@)?[^/?]*/i, "").replace(/\/$/, "");
  const [given, asked] = [plain(uri), plain(url)];
  return given === asked || asked.startsWith(`${given}/`) || asked.startsWith(`${given}?`) || given.startsWith(`${asked}/`);
}
