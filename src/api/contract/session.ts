/**
 * Who this browser is to the box, and the box's users.
 *
 * - `GET /api/session` (anyone): `SessionView`
 * - `POST /api/session` (anyone): `LoginRequest` → `SessionView` and the cookie; 401 for wrong, 429 with `Retry-After` for too often
 * - `DELETE /api/session` (anyone): signs out here; `?everywhere=1` ends every session of the same user
 * - `POST /api/claim` (anyone, while nobody is configured): `ClaimRequest` → `SessionView` and the cookie
 * - `GET /api/users` (admin): `UserList`
 * - `POST /api/users` (admin): `NewUser`
 * - `PATCH /api/users/{name}` (admin): `UserChange`; a new password ends the user's sessions
 * - `DELETE /api/users/{name}` (admin)
 * - `GET /api/tokens` (admin): `TokenList`
 * - `POST /api/tokens` (admin): `NewToken` → `MadeToken`, the only time the token is shown
 * - `DELETE /api/tokens/{id}` (admin): revokes it
 *
 * The cookie is `HttpOnly` and `SameSite=Strict`; requests with it that change something must come from the page's own origin.
 */
import type { Role } from "./answers.ts";

/** Answer of `GET /api/session`. */
export interface SessionView {
  /** `claim`: nobody owns the box yet; `login`: somebody has to say who they are; `open`: come in. */
  readonly state: "claim" | "login" | "open";
  readonly role: Role | null;
  /** Null for anonymous access. */
  readonly user: string | null;
  /** Whether users are configured. */
  readonly claimed: boolean;
  /** Whether the browser runs on the box itself. */
  readonly loopback: boolean;
}

/** Body of `POST /api/session`. */
export interface LoginRequest {
  readonly user: string;
  readonly password: string;
}

/** Body of `POST /api/claim`; `code` is printed in the log. */
export interface ClaimRequest extends LoginRequest {
  readonly code: string;
}

/** A user of the box. */
export interface UserView {
  readonly name: string;
  readonly role: Role;
}

/** Answer of `GET /api/users`. */
export interface UserList {
  readonly users: readonly UserView[];
}

/** Body of `POST /api/users`. */
export interface NewUser extends UserView {
  readonly password: string;
}

/** Body of `PATCH /api/users/{name}`; what is left out stays. */
export interface UserChange {
  readonly password?: string;
  readonly role?: Role;
}

/** A token of a script. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly created: number;
  /** Null for never. */
  readonly expires: number | null;
}

/** Answer of `GET /api/tokens`. */
export interface TokenList {
  /** False where the box has no folder to keep them in: they end with the process. */
  readonly lasting: boolean;
  readonly tokens: readonly TokenView[];
}

/** Body of `POST /api/tokens`. */
export interface NewToken {
  readonly name: string;
  readonly role: Role;
  /** Days it is good for; 0 for ever. */
  readonly days: number;
}

/** Answer of `POST /api/tokens`. */
export interface MadeToken extends TokenView {
  /** Send it as `Authorization: Bearer slc_…`. */
  readonly token: string;
}
