/**
 * Environment variables over the file's tree: `MTX_` or `SLUICE_` (which wins), then the key in capitals, levels joined by
 * `_`: `MTX_PATHS_CAM1_SOURCE`, `MTX_AUTHINTERNALUSERS_0_PASS`. Lists of single values are written with commas. A path is
 * addressed by its name in capitals with `_` for everything but letters and digits; a path the file doesn't have is made,
 * in lower case. As in MediaMTX, an index amends the item that is there.
 */
import type { OptionSchema } from "#base/option.ts";
import { configError } from "../errors.ts";
import { alsoSaid, asNewName } from "../mediamtx/old-names.ts";
import type { OldNames } from "../mediamtx/old-names.ts";
import type { ProblemList } from "../read-value.ts";
import type { ConfigSchema } from "../schema.ts";
import type { Environment } from "./variables.ts";
import { emptyMap, nodeOf } from "../syntax/node.ts";
import type { ConfigNode, ListNode, MapEntry, MapNode, Origin } from "../syntax/node.ts";

/** Later ones win. */
const PREFIXES = ["MTX_", "SLUICE_"];
/** Variables that MediaMTX's hooks and tools, or our own scripts, set or read; none is a setting. */
const FOREIGN = new Set([
  ..."CONFKEY QUERY PATH CONN_TYPE CONN_ID SOURCE_TYPE SOURCE_ID READER_TYPE READER_ID SEGMENT_PATH SEGMENT_DURATION"
    .split(" ")
    .map((name) => `MTX_${name}`),
  "SLUICE_NATIVE",
  "SLUICE_NATIVE_DIR",
  "SLUICE_NODE_OPTIONS",
  "SLUICE_STARTS_DIRECTORY",
  "SLUICE_SUPERVISED_MS",
  "SLUICE_WATCHDOG_MS",
]);
/** Highest index of a list. */
const MAX_INDEX = 255;

/**
 * MediaMTX's users where a file has none. Only variables that amend a user by index start from them, as they do there; a
 * configuration without users has none.
 */
const mediamtxUsers: readonly unknown[] = [
  { user: "any", permissions: [{ action: "publish" }, { action: "read" }, { action: "playback" }] },
  { user: "any", ips: ["127.0.0.1", "::1"], permissions: [{ action: "api" }, { action: "metrics" }, { action: "pprof" }] },
];

/** `root` with the overrides of `environment`; variables that set nothing are warned about, unless the file put them in. */
export function applyEnvironment(
  root: MapNode,
  environment: Environment,
  by: { schema: ConfigSchema; problems: ProblemList; used: ReadonlySet<string> },
): MapNode {
  let result = root;
  for (const prefix of PREFIXES) {
    const names = Object.keys(environment).filter((name) => name.startsWith(prefix) && !FOREIGN.has(name));
    for (const name of names.sort()) {
      const origin: Origin = { kind: "environment", variable: name };
      const words = name.slice(prefix.length).split("_");
      const override = { words, text: environment[name] ?? "", origin, problems: by.problems };
      const changed = setGlobal(result, override, by.schema);
      if (changed !== undefined) result = changed;
      else if (!by.used.has(name)) by.problems.warn(configError("config-unknown-variable"), origin, "");
    }
  }
  return result;
}

interface Override {
  /** What is left of the variable's name, between the `_`. */
  readonly words: readonly string[];
  readonly text: string;
  readonly origin: Origin;
  readonly problems: ProblemList;
}

function setGlobal(root: MapNode, override: Override, schema: ConfigSchema): MapNode | undefined {
  const [first = "", ...rest] = override.words;
  const pathKeys = { known: schema.pathKnown, old: schema.oldPath };
  if (first === "PATHDEFAULTS") {
    return withEntry(root, "pathDefaults", {
      origin: override.origin,
      make: (old) => setKey(mapOf(old), { ...override, words: rest }, pathKeys),
    });
  }
  if (first === "PATHS") {
    return withEntry(root, "paths", {
      origin: override.origin,
      make: (old) => setPath(mapOf(old), { ...override, words: rest }, pathKeys),
    });
  }
  const users = first === "AUTHINTERNALUSERS" && rest.length > 0 && !root.entries.has("authInternalUsers");
  const base = users ? putEntry(root, "authInternalUsers", { keyOrigin: override.origin, value: nodeOf(mediamtxUsers) }) : root;
  return setKey(base, override, { known: schema.globalKnown, old: schema.oldGlobal });
}

