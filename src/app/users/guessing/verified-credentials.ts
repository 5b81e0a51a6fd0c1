/**
 * Credentials that were right a moment ago, so that a hundred viewers with an expensive hash start at once. Kept by a keyed hash:
 * neither names nor passwords stay in memory. The same credentials asked twice at the same time are looked at once.
 */
import { createHmac } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";

const MAX_ENTRIES = 512;
/** Computations under way that others may join. */
const MAX_PENDING = 64;

/** Collaborators; `counts` says which results are remembered, for `keepMs`. */
export interface VerifiedCredentialsParts<R> {
  readonly clock: Pick<Clock, "now">;
  readonly random: Pick<Random, "bytes">;
  readonly keepMs: number;
  readonly counts: (result: R) => boolean;
}

/** See the head of this file; `R` is what looking at credentials comes to, `shown` all that was shown. */
export class VerifiedCredentials<R> {
  readonly #parts: VerifiedCredentialsParts<R>;
  readonly #key: Buffer;
  readonly #known = new Map<string, { readonly result: R; readonly until: number }>();
  readonly #pending = new Map<string, Promise<R>>();

  constructor(parts: VerifiedCredentialsParts<R>) {
    this.#parts = parts;
    this.#key = parts.random.bytes(32);
  }

  /** What these credentials came to a moment ago, where that is remembered. */
  find(shown: readonly string[]): R | undefined {
    const entry = this.#known.get(this.#hash(shown));
    return entry !== undefined && entry.until > this.#parts.clock.now() ? entry.result : undefined;
  }

  /** What these credentials come to by `look`; remembered where it counts. */
  async verify(shown: readonly string[], look: () => Promise<R>): Promise<R> {
    const hash = this.#hash(shown);
    const pending = this.#pending.get(hash);
    if (pending !== undefined) return pending;
    const made = look();
    if (this.#pending.size < MAX_PENDING) this.#pending.set(hash, made);
    try {
      const result = await made;
      if (this.#parts.counts(result) && this.#pending.get(hash) === made) this.#keep(hash, result);
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
    this.#known.set(hash, { result, until: this.#parts.clock.now() + this.#parts.keepMs });
  }

  #hash(shown: readonly string[]): string {
    const hash = createHmac("sha256", this.#key);
    for (const text of shown) hash.update(`${String(text.length)}:${text}`);
    return hash.digest("base64");
  }
}
