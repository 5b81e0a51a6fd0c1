/** One tree over another, as a profile lies over its base: maps merge key by key, everything else is replaced. */
import type { ConfigNode, MapEntry, MapNode } from "../syntax/node.ts";

/**
 * `base` with the settings of `over`. An empty value says nothing where the base has a map, so that naming a path doesn't
 * wipe it; anywhere else it means the default.
 */
export function mergeTrees(base: MapNode, over: MapNode): MapNode {
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? entry : { ...entry, value: mergeNodes(below.value, entry.value) });
  }
  return { ...base, entries };
}

function mergeNodes(base: ConfigNode, over: ConfigNode): ConfigNode {
  if (base.kind !== "map") return over;
  if (over.kind === "map") return mergeTrees(base, over);
  return over.kind === "scalar" && over.empty ? base : over;
}
