/**
 * The public keys of an identity server (JWKS, RFC 7517): fetched when first needed, again after `REFRESH_MS`, when asked, and,
 * not more often than every `UNKNOWN_KEY_MS`, when a token names a key that isn't among them. While the server can't be
 * reached the keys of before count for `STALE_MS` more. Nobody waits for it who needn't.
 */
import type { JSONWebKeySet, LocalJWKSet } from "jose";
import type { Clock } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { AuthOptions } from "#config/options.ts";
import type { askHttp } from "#platform/http/ask.ts";
import { userError } from "../errors.ts";

const HOUR_MS = 3_600_000;
const REFRESH_MS = HOUR_MS;
const STALE_MS = 24 * HOUR_MS;
const UNKNOWN_KEY_MS = 30_000;
/** After a failure, the next attempt; whoever asks before that isn't made to wait for it. */
const RETRY_MS = 5000;
const TIMEOUT_MS = 5000;
const MAX_BYTES = 128 * 1024;
const MAX_KEYS = 64;

/** Collaborators; `load` makes keys of what was fetched. */
export interface KeySetParts {
  readonly clock: Pick<Clock, "now">;
  readonly log: Logger;
  readonly ask: typeof askHttp;
  readonly load: (keys: JSONWebKeySet) => Promise<LocalJWKSet>;
}

/** See the head of this file. */
export class KeySet {
  readonly #options: Pick<AuthOptions, "authJWTJWKS" | "authJWTJWKSFingerprint">;
  readonly #parts: KeySetParts;
  #keys: { readonly set: LocalJWKSet; readonly at: number } | undefined;
  #triedAt: number | undefined;
  #pending: Promise<void> | undefined;
  #told = "";

  constructor(options: Pick<AuthOptions, "authJWTJWKS" | "authJWTJWKSFingerprint">, parts: KeySetParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** The keys to check with; undefined while none can be had. Never rejects. */
  async current(): Promise<LocalJWKSet | undefined> {
    const { clock } = this.#parts;
    const age = this.#keys === undefined ? Infinity : clock.now() - this.#keys.at;
    const due = age >= REFRESH_MS && (this.#triedAt === undefined || clock.now() - this.#triedAt >= RETRY_MS);
    const fetched = due ? this.refresh().catch(() => undefined) : this.#pending?.catch(() => undefined);
    if (age >= STALE_MS) {
      await fetched;
      // Too old is too old, also where the server went away for good.
      if (this.#keys !== undefined && clock.now() - this.#keys.at >= STALE_MS) return undefined;
    }
    return this.#keys?.set;
  }

  /** Keys that may hold one that `current` lacks; undefined where these were fetched just now. Never rejects. */
  async newer(): Promise<LocalJWKSet | undefined> {
    const { clock } = this.#parts;
    const lately = this.#triedAt !== undefined && clock.now() - this.#triedAt < UNKNOWN_KEY_MS;
    const before = this.#keys;
    if (this.#pending === undefined && lately) return undefined;
    await this.refresh().catch(() => undefined);
    return this.#keys === before ? undefined : this.#keys?.set;
  }

  /** Fetches them. Rejects with why they can't be had; those of before stay. */
  refresh(): Promise<void> {
    this.#pending ??= this.#fetch().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #fetch(): Promise<void> {
    const { clock, log, ask, load } = this.#parts;
    const { authJWTJWKS: url, authJWTJWKSFingerprint: fingerprint } = this.#options;
    this.#triedAt = clock.now();
    try {
      const { status, body } = await ask({ url, method: "GET", fingerprint, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
      if (status !== 200) throw userError("user-key-set", { details: { reason: `the server answers with ${String(status)}` } });
      const keys = parse(body);
      this.#keys = { set: await load(keys), at: clock.now() };
      this.#told = "";
      log.debug({ keys: keys.keys.length }, "keys for tokens (JWKS) were fetched");
    } catch (error) {
      const reason = messageOf(error);
      if (reason !== this.#told) log.error({ reason }, "keys for tokens (authJWTJWKS) can't be fetched");
      this.#told = reason;
      throw error;
    }
  }
}

/** Secret keys among them are left out: nobody but the server itself should have those. */
function parse(body: string): JSONWebKeySet {
  let root: unknown;
  try {
    root = JSON.parse(body);
  } catch {
    throw userError("user-key-set", { details: { reason: "the answer isn't JSON" } });
  }
  const keys = typeof root === "object" && root !== null && "keys" in root ? root.keys : undefined;
  if (!Array.isArray(keys)) throw userError("user-key-set", { details: { reason: "the answer has no list of keys" } });
  const open = keys.filter((key: unknown): key is JSONWebKeySet["keys"][number] => {
    return typeof key === "object" && key !== null && "kty" in key && typeof key.kty === "string" && key.kty !== "oct";
  });
  return { keys: open.slice(0, MAX_KEYS) };
}
