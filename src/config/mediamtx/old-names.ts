/**
 * Names that MediaMTX gave up but still reads: each is renamed before anything else looks at the tree, with a warning.
 */
import { joinPath, nodeOf } from "../syntax/node.ts";
import type { ConfigNode, MapEntry, MapNode } from "../syntax/node.ts";
import type { ProblemList } from "../read-value.ts";
import { configError } from "../errors.ts";

/** What became of a key. */
interface Renamed {
  readonly name: string;
  /** The old key said the opposite (`rtspDisable`). */
  readonly inverted?: true;
  /** What the old key said besides; it counts where nothing else is written. */
  readonly also?: { readonly key: string; readonly text: string };
}

/** Old names with what became of them. */
export type OldNames = Readonly<Record<string, Renamed>>;

/** Old names of global keys. */
export const oldGlobalNames: OldNames = {
  readBufferCount: { name: "writeQueueSize" },
  rtspDisable: { name: "rtsp", inverted: true },
  protocols: { name: "rtspTransports" },
  encryption: { name: "rtspEncryption" },
  serverKey: { name: "rtspServerKey" },
  serverCert: { name: "rtspServerCert" },
  authMethods: { name: "rtspAuthMethods" },
  hlsDisable: { name: "hls", inverted: true },
  rtspUDPReadBufferSize: { name: "udpReadBufferSize" },
  externalAuthenticationURL: { name: "authHTTPAddress", also: { key: "authMethod", text: "http" } },
};

/** Old names of a path's keys. */
export const oldPathNames: OldNames = {
  disablePublisherOverride: { name: "overridePublisher", inverted: true },
  sourceProtocol: { name: "rtspTransport" },
  sourceAnyPortEnable: { name: "rtspAnyPort" },
};

/** Path names that stand for `all_others`. */
export const allOthersNames: readonly string[] = ["all", "all_others", "~^.*$"];

/** A file's tree with old names replaced, each with a warning. */
export function replaceOldNames(root: MapNode, problems: ProblemList): MapNode {
  const renamed = rename(root, oldGlobalNames, { path: "", problems });
  const defaults = renamed.entries.get("pathDefaults");
  const paths = renamed.entries.get("paths");
  const entries = new Map(renamed.entries);
  if (defaults !== undefined)
    entries.set("pathDefaults", { ...defaults, value: renamePath(defaults.value, "pathDefaults", problems) });
  if (paths?.value.kind === "map") {
    const each = [...paths.value.entries].map(([name, entry]): [string, MapEntry] => [
      name,
      { ...entry, value: renamePath(entry.value, joinPath("paths", name), problems) },
    ]);
    entries.set("paths", { ...paths, value: { ...paths.value, entries: new Map(each) } });
  }
  return { ...renamed, entries };
}

/** What `key` is called now, and whether it says the opposite; undefined where it is no old name. */
export function currentKey(key: string, scope: "global" | "path"): Renamed | undefined {
  const names = scope === "global" ? oldGlobalNames : oldPathNames;
  return Object.hasOwn(names, key) ? names[key] : undefined;
}

/** Old names of `key`. */
export function formerKeys(key: string, scope: "global" | "path"): readonly string[] {
  const names = scope === "global" ? oldGlobalNames : oldPathNames;
  return Object.keys(names).filter((old) => names[old]?.name === key);
}

/** The new name of the old key `key`, and its value under it, with a warning. */
export function asNewName(
  key: string,
  value: ConfigNode,
  by: { names: OldNames; problems: ProblemList },
): { name: string; value: ConfigNode } {
  const { name, inverted } = by.names[key] ?? { name: key };
  by.problems.warn(configError("config-old-name", { details: { key, name } }), value.origin, "");
  return { name, value: inverted === true ? invert(value) : value };
}

/** What the old key `key` says besides its value, where `map` doesn't say it itself. */
export function alsoSaid(
  key: string,
  value: ConfigNode,
  by: { names: OldNames; map: MapNode },
): { readonly key: string; readonly value: ConfigNode } | undefined {
  const also = Object.hasOwn(by.names, key) ? by.names[key]?.also : undefined;
  if (also === undefined || by.map.entries.has(also.key) || (value.kind === "scalar" && value.text === "")) return undefined;
  return { key: also.key, value: nodeOf(also.text, value.origin) };
}

function renamePath(node: ConfigNode, path: string, problems: ProblemList): ConfigNode {
  return node.kind === "map" ? rename(node, oldPathNames, { path, problems }) : node;
}

function rename(map: MapNode, names: OldNames, at: { path: string; problems: ProblemList }): MapNode {
  if (![...map.entries.keys()].some((key) => Object.hasOwn(names, key))) return map;
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of map.entries) {
    const renamed = Object.hasOwn(names, key) ? names[key] : undefined;
    if (renamed === undefined) {
      entries.set(key, entry);
      continue;
    }
    const { name } = renamed;
    const clash = map.entries.has(name);
    const error = configError(clash ? "config-old-name-clash" : "config-old-name", { details: { key, name } });
    at.problems.add({ severity: clash ? "error" : "warning", error, origin: entry.keyOrigin, path: joinPath(at.path, key) });
    if (clash) continue;
    entries.set(name, renamed.inverted === true ? { ...entry, value: invert(entry.value) } : entry);
    const said = alsoSaid(key, entry.value, { names, map });
    if (said !== undefined) entries.set(said.key, { keyOrigin: entry.keyOrigin, value: said.value });
  }
  return { ...map, entries };
}

const opposites: Readonly<Record<string, string>> = { yes: "no", true: "no", on: "no", no: "yes", false: "yes", off: "yes" };

/** Anything that isn't a boolean stays, for the reader to complain about. */
export function oppositeOf(text: string): string {
  return opposites[text.toLowerCase()] ?? text;
}

function invert(node: ConfigNode): ConfigNode {
  return node.kind === "scalar" ? { ...node, text: oppositeOf(node.text) } : node;
}
