/**
 * Credentials that were right within the last minute, so that a hundred viewers with an expensive hash start at once. Kept by
 * a keyed hash: neither names nor passwords stay in memory. The same credentials asked twice at the same time are computed once.
 */
import { createHmac } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";

const KEEP_MS = 60_000;
const MAX_ENTRIES = 512;
/** Computations under way that others may join. */
const MAX_PENDING = 64;

/** See the head of this file; `R` is what looking at credentials comes to. */
export class VerifiedCredentials<R extends { readonly kind: string }> {
  readonly #clock: Pick<Clock, "now">;
  readonly #key: Buffer;
  readonly #known = new Map<string, { readonly result: R; readonly until: number }>();
  readonly #pending = new Map<string, Promise<R>>();

  constructor(parts: { clock: Pick<Clock, "now">; random: Pick<Random, "bytes"> }) {
    this.#clock = parts.clock;
    this.#key = parts.random.bytes(32);
  }

  /** What these credentials came to a moment ago, where that was a proof. */
  find(user: string, password: string): R | undefined {
    const entry = this.#known.get(this.#hash(user, password));
    return entry !== undefined && entry.until > this.#clock.now() ? entry.result : undefined;
  }

  /** What these credentials come to by `look`; remembered where its kind is `proved`. */
  async verify(user: string, password: string, look: () => Promise<R>): Promise<R> {
    const hash = this.#hash(user, password);
    const pending = this.#pending.get(hash);
    if (pending !== undefined) return pending;
    const made = look();
    if (this.#pending.size < MAX_PENDING) this.#pending.set(hash, made);
    try {
      const result = await made;
      if (result.kind === "proved" && this.#pending.get(hash) === made) this.#keep(hash, result);
      return result;
    } finally {
      if (this.#pending.get(hash) === made) this.#pending.delete(hash);
    }
  }

  /** Forgets everything: users have changed. */
  clear(): void {
    this.#known.clear();
    this.#pending.clear();
  }

  #keep(hash: string, result: R): void {
    for (const oldest of this.#known.keys()) if (this.#known.size >= MAX_ENTRIES) this.#known.delete(oldest);
    this.#known.delete(hash);
    this.#known.set(hash, { result, until: this.#clock.now() + KEEP_MS });
  }

  #hash(user: string, password: string): string {
    return createHmac("sha256", this.#key)
      .update(`${String(user.length)}:${user}`)
      .update(password)
      .digest("base64");
  }
}
