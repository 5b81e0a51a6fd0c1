/** Users as they are written in the configuration: what a role comes to there, and which names and passwords may be new. */
import type { Role } from "#api/contract/answers.ts";
import type { Action } from "#config/options.ts";
import { userError } from "./errors.ts";

/** An entry of `authInternalUsers`; keys that aren't ours to change stay as they are. */
export type WrittenUser = Readonly<Record<string, unknown>>;

const MIN_PASSWORD = 8;
/** The user's own name and this much more is no secret. */
const MAX_AFTER_NAME = 5;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;
/** What everybody tries first. */
const COMMON =
  /^(?:(?:password|passwort|admin|qwerty|letmein|sluice|camera|iloveyou|abcd?)\d*[!.]?|1?23456789?0?\d*|(.)\1+|88888888|66668888)$/i;

const actions: Readonly<Record<Role, readonly Action[]>> = {
  admin: ["publish", "read", "playback", "api", "metrics", "pprof"],
  viewer: ["read", "playback"],
};

/** What a role may do. */
export function permissionsOf(role: Role): readonly { readonly action: Action }[] {
  return actions[role].map((action) => ({ action }));
}

/** A user with another role: exactly what it may do. */
export function withRole(user: WrittenUser, role: Role): WrittenUser {
  return { ...user, permissions: permissionsOf(role) };
}

/** Throws `user-name` for what can't be one. */
export function checkUserName(name: string): void {
  if (!NAME.test(name) || name === "any") throw userError("user-name", { details: { name: name.slice(0, 80) } });
}

/** Throws `user-password` for one that is guessed at once. */
export function checkNewPassword(name: string, password: string): void {
  const named = password.toLowerCase().startsWith(name.toLowerCase()) && password.length <= name.length + MAX_AFTER_NAME;
  if (password.length < MIN_PASSWORD || COMMON.test(password) || named)
    throw userError("user-password", { details: { min: MIN_PASSWORD } });
}
