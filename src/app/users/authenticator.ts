/**
 * Who may do what: the users of the configuration, asked alike by every protocol and the API. A user counts when name,
 * password, address and a permission all fit; without any user, this machine itself may do everything and nobody else
 * anything. Guessing is slowed down by the protocols.
 */
import { isLoopback } from "#base/ip-range.ts";
import type { Action, Permission, User } from "#config/options.ts";
import { pathExpression } from "#streams/path-name.ts";
import { CredentialCheck } from "./password.ts";

/** How somebody proves who they are; `proves` tells whether a password is the one a digest was made with. */
export type GivenCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "digest"; readonly user: string; readonly proves: (password: string) => boolean };

/** Who wants what. */
export interface AccessQuestion {
  readonly action: Action;
  /** "" for actions that concern no path. */
  readonly path: string;
  /** Numeric. */
  readonly address: string;
  readonly credentials: GivenCredentials;
}

/** The answer; `user` is "" for anonymous. */
export type AccessAnswer = { readonly kind: "granted"; readonly user: string } | { readonly kind: "refused" };

/** Users who stand for everybody. */
const ANY = "any";

/** See the head of this file. */
export class UserAuthenticator {
  readonly claimed: boolean;
  readonly #users: readonly { readonly user: User; readonly permits: (question: AccessQuestion) => boolean }[];
  readonly #check = new CredentialCheck();

  constructor(users: readonly User[]) {
    this.claimed = users.length > 0;
    this.#users = users.map((user) => ({ user, permits: permission(user) }));
  }

  /** Decides. Never rejects but with the signal's reason. */
  async authorize(question: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer> {
    if (!this.claimed) return isLoopback(question.address) ? { kind: "granted", user: "" } : { kind: "refused" };
    for (const { user, permits } of this.#users) {
      if (!permits(question) || !(await this.#isUser(user, question.credentials))) continue;
      signal.throwIfAborted();
      return { kind: "granted", user: "user" in question.credentials ? question.credentials.user : "" };
    }
    signal.throwIfAborted();
    return { kind: "refused" };
  }

  async #isUser(user: User, given: GivenCredentials): Promise<boolean> {
    if (user.user === ANY) return true;
    if (given.kind === "none" || given.kind === "token" || !(await this.#check.matches(user.user, given.user))) return false;
    const stored = user.pass.reveal();
    return given.kind === "digest" ? given.proves(stored) : this.#check.matches(stored, given.password);
  }
}

/** Whether a user may do something from somewhere; expressions are compiled once. */
function permission(user: User): (question: AccessQuestion) => boolean {
  const rules = user.permissions.map(({ action, path }) => ({ action, covers: pathRule(path) }));
  return ({ action, path, address }) =>
    (user.ips.length === 0 || user.ips.some((range) => range.contains(address))) &&
    rules.some((rule) => rule.action === action && rule.covers(path));
}

function pathRule(path: Permission["path"]): (path: string) => boolean {
  if (path === "") return () => true;
  if (!path.startsWith("~")) return (asked) => asked === path;
  const expression = pathExpression(path);
  return (asked) => expression instanceof RegExp && expression.test(asked);
}
