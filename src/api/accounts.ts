/** What the API needs of the application's user administration to have roles, sessions, users and tokens. */
import type { HttpCredentials } from "#base/http.ts";
import type { Role } from "./contract/answers.ts";
import type { MadeToken, NewToken, NewUser, TokenView, UserChange, UserView } from "./contract/session.ts";

/** Who calls. */
export interface ApiCaller {
  /** Numeric. */
  readonly address: string;
  /** Whether it is this machine itself; by the address where left out. */
  readonly local?: boolean;
  readonly credentials: HttpCredentials;
}

/** What a caller is; `user` is "" for anonymous, `role` undefined for nobody. `retryAfterMs`: not even looked at. */
export type ApiStanding =
  | { readonly kind: "known"; readonly role: Role | undefined; readonly user: string }
  | { readonly kind: "refused"; readonly retryAfterMs?: number };

/** What came of a login or claim; `token` goes into the cookie. */
export type LoginResult =
  | { readonly kind: "in"; readonly token: string; readonly maxAgeMs: number; readonly role: Role; readonly user: string }
  | { readonly kind: "refused"; readonly retryAfterMs?: number };

/** See the head of this file. Writes reject with a `SluiceError` that says why not. */
export interface Accounts {
  /** False until users are configured. */
  readonly claimed: boolean;
  standing(caller: ApiCaller, signal: AbortSignal): Promise<ApiStanding>;
  login(given: { user: string; password: string; address: string }, signal: AbortSignal): Promise<LoginResult>;
  claim(given: { code: string; user: string; password: string; address: string }, signal: AbortSignal): Promise<LoginResult>;
  logout(token: string, scope: "here" | "everywhere"): void;
  users(): readonly UserView[];
  addUser(user: NewUser): Promise<void>;
  changeUser(name: string, change: UserChange): Promise<void>;
  removeUser(name: string): Promise<void>;
  /** Whether tokens outlast the process: it has a folder to keep them in. */
  readonly tokensLast: boolean;
  /** Fetches again what others decide by (the keys of tokens). */
  refreshKeys(): Promise<void>;
  tokens(): readonly TokenView[];
  addToken(token: NewToken): Promise<MadeToken>;
  removeToken(id: string): Promise<void>;
}
