/**
 * `authMethod: jwt`: whoever shows a token (RFC 7519) that one of the identity server's keys has signed may do what its claim
 * says, until it runs out. Only public-key signatures count. Connections that are open stay open when their token runs out, as
 * in MediaMTX; every new one needs one that counts.
 */
import type * as JoseLibrary from "jose";
import type { JWTPayload, JWTVerifyGetKey, LocalJWKSet } from "jose";
import type { Clock } from "#base/clock.ts";
import type { AuthOptions } from "#config/options.ts";
import { permissionRules } from "../user-rule.ts";
import type { PermissionRule } from "../user-rule.ts";
import { KeySet } from "./key-set.ts";
import type { KeySetParts } from "./key-set.ts";
import type { ExternalAnswer, ExternalCaller, ExternalMethod, ExternalQuestion, ExternalStanding } from "./method.ts";
import { readPermissions } from "./token-permissions.ts";

/** Signatures that count: made with a private key that never leaves the identity server. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
/** Clocks of boards and servers differ by so much. */
const CLOCK_TOLERANCE_S = 5;
const MAX_TOKEN = 8192;
/** Keys tried for a token that names none. */
const MAX_TRIED = 8;

type Jose = typeof JoseLibrary;

/** Collaborators. */
export type JwtMethodParts = Omit<KeySetParts, "load" | "clock"> & { readonly clock: Pick<Clock, "now" | "wallNow"> };

/** What a token proves. */
interface Proved {
  readonly user: string;
  readonly permissions: readonly PermissionRule[];
  readonly until?: number;
}

/** See the head of this file. */
export class JwtMethod implements ExternalMethod {
  readonly #options: AuthOptions;
  readonly #clock: Pick<Clock, "wallNow">;
  readonly #keys: KeySet;
  /** Loaded when it is needed: most boxes never do. */
  #jose: Promise<Jose> | undefined;

  constructor(options: AuthOptions, parts: JwtMethodParts) {
    this.#options = options;
    this.#clock = parts.clock;
    this.#keys = new KeySet(options, { ...parts, load: async (keys) => (await this.#library()).createLocalJWKSet(keys) });
  }

  async decide(question: ExternalQuestion, signal: AbortSignal): Promise<ExternalAnswer> {
    const { action, path } = question;
    const proof = await this.#prove(question, signal);
    if (typeof proof === "string") return { kind: proof };
    const { user, until, permissions } = proof;
    if (!permissions.some((rule) => rule.action === action && rule.covers(path))) return { kind: "not-permitted" };
    return { kind: "granted", user, ...(until !== undefined && { until }) };
  }

  async standing(caller: ExternalCaller, signal: AbortSignal): Promise<ExternalStanding> {
    const proof = await this.#prove(caller, signal);
    if (typeof proof === "string") return { kind: proof };
    const { permissions, ...known } = proof;
    const role = (["api", "read"] as const).find((action) => permissions.some((rule) => rule.action === action));
    return role === undefined
      ? { kind: "not-permitted" }
      : { kind: "known", role: role === "api" ? "admin" : "viewer", ...known };
  }

  refresh(): Promise<void> {
    return this.#keys.refresh();
  }

  async #prove(
    { token }: Pick<ExternalQuestion, "token">,
    signal: AbortSignal,
  ): Promise<Proved | "wrong" | "not-permitted" | "unavailable"> {
    if (token === "" || token.length > MAX_TOKEN || token.split(".").length !== 3) return "wrong";
    const jose = await this.#library();
    const keys = await this.#keys.current();
    signal.throwIfAborted();
    if (keys === undefined) return "unavailable";
    let payload: JWTPayload;
    try {
      payload = await this.#verify(jose, token, keys);
    } catch (error) {
      // Signed as it should be, and run out, not yet valid or meant for somebody else: no guess.
      if (error instanceof jose.errors.JWTExpired || error instanceof jose.errors.JWTClaimValidationFailed)
        return "not-permitted";
      return "wrong";
    }
    const permissions = readPermissions(payload[this.#options.authJWTClaimKey]);
    if (permissions === undefined) return "not-permitted";
    const until = payload.exp === undefined ? {} : { until: payload.exp * 1000 };
    return { user: payload.sub ?? "", permissions: permissionRules(permissions), ...until };
  }

  async #verify(jose: Jose, token: string, keys: LocalJWKSet): Promise<JWTPayload> {
    try {
      return await this.#verifyBy(jose, token, keys);
    } catch (error) {
      if (!(error instanceof jose.errors.JWKSNoMatchingKey)) throw error;
      const newer = await this.#keys.newer();
      if (newer === undefined) throw error;
      return this.#verifyBy(jose, token, newer);
    }
  }

  async #verifyBy(jose: Jose, token: string, keys: LocalJWKSet): Promise<JWTPayload> {
    const { authJWTIssuer: issuer, authJWTAudience: audience } = this.#options;
    const options = {
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: new Date(this.#clock.wallNow()),
      ...(issuer === "" ? {} : { issuer }),
      ...(audience === "" ? {} : { audience }),
    };
    const getKey: JWTVerifyGetKey = (header, input) => keys(header, input);
    try {
      return (await jose.jwtVerify(token, getKey, options)).payload;
    } catch (error) {
      if (!(error instanceof jose.errors.JWKSMultipleMatchingKeys)) throw error;
      let tried = 0;
      for await (const key of error) {
        if ((tried += 1) > MAX_TRIED) break;
        try {
          return (await jose.jwtVerify(token, key, options)).payload;
        } catch (failure) {
          if (!(failure instanceof jose.errors.JWSSignatureVerificationFailed)) throw failure;
        }
      }
      throw error;
    }
  }

  #library(): Promise<Jose> {
    this.#jose ??= import("jose");
    return this.#jose;
  }
}
