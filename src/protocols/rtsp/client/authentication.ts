/**
 * Answers to a camera's challenges (RFC 7616, 7617, 2069), through one attempt to open a session and all through it. Every
 * scheme that is offered gets one authenticated try, strongest first; a nonce that only went stale, or a realm that
 * changed once, is no refusal. Cameras lock out whoever tries on, so nothing here ever tries twice.
 */
import type { Random } from "#base/random.ts";
import { authorize } from "#formats/http-auth/digest.ts";
import { parseChallenges, preferredOrder, type Challenge } from "#formats/http-auth/challenge.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";

/** Fresh nonces taken in a row without one being accepted. */
const MAX_STALE_NONCES = 3;
/** Realms a camera may come up with under one scheme. */
const MAX_REALM_CHANGES = 1;
const CNONCE_BYTES = 8;

/** User name and password; either may be empty. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A scheme with its hash. */
export type AuthScheme = "digest-sha-256" | "digest-md5" | "basic";

/** What the client proves itself with. */
export interface AuthenticationOptions {
  readonly host: string;
  readonly credentials: Credentials | undefined;
  /** The scheme that worked before; where it is offered, no other one is tried. */
  readonly preferred: string | undefined;
  readonly random: Random;
}

/** State of one attempt and the session it leads to. */
export class ClientAuthentication {
  readonly #options: AuthenticationOptions;
  readonly #refused = new Set<AuthScheme>();
  #current: Challenge | undefined;
  #nonceCount = 0;
  /** The current nonce has been accepted. */
  #proven = false;
  #staleNonces = 0;
  #realmChanges = 0;
  #accepted: AuthScheme | undefined;
  #realm: string | undefined;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** The scheme by which the camera let us in; undefined before that, and when it asked for nothing. */
  get acceptedScheme(): AuthScheme | undefined {
    return this.#accepted;
  }

  /** The realm of the last challenge. */
  get realm(): string | undefined {
    return this.#realm;
  }

  /** The `Authorization` of the next request; undefined while nothing was asked. */
  header(request: { method: string; uri: string }): string | undefined {
    const { credentials, random } = this.#options;
    if (this.#current === undefined || credentials === undefined) return undefined;
    this.#nonceCount += 1;
    return authorize(this.#current, {
      username: credentials.user,
      password: credentials.password,
      ...request,
      nonceCount: this.#nonceCount,
      cnonce: random.bytes(CNONCE_BYTES).toString("hex"),
    });
  }

  /** A request with `header()` was let through. */
  accepted(): void {
    if (this.#current === undefined) return;
    this.#proven = true;
    this.#staleNonces = 0;
    this.#accepted = schemeOf(this.#current);
  }

  /**
   * A request was answered 401 with these `WWW-Authenticate` values; `answered` says whether it carried `header()`. Returns
   * when the request is worth sending again; throws `source-credentials-…` or `source-authentication-unsupported`.
   */
  challenged(values: readonly string[], answered: boolean): void {
    const { credentials } = this.#options;
    const details = { host: this.#options.host };
    const offered = preferredOrder(parseChallenges(values));
    this.#realm = offered[0]?.realm ?? this.#realm;
    if (credentials === undefined) throw sourceError("source-credentials-missing", { details });
    if (answered && this.#current !== undefined) {
      const renewed = this.#renewed(this.#current, offered);
      if (renewed !== undefined) {
        this.#use(renewed);
        return;
      }
      this.#refused.add(schemeOf(this.#current));
    }
    if (offered.length === 0 && this.#refused.size === 0) throw sourceError("source-authentication-unsupported", { details });
    const next = this.#worthTrying(offered);
    if (next === undefined) throw sourceError("source-credentials-refused", { details });
    this.#use(next);
  }

  /** The same scheme with a fresh nonce, where the refusal of the old one says nothing about the password. */
  #renewed(current: Challenge, offered: readonly Challenge[]): Challenge | undefined {
    const again = offered.find((challenge) => schemeOf(challenge) === schemeOf(current));
    if (again === undefined) return undefined;
    if (again.realm !== current.realm && this.#realmChanges < MAX_REALM_CHANGES) {
      this.#realmChanges += 1;
      return again;
    }
    const fresh = again.scheme === "digest" && current.scheme === "digest" && again.nonce !== current.nonce;
    const stale = fresh && (again.stale || this.#proven);
    if (!stale || this.#staleNonces >= MAX_STALE_NONCES) return undefined;
    this.#staleNonces += 1;
    return again;
  }

  #worthTrying(offered: readonly Challenge[]): Challenge | undefined {
    const { preferred } = this.#options;
    const known = offered.filter((challenge) => schemeOf(challenge) === preferred);
    return (known.length > 0 ? known : offered).find((challenge) => !this.#refused.has(schemeOf(challenge)));
  }

  #use(challenge: Challenge): void {
    this.#current = challenge;
    this.#nonceCount = 0;
    this.#proven = false;
  }
}

function schemeOf(challenge: Challenge): AuthScheme {
  if (challenge.scheme === "basic") return "basic";
  return challenge.algorithm === "SHA-256" ? "digest-sha-256" : "digest-md5";
}
