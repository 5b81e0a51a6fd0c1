/**
 * Tree → configuration: values read, paths merged over `pathDefaults`, contradictions looked for.
 * Returns what could be read together with every problem; with an error among them it must not be used.
 */
import type { OptionSchema } from "#base/option.ts";
import type { PathOptions } from "#streams/options.ts";
import { checkAuthentication } from "./checks/authentication.ts";
import { checkError } from "./checks/errors.ts";
import { checkListeners } from "./checks/listeners.ts";
import { checkName, checkPath } from "./checks/paths.ts";
import { checkUsers } from "./checks/users.ts";
import type { ConfigValues } from "./config.ts";
import { configError } from "./errors.ts";
import { IdleKeys } from "./mediamtx/idle-keys.ts";
import { allOthersNames } from "./mediamtx/old-names.ts";
import { oldCredentials } from "./mediamtx/path-keys.ts";
import type { AuthOptions, User } from "./options.ts";
import { defaultOf, ProblemList, readGroup, readValue, readWritten } from "./read-value.ts";
import type { Place } from "./read-value.ts";
import { notCarriedGroup } from "./schema.ts";
import type { ConfigSchema, Values } from "./schema.ts";
import { emptyMap, findNode, joinPath } from "./syntax/node.ts";
import type { ConfigNode, MapEntry, MapNode, Origin, Problem } from "./syntax/node.ts";

/** Paths that a configuration may list. */
const MAX_PATHS = 1000;

/** What could be read, and every problem. */
export interface ReadResult extends ConfigValues {
  readonly problems: readonly Problem[];
}

/** Reads a whole tree. */
export function readConfig(schema: ConfigSchema, root: MapNode): ReadResult {
  return new ConfigReader(schema).read(root);
}

class ConfigReader {
  readonly #schema: ConfigSchema;
  readonly #problems = new ProblemList();
  readonly #idle = new IdleKeys();

  constructor(schema: ConfigSchema) {
    this.#schema = schema;
  }

