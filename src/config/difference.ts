/**
 * What differs between two configurations, in the options' own terms: which global keys changed, which paths came, went or
 * changed, and how much a changed path has to be disturbed. Pure; what is done about it is decided in `app`.
 */
import { IpRange } from "#base/ip-range.ts";
import type { OptionSet, Reload } from "#base/option.ts";
import { Secret } from "#base/secret.ts";
import type { PathOptions } from "#streams/options.ts";
import type { Config } from "./config.ts";
import type { ConfigSchema } from "./schema.ts";

/** What a new configuration changes, by name. */
export interface ConfigDifference {
  /** Global keys. */
  readonly global: readonly string[];
  readonly addedPaths: readonly string[];
  readonly changedPaths: readonly string[];
  readonly removedPaths: readonly string[];
  /** Entries whose readers are closed. */
  readonly interrupted: readonly string[];
}

const DISTURBANCE: readonly Reload[] = ["live", "source", "restart"];

/** Compares the configurations as wholes. */
export function differenceOf(before: Config, after: Config, schema: ConfigSchema): ConfigDifference {
  const old = new Map(before.paths.map((path) => [path.name, path]));
  const names = new Set(after.paths.map((path) => path.name));
  const removedPaths = [...old.keys()].filter((name) => !names.has(name));
  const reloads = after.paths.map((path) => {
    const former = old.get(path.name);
    return { path, former, reload: former === undefined ? undefined : pathReload(former, path, schema.path) };
  });
  const changed = reloads.filter(({ reload }) => reload !== undefined);
  const ended = changed.filter(({ path, former, reload }) => reload === "restart" || (former?.enable === true && !path.enable));
  return {
    global: changedKeys(before, after, schema.global),
    addedPaths: reloads.filter(({ former }) => former === undefined).map(({ path }) => path.name),
    changedPaths: changed.map(({ path }) => path.name),
    removedPaths,
    interrupted: [...removedPaths, ...ended.map(({ path }) => path.name)],
  };
}

/** Keys of `options` whose values differ. */
export function changedKeys(before: Config, after: Config, options: OptionSet): readonly string[] {
  const [old, now]: readonly Readonly<Record<string, unknown>>[] = [before.slice(options), after.slice(options)];
  return Object.keys(options).filter((key) => !sameValue(old?.[key], now?.[key]));
}

/** The most that a changed key of a path asks for; undefined where all are the same. */
export function pathReload(before: PathOptions, after: PathOptions, options: OptionSet): Reload | undefined {
  const [old, now]: readonly Readonly<Record<string, unknown>>[] = [{ ...before }, { ...after }];
  const changed = Object.entries(options).filter(([key]) => !sameValue(old?.[key], now?.[key]));
  const levels = changed.map(([, option]) => DISTURBANCE.indexOf(option.reload ?? "restart"));
  return levels.length === 0 ? undefined : DISTURBANCE[Math.max(...levels)];
}

/** Whether two parsed values are the same, secrets by what they hold. */
function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Secret) return b instanceof Secret && a.reveal() === b.reveal();
  if (a instanceof IpRange) return b instanceof IpRange && a.text === b.text;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  const values = new Map(Object.entries(b));
  return Object.entries(a).every(([key, value]) => values.has(key) && sameValue(value, values.get(key)));
}
