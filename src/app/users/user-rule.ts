/** A configured user as it is asked: what it permits to whom, with expressions compiled once. */
import type { Action, Permission, User } from "#config/options.ts";
import { pathExpression } from "#streams/path-name.ts";

/** The user who stands for everybody, with or without a name. */
const ANY = "any";

/** What is asked of a rule. */
export interface RuleQuestion {
  readonly action: Action;
  /** "" for actions that concern no path. */
  readonly path: string;
  /** Numeric. */
  readonly address: string;
}

/** A permission; `path` "" is covered by one for every path only. */
export interface PermissionRule {
  readonly action: Action;
  readonly covers: (path: string) => boolean;
}

/** Permissions with their expressions compiled. */
export function permissionRules(permissions: readonly Permission[]): readonly PermissionRule[] {
  return permissions.map(({ action, path }) => ({ action, covers: pathRule(path) }));
}

/** See the head of this file. */
export class UserRule {
  /** Name and password as stored, plain or hashed. */
  readonly name: string;
  readonly password: string;
  readonly everybody: boolean;
  /** The same for the same name and password, whatever they may do: a session stays with it. */
  readonly key: string;
  /** Everything it may do to something. */
  readonly actions: ReadonlySet<Action>;
  readonly #user: User;
  readonly #permissions: readonly PermissionRule[];

  constructor(user: User) {
    this.#user = user;
    this.name = user.user;
    this.password = user.pass.reveal();
    this.everybody = user.user === ANY;
    this.key = JSON.stringify([this.name, this.password]);
    this.actions = new Set(user.permissions.map(({ action }) => action));
    this.#permissions = permissionRules(user.permissions);
  }

  /** Whether whoever comes from there as this user may do that. */
  permits({ action, path, address }: RuleQuestion): boolean {
    return this.comesFrom(address) && this.#permissions.some((rule) => rule.action === action && rule.covers(path));
  }

  /** Whether it counts for somebody who comes from there. */
  comesFrom(address: string): boolean {
    return this.#user.ips.length === 0 || this.#user.ips.some((range) => range.contains(address));
  }
}

function pathRule(path: Permission["path"]): (path: string) => boolean {
  if (path === "") return () => true;
  if (!path.startsWith("~")) return (asked) => asked === path;
  const expression = pathExpression(path);
  return (asked) => expression instanceof RegExp && expression.test(asked);
}
