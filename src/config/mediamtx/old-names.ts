/**
 * Names that MediaMTX gave up but still reads: each is renamed before anything else looks at the tree, with a warning.
 */
import { joinPath } from "../syntax/node.ts";
import type { ConfigNode, MapEntry, MapNode } from "../syntax/node.ts";
import type { ProblemList } from "../read-value.ts";
import { configError } from "../errors.ts";

interface Renamed {
  readonly name: string;
  /** The old key said the opposite (`rtspDisable`). */
  readonly inverted?: true;
}

const globalNames: Readonly<Record<string, Renamed>> = {
  readBufferCount: { name: "writeQueueSize" },
  rtspDisable: { name: "rtsp", inverted: true },
  protocols: { name: "rtspTransports" },
  encryption: { name: "rtspEncryption" },
  serverKey: { name: "rtspServerKey" },
  serverCert: { name: "rtspServerCert" },
  authMethods: { name: "rtspAuthMethods" },
  rtspUDPReadBufferSize: { name: "udpReadBufferSize" },
};

const pathNames: Readonly<Record<string, Renamed>> = {
  disablePublisherOverride: { name: "overridePublisher", inverted: true },
  sourceProtocol: { name: "rtspTransport" },
  sourceAnyPortEnable: { name: "rtspAnyPort" },
};

/** Path names that stand for `all_others`. */
export const allOthersNames: readonly string[] = ["all", "all_others", "~^.*$"];

/** The old names of global keys, with the new ones. */
export const oldGlobalNames: Readonly<Record<string, string>> = newNames(globalNames);

/** The old names of path keys, with the new ones. */
export const oldPathNames: Readonly<Record<string, string>> = newNames(pathNames);

/** `map` with old global names replaced. */
export function renameGlobal(map: MapNode, problems: ProblemList): MapNode {
  return rename(map, globalNames, { path: "", problems });
}

/** A path's settings with old names replaced. */
export function renamePath(map: MapNode, at: { path: string; problems: ProblemList }): MapNode {
  return rename(map, pathNames, at);
}

function newNames(names: Readonly<Record<string, Renamed>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).map(([old, { name }]) => [old, name]));
}

function rename(map: MapNode, names: Readonly<Record<string, Renamed>>, at: { path: string; problems: ProblemList }): MapNode {
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
    if (!clash) entries.set(name, renamed.inverted === true ? { ...entry, value: invert(entry.value) } : entry);
  }
  return { ...map, entries };
}

const opposites: Readonly<Record<string, string>> = { yes: "no", true: "no", on: "no", no: "yes", false: "yes", off: "yes" };

/** Anything that isn't a boolean stays, for the reader to complain about. */
function invert(node: ConfigNode): ConfigNode {
  if (node.kind !== "scalar") return node;
  return { ...node, text: opposites[node.text.toLowerCase()] ?? node.text };
}