interface KnownKeys {
  readonly known: Readonly<Record<string, OptionSchema>>;
  readonly old: OldNames;
}

/** Sets a key of a map: keys hold no `_`, so the first word is the key. */
function setKey(map: MapNode, override: Override, keys: KnownKeys): MapNode | undefined {
  const [word = "", ...rest] = override.words;
  const key = Object.keys(keys.known).find((known) => known.toUpperCase() === word);
  const schema = key === undefined ? undefined : keys.known[key];
  if (key === undefined || schema === undefined) {
    const old = Object.keys(keys.old).find((name) => name.toUpperCase() === word);
    if (old === undefined || rest.length > 0) return undefined;
    const { name, value } = asNewName(old, scalar(override), { names: keys.old, problems: override.problems });
    const said = alsoSaid(old, value, { names: keys.old, map });
    const named = putEntry(map, name, { keyOrigin: override.origin, value });
    return said === undefined ? named : putEntry(named, said.key, { keyOrigin: override.origin, value: said.value });
  }
  return withEntry(map, key, {
    origin: override.origin,
    make: (existing) => setValue(schema, existing, { ...override, words: rest }),
  });
}

function setPath(paths: MapNode, override: Override, keys: KnownKeys): MapNode | undefined {
  const joined = override.words.join("_");
  const [longest] = [...paths.entries.keys(), "all_others"]
    .filter((name) => joined.startsWith(`${variableWord(name)}_`))
    .sort((a, b) => b.length - a.length);
  const name = longest ?? override.words[0]?.toLowerCase() ?? "";
  if (name === "") return undefined;
  const words = joined.slice(name.length + 1).split("_");
  return withEntry(paths, name, { origin: override.origin, make: (old) => setKey(mapOf(old), { ...override, words }, keys) });
}

/** `front-door` → `FRONT_DOOR`. */
function variableWord(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
}

function setValue(schema: OptionSchema, existing: ConfigNode | undefined, override: Override): ConfigNode | undefined {
  const [word, ...rest] = override.words;
  if (schema.kind === "group") {
    return word === undefined ? undefined : setKey(mapOf(existing), override, { known: schema.properties, old: {} });
  }
  if (word === undefined) {
    if (schema.kind === "list" && override.text === "") return { kind: "list", origin: override.origin, items: [] };
    return scalar(override);
  }
  if (schema.kind !== "list" || !/^\d{1,3}$/.test(word) || Number(word) > MAX_INDEX) return undefined;
  const list = listOf(existing);
  const index = Number(word);
  if (index > list.items.length) return undefined;
  const item = setValue(schema.items, list.items[index], { ...override, words: rest });
  return item === undefined
    ? undefined
    : { ...list, items: [...list.items.slice(0, index), item, ...list.items.slice(index + 1)] };
}

function scalar(override: Override): ConfigNode {
  return { kind: "scalar", origin: override.origin, text: override.text, empty: false };
}

function mapOf(node: ConfigNode | undefined): MapNode {
  return node?.kind === "map" ? node : emptyMap;
}

function listOf(node: ConfigNode | undefined): ListNode {
  return node?.kind === "list" ? node : { kind: "list", origin: emptyMap.origin, items: [] };
}

/** `map` with `key` replaced by what `change` makes of it; undefined where that sets nothing. */
function withEntry(
  map: MapNode,
  key: string,
  change: { origin: Origin; make: (old: ConfigNode | undefined) => ConfigNode | undefined },
): MapNode | undefined {
  const old = map.entries.get(key);
  const value = change.make(old?.value);
  return value === undefined ? undefined : putEntry(map, key, { keyOrigin: old?.keyOrigin ?? change.origin, value });
}

function putEntry(map: MapNode, key: string, entry: MapEntry): MapNode {
  return { ...map, entries: new Map(map.entries).set(key, entry) };
}
