/** Users as they are written in the configuration: what a role comes to there, and which names and passwords may be new. */
import type { Role } from "#api/contract/answers.ts";
import type { Action } from "#config/options.ts";
import { userError } from "./errors.ts";

/** An entry of `authInternalUsers`; keys that aren't ours to change stay as they are. */
export type WrittenUser = Readonly<Record<string, unknown>>;

/** It is the only proof that is asked for, so the length of several words (NIST SP 800-63B-4); every sign counts, none is asked for. */
const MIN_PASSWORD = 15;
/** The user's own name and this much more is no secret. */
const MAX_AFTER_NAME = 5;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;
/** What everybody tries first, as often as it is repeated. */
const COMMON =
  /^(?:(?:password|passwort|admin|qwerty|letmein|sluice|camera|iloveyou|abcd?)[\d\W]*|0?123456789|1234567890?|12345678?|(.)\1+)+$/i;

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
  if ([...password].length < MIN_PASSWORD || COMMON.test(password) || named)
    throw userError("user-password", { details: { min: MIN_PASSWORD } });
}