  read(root: MapNode): ReadResult {
    const { pathDefaults, paths, others } = split(root);
    const at = { path: "", problems: this.#problems, placeOf: this.#placeOfPathKey };
    const values = readGroup(this.#schema.globalKnown, others, at);
    this.#noteIdle(others, { scope: "global", path: "", known: this.#schema.globalKnown });
    const found = this.#readPaths(pathDefaults, paths);
    this.#checkGlobal(values, others);
    const names = found.paths.map(({ name }) => name);
    for (const { steps, error } of (this.#schema.parts.checks ?? []).flatMap((check) => check(values, names)))
      this.#problems.error(error, findNode(others, steps).origin, steps.reduce<string>(joinPath, ""));
    const idle = this.#idle.describe();
    if (idle !== undefined) this.#problems.warn(configError("config-not-carried", { details: idle.details }), idle.origin, "");
    return { values, ...found, problems: this.#problems.all };
  }

  readonly #placeOfPathKey = (key: string): Place | undefined =>
    Object.hasOwn(this.#schema.pathKnown, key)
      ? { place: "paths.NAME or pathDefaults", placeZh: "paths.路径名 或 pathDefaults" }
      : undefined;

  readonly #placeOfGlobalKey = (key: string): Place | undefined =>
    Object.hasOwn(this.#schema.globalKnown, key) || key === "paths" || key === "pathDefaults"
      ? { place: "the top level, without indentation", placeZh: "最外层（不缩进）" }
      : undefined;

  #checkGlobal(values: Values, map: MapNode): void {
    const originOf = (key: string): Origin => map.entries.get(key)?.value.origin ?? map.origin;
    checkListeners(values, this.#schema.parts, (keys, error) => {
      const key = keys.find((candidate) => map.entries.has(candidate)) ?? keys[0] ?? "";
      this.#problems.error(error, originOf(key), key);
    });
    const queue = values["writeQueueSize"] as number; // a whole number of MediaMTX's, without effect here
    if (queue <= 0 || !Number.isInteger(Math.log2(queue)))
      this.#problems.error(
        checkError("config-queue-size", { details: { value: queue } }),
        originOf("writeQueueSize"),
        "writeQueueSize",
      );
    const users = values["authInternalUsers"] as readonly User[]; // declared in authOptions
    const list = map.entries.get("authInternalUsers")?.value ?? emptyMap;
    checkUsers(users, this.#schema.parts.needsPlainPasswords(values), (index, steps, { error, severity = "error" }) => {
      const path = [index, ...steps].reduce<string>(joinPath, "authInternalUsers");
      this.#problems.add({ severity, error, origin: findNode(list, [index, ...steps]).origin, path });
    });
    const authentication = values as AuthOptions; // authOptions is part of every schema
    const digest = authentication.authMethod !== "internal" && this.#schema.parts.needsPlainPasswords(values);
    checkAuthentication(authentication, digest, (steps, error) => {
      const at = steps.some((step) => typeof step === "number") || map.entries.has(String(steps[0])) ? steps : ["authMethod"];
      this.#problems.error(error, findNode(map, at).origin, steps.reduce<string>(joinPath, ""));
    });
  }

  #readPaths(defaultsEntry: MapEntry | undefined, pathsEntry: MapEntry | undefined): Omit<ConfigValues, "values"> {
    const defaultsMap = this.#asMap(defaultsEntry, "pathDefaults");
    const shared = this.#readPathKeys(defaultsMap, "pathDefaults");
    const listed = this.#asMap(pathsEntry, "paths");
    if (listed.entries.size > MAX_PATHS) {
      const details = { count: listed.entries.size, minimum: 0, maximum: MAX_PATHS };
      this.#problems.error(configError("config-list-length", { details }), listed.origin, "paths");
    }
    const pathDefaults: Record<string, unknown> = {};
    for (const [key, option] of Object.entries(this.#schema.pathKnown)) pathDefaults[key] = shared[key] ?? defaultOf(option);
    const common = this.#withEffect(pathDefaults);
    const written = new Map<string, Values>();
    let others: string | undefined;
    const paths = [...listed.entries].slice(0, MAX_PATHS).flatMap(([name, entry]) => {
      const at = joinPath("paths", name);
      const fault = checkName(name);
      if (fault !== undefined) this.#problems.error(fault, entry.keyOrigin, at);
      const isOthers = allOthersNames.includes(name);
      if (isOthers && others !== undefined) {
        this.#problems.error(checkError("config-all-others-twice", { details: { name, other: others } }), entry.keyOrigin, at);
      }
      if (isOthers) others = name;
      const map = this.#asMap(entry, at);
      const own = this.#readPathKeys(map, at);
      const path = asPathOptions({ ...common, ...this.#withEffect(own), name: isOthers ? "all_others" : name });
      written.set(path.name, own);
      checkPath(path, this.#schema.parts.sources, (key, { error, severity = "error" }) => {
        const origin = (map.entries.get(key) ?? defaultsMap.entries.get(key))?.value.origin ?? entry.keyOrigin;
        this.#problems.add({ severity, error, origin, path: joinPath(at, key) });
      });
      return fault === undefined ? [path] : [];
    });
    return { paths, pathDefaults, written };
  }

  #withEffect(values: Values): Values {
    return Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(this.#schema.path, key)));
  }

  /** A path's written keys. */
  #readPathKeys(map: MapNode, at: string): Record<string, unknown> {
    const entries = new Map(map.entries);
    for (const key of oldCredentials) {
      const entry = entries.get(key);
      entries.delete(key);
      const empty = entry === undefined || (entry.value.kind === "scalar" && entry.value.text === "") || isEmptyList(entry.value);
      if (empty) continue;
      this.#problems.error(checkError("config-old-credentials", { details: { key } }), entry.keyOrigin, joinPath(at, key));
    }
    const known = { ...map, entries };
    const values = readWritten(this.#schema.pathKnown, known, {
      path: at,
      problems: this.#problems,
      placeOf: this.#placeOfGlobalKey,
    });
    this.#noteIdle(known, { scope: "path", path: at, known: this.#schema.pathKnown });
    return values;
  }

  #asMap(entry: MapEntry | undefined, path: string): MapNode {
    if (entry === undefined) return emptyMap;
    const { value, keyOrigin } = entry;
    if (value.kind === "map") return value;
    if (value.kind === "scalar" && value.empty) return { ...emptyMap, origin: keyOrigin };
    const [found, foundZh] = value.kind === "list" ? ["a list", "列表"] : ["a single value", "单个值"];
    this.#problems.error(configError("config-expects-map", { details: { found, foundZh } }), value.origin, path);
    return { ...emptyMap, origin: keyOrigin };
  }

  #noteIdle(
    map: MapNode,
    where: { scope: "global" | "path"; path: string; known: Readonly<Record<string, OptionSchema>> },
  ): void {
    for (const [key, { keyOrigin, value }] of map.entries) {
      const group = notCarriedGroup(key, where.scope);
      const schema = Object.hasOwn(where.known, key) ? where.known[key] : undefined;
      if (group === undefined || schema === undefined) continue;
      if (isHarmless(schema, value)) this.#idle.defaults += 1;
      else this.#idle.add(group, { key, path: joinPath(where.path, key), origin: keyOrigin });
    }
  }
}

/** The two maps of paths, and everything else. */
function split(root: MapNode): { pathDefaults: MapEntry | undefined; paths: MapEntry | undefined; others: MapNode } {
  const entries = new Map(root.entries);
  entries.delete("pathDefaults");
  entries.delete("paths");
  return { pathDefaults: root.entries.get("pathDefaults"), paths: root.entries.get("paths"), others: { ...root, entries } };
}

function isEmptyList(node: ConfigNode): boolean {
  return node.kind === "list" && node.items.length === 0;
}

/** Whether a key without effect changes nothing by its value: the default, or something switched off. */
function isHarmless(schema: OptionSchema, node: ConfigNode): boolean {
  if (node.kind === "scalar" && (node.empty || node.text === "")) return true;
  if (schema.kind === "secret") return false;
  const problems = new ProblemList();
  const value = readValue(schema, node, { path: "", problems });
  if (problems.hasErrors || value === false) return true;
  return JSON.stringify(value) === JSON.stringify(defaultOf(schema));
}

/** The parameter is untyped on purpose: what it holds is known from the option sets, not from its shape. */
function asPathOptions(values: unknown): PathOptions {
  return values as PathOptions; // composed of every option set that PathOptions is declared from, plus the name
}
