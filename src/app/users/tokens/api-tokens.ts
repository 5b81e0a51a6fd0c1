/**
 * Tokens of scripts: `slc_` and 256 random bits, shown once and kept by their SHA-256 in a file of the state folder, with a
 * role and, where wanted, an end. Without such a file they last until the process ends.
 */
import { createHash } from "node:crypto";
import type { Role } from "#api/contract/answers.ts";
import type { MadeToken, NewToken, TokenView } from "#api/contract/session.ts";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import { userError } from "../errors.ts";
import { TOKEN_PREFIX } from "../token-prefixes.ts";

const DAY_MS = 86_400_000;
const MAX_TOKENS = 64;

/** What is kept of a token. */
export interface KeptToken extends TokenView {
  /** SHA-256 in base64. */
  readonly hash: string;
}

/** Where tokens are kept. */
export interface TokenFile {
  save(tokens: readonly KeptToken[]): Promise<void>;
}

/** See the head of this file. */
export class ApiTokens {
  readonly #clock: Pick<Clock, "wallNow">;
  readonly #random: Pick<Random, "bytes">;
  readonly #file: TokenFile | undefined;
  #tokens: readonly KeptToken[];
  /** The change before: each begins with what that left. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    parts: { clock: Pick<Clock, "wallNow">; random: Pick<Random, "bytes">; file: TokenFile | undefined },
    kept: readonly KeptToken[],
  ) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#file = parts.file;
    this.#tokens = kept.slice(0, MAX_TOKENS);
  }

  /** Whether they outlast this process. */
  get lasting(): boolean {
    return this.#file !== undefined;
  }

  /** All of them, ended ones too. */
  list(): readonly TokenView[] {
    return this.#tokens.map(({ id, name, role, created, expires }) => ({ id, name, role, created, expires }));
  }

  /** Whose token this is, and what it may do. */
  find(token: string): { readonly kind: "role"; readonly user: string; readonly role: Role } | undefined {
    if (!token.startsWith(TOKEN_PREFIX)) return undefined;
    const hash = hashOf(token);
    const kept = this.#tokens.find((entry) => entry.hash === hash);
    if (kept === undefined || (kept.expires !== null && kept.expires <= this.#clock.wallNow())) return undefined;
    return { kind: "role", user: kept.name, role: kept.role };
  }

  /** Makes one. */
  add(wanted: NewToken): Promise<MadeToken> {
    return this.#inTurn(() => this.#add(wanted));
  }

  /** Revokes one, at once; where that can't be kept it throws, and the token is refused until the next start all the same. */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const left = this.#tokens.filter((entry) => entry.id !== id);
      if (left.length === this.#tokens.length) throw userError("user-token-unknown");
      this.#tokens = left;
      await this.#file?.save(left);
    });
  }

  async #add({ name, role, days }: NewToken): Promise<MadeToken> {
    if (this.#tokens.length >= MAX_TOKENS) throw userError("user-token-limit", { details: { max: MAX_TOKENS } });
    const token = TOKEN_PREFIX + this.#random.bytes(32).toString("base64url");
    const created = this.#clock.wallNow();
    const expires = days === 0 ? null : created + days * DAY_MS;
    const view: TokenView = { id: this.#random.bytes(8).toString("hex"), name, role, created, expires };
    const tokens = [...this.#tokens, { ...view, hash: hashOf(token) }];
    await this.#file?.save(tokens);
    this.#tokens = tokens;
    return { ...view, token };
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#last.then(change);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
