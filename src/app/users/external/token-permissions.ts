/** The permissions in a token's claim: a list as in `authInternalUsers`, or the same as JSON in a text. */
import { ACTIONS } from "#config/options.ts";
import type { Action, Permission } from "#config/options.ts";

/** A claim with more than this is no list of permissions. */
const MAX_PERMISSIONS = 1000;

/** Reads a claim; undefined where it isn't such a list. */
export function readPermissions(claim: unknown): readonly Permission[] | undefined {
  const list = typeof claim === "string" ? parse(claim) : claim;
  if (!Array.isArray(list) || list.length > MAX_PERMISSIONS) return undefined;
  const permissions = list.map(readPermission);
  return permissions.every((permission) => permission !== undefined) ? permissions : undefined;
}

function readPermission(item: unknown): Permission | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const { action, path = "", ...others } = item as Readonly<Record<string, unknown>>;
  if (!isAction(action) || typeof path !== "string" || Object.keys(others).length > 0) return undefined;
  return { action, path };
}

function isAction(value: unknown): value is Action {
  return ACTIONS.some((action) => action === value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
