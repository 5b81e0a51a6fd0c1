/** What somebody else decides: how a server or a signed token is asked who may do what. */
import type { Role } from "#api/contract/answers.ts";
import type { Action } from "#config/options.ts";

/** One question, credentials as they were given; "" for what wasn't. */
export interface ExternalQuestion {
  readonly action: Action;
  /** "" for actions that concern no path. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** Numeric. */
  readonly address: string;
  /** As MediaMTX names it; "" for the API and the metrics. */
  readonly protocol: string;
  /** Of the session or connection, where there is one already. */
  readonly id: string | undefined;
  readonly userAgent: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
}

/** Who asks, whatever for. */
export type ExternalCaller = Pick<ExternalQuestion, "query" | "address" | "userAgent" | "user" | "password" | "token">;

/**
 * The decision. `wrong`: these credentials prove nothing, which counts as a guess. `not-permitted`: they do, and this isn't
 * permitted. `unavailable`: nobody could be asked. `until`, ms since 1970: when what was proved runs out.
 */
export type ExternalAnswer =
  | { readonly kind: "granted"; readonly user: string; readonly until?: number }
  | { readonly kind: "wrong" | "not-permitted" | "unavailable" };

/** What a caller is to Sluice's own API. */
export type ExternalStanding =
  | { readonly kind: "known"; readonly role: Role; readonly user: string; readonly until?: number }
  | { readonly kind: "wrong" | "not-permitted" | "unavailable" };

/** A way to ask. Nothing rejects but with the signal's reason. */
export interface ExternalMethod {
  decide(question: ExternalQuestion, signal: AbortSignal): Promise<ExternalAnswer>;
  standing(caller: ExternalCaller, signal: AbortSignal): Promise<ExternalStanding>;
  /** Fetches again what it decides by. Rejects with why it can't. */
  refresh(): Promise<void>;
}
