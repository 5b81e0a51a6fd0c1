/**
 * What other entries of the configuration mean for the paths that exist: each is matched again, and goes, takes its changed
 * options, or stays as it is; plain entries that have no path yet get one. Pure; the registry carries it out.
 */
import type { PathOptions } from "./options.ts";
import { fillGroups } from "./path-name.ts";
import type { PathMatch, PathTable } from "./path-name.ts";

/**
 * How much a change of options disturbs a path: `live` nobody, `source` only its source, `restart` everybody. Undefined where
 * nothing changed.
 */
export type PathReload = (before: PathOptions, after: PathOptions) => "live" | "source" | "restart" | undefined;

/** One thing to do. */
export type PathStep =
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "change"; readonly name: string; readonly match: PathMatch; readonly reload: "live" | "source" }
  | { readonly kind: "add"; readonly name: string };

/** A path as it is. */
export interface PlannedPath extends PathMatch {
  readonly name: string;
}

/** What to do, in this order: what goes makes room for what comes. */
export function planPaths(existing: readonly PlannedPath[], table: PathTable, reloadOf: PathReload): readonly PathStep[] {
  const removed: PathStep[] = [];
  const changed: PathStep[] = [];
  const kept = new Set<string>();
  for (const path of existing) {
    const { name } = path;
    const match = table.match(name);
    const reload = match === undefined || !match.options.enable ? "restart" : reloadPath(path, match, reloadOf);
    if (reload === "restart") {
      removed.push({ kind: "remove", name });
      continue;
    }
    kept.add(name);
    if (match !== undefined && reload !== undefined) changed.push({ kind: "change", name, match, reload });
  }
  const added = table.plain().filter(({ name, enable }) => enable && !kept.has(name));
  return [...removed, ...changed, ...added.map(({ name }): PathStep => ({ kind: "add", name }))];
}

/** An expression that matches otherwise may lead to another address without any option having changed. */
function reloadPath(path: PlannedPath, match: PathMatch, reloadOf: PathReload): ReturnType<PathReload> {
  const reload = reloadOf(path.options, match.options);
  if (reload === "restart") return reload;
  const moved = fillGroups(path.options.source, path.groups) !== fillGroups(match.options.source, match.groups);
  if (moved) return "source";
  return reload ?? (path.options.name === match.options.name ? undefined : "live");
}
