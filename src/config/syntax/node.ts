/**
 * A configuration before its keys mean anything: a tree of scalars, lists and maps that remember where they were written.
 * YAML, environment variables and (later) API bodies all become this, so that one reader validates them all.
 */
import type { SluiceError } from "#base/errors.ts";

/** Where a value was written; lines and columns count from 1. */
export type Origin =
  | { readonly kind: "file"; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: "environment"; readonly variable: string }
  | { readonly kind: "built-in" };

/** One value. `text` is what was written, without quotes; `empty` means nothing was (or `null`, `~`). */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly origin: Origin;
  readonly text: string;
  readonly empty: boolean;
  /** Variables of the environment that were put in. */
  readonly variables?: readonly string[];
}

/** A list. */
export interface ListNode {
  readonly kind: "list";
  readonly origin: Origin;
  readonly items: readonly ConfigNode[];
}

/** Settings by key, in the order they were written. */
export interface MapNode {
  readonly kind: "map";
  readonly origin: Origin;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** One setting of a map, and where its key was written. */
export interface MapEntry {
  readonly keyOrigin: Origin;
  readonly value: ConfigNode;
}

/** Any value of a configuration. */
export type ConfigNode = ScalarNode | ListNode | MapNode;

/** One finding: an error stops the configuration from loading, a warning doesn't. `path` is the key's path, `paths.cam.source`. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly error: SluiceError;
  readonly origin: Origin;
  readonly path: string;
}

/** Origin of defaults. */
export const builtIn: Origin = { kind: "built-in" };

/** A map without settings. */
export const emptyMap: MapNode = { kind: "map", origin: builtIn, entries: new Map() };

/** A plain value of code as a node; used for defaults, which are declared in the file's spelling. */
export function nodeOf(value: unknown, origin: Origin = builtIn): ConfigNode {
  if (Array.isArray(value)) return { kind: "list", origin, items: value.map((item) => nodeOf(item, origin)) };
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]): [string, MapEntry] => [
      key,
      { keyOrigin: origin, value: nodeOf(item, origin) },
    ]);
    return { kind: "map", origin, entries: new Map(entries) };
  }
  const empty = value === undefined || value === null;
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return { kind: "scalar", origin, empty, text: empty ? "" : text };
}

/** `paths.cam` and `source` → `paths.cam.source`; keys with other characters are quoted. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${String(key)}]`;
  const shown = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? shown : `${path}.${shown}`;
}

/** The node that `steps` (keys and indexes) lead to, or the last one on the way that was written. */
export function findNode(from: ConfigNode, steps: readonly (string | number)[]): ConfigNode {
  let node = from;
  for (const step of steps) {
    const next = typeof step === "number" ? itemOf(node, step) : node.kind === "map" ? node.entries.get(step)?.value : undefined;
    if (next === undefined) break;
    node = next;
  }
  return node;
}

function itemOf(node: ConfigNode, index: number): ConfigNode | undefined {
  return node.kind === "list" ? node.items[index] : undefined;
}
