/**
 * Tree + schema → parsed values. Collects every problem instead of stopping at the first; where a value can't be read, the
 * default takes its place so that reading goes on (a configuration with errors is never used).
 */
import type { SluiceError } from "#base/errors.ts";
import type { OptionSchema, OptionSet, OptionValues } from "#base/option.ts";
import { configError } from "./errors.ts";
import { nearestWord } from "./nearest.ts";
import { readScalar, shown } from "./read-scalar.ts";
import { emptyMap, joinPath, nodeOf } from "./syntax/node.ts";
import type { ConfigNode, ListNode, MapNode, Origin, Problem } from "./syntax/node.ts";

/** Errors reported of one configuration; whoever has more reads the first ones anyway. */
export const MAX_PROBLEMS = 200;

/** Where problems go while values are read. */
export class ProblemList {
  readonly #problems: Problem[] = [];

  get all(): readonly Problem[] {
    return this.#problems;
  }

  get count(): number {
    return this.#problems.length;
  }

  /** Whether nothing more is taken: then finding out what was meant is for nothing. */
  get full(): boolean {
    return this.#problems.length >= MAX_PROBLEMS;
  }

  get hasErrors(): boolean {
    return this.#problems.some((problem) => problem.severity === "error");
  }

  error(error: SluiceError, origin: Origin, path: string): void {
    this.add({ severity: "error", error, origin, path });
  }

  warn(error: SluiceError, origin: Origin, path: string): void {
    this.add({ severity: "warning", error, origin, path });
  }

  add(problem: Problem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(problem);
  }
}

/** Schemas by key. */
export type SchemaSet = Readonly<Record<string, OptionSchema>>;

/** Where a value stands and who collects its problems. */
export interface ReadContext {
  readonly path: string;
  readonly problems: ProblemList;
  /** Says where a key that is unknown here belongs (`paths.<name>`), if anywhere. */
  readonly placeOf?: (key: string) => Place | undefined;
}

/** Where a misplaced key belongs, in words. */
export interface Place {
  readonly place: string;
  readonly placeZh: string;
}

/** Reads `node` as `schema` says. An empty value means the default. */
export function readValue(schema: OptionSchema, node: ConfigNode, at: ReadContext): unknown {
  if (node.kind === "scalar" && node.empty) return defaultOf(schema);
  switch (schema.kind) {
    case "list":
      return readList(schema, node, at);
    case "group":
      return node.kind === "map" ? readGroup(schema.properties, node, at) : wrongShape(schema, node, at);
    default: {
      if (node.kind !== "scalar") return wrongShape(schema, node, at);
      const result = readScalar(schema, node.text);
      if ("value" in result) return result.value;
      at.problems.error(result.error, node.origin, at.path);
      return defaultOf(schema);
    }
  }
}

/** Reads settings by key; unknown keys are errors. Keys that aren't written get their defaults. */
export function readGroup(properties: SchemaSet, map: MapNode, at: ReadContext): Record<string, unknown> {
  const values = readWritten(properties, map, at);
  for (const [key, schema] of Object.entries(properties)) if (!Object.hasOwn(values, key)) values[key] = defaultOf(schema);
  return values;
}

/** Like `readGroup`, but without the keys that aren't written or are left empty. */
export function readWritten(properties: SchemaSet, map: MapNode, at: ReadContext): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, { keyOrigin, value }] of map.entries) {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (schema === undefined) reportUnknown(key, { known: properties, origin: keyOrigin, at });
    else if (value.kind !== "scalar" || !value.empty)
      values[key] = readValue(schema, value, { ...at, path: joinPath(at.path, key) });
  }
  return values;
}

/** The parsed default of an option; undefined where it declares none. */
export function defaultOf(schema: OptionSchema): unknown {
  if (schema.kind === "group") return readGroup(schema.properties, emptyMap, { path: "", problems: new ProblemList() });
  if (schema.default === undefined) return undefined;
  const node = nodeOf(schema.default);
  if (schema.kind === "list") return readList(schema, node, { path: "", problems: new ProblemList() });
  const result = readScalar(schema, node.kind === "scalar" ? node.text : "");
  if ("value" in result) return result.value;
  throw result.error;
}

/** The defaults of a set of options. */
export function defaultsOf<S extends OptionSet>(options: S): OptionValues<S> {
  const values = readGroup(options, emptyMap, { path: "", problems: new ProblemList() });
  return values as OptionValues<S>; // readGroup gives each key what its schema parses to, which is what OptionValues says
}

function readList(schema: Extract<OptionSchema, { kind: "list" }>, node: ConfigNode, at: ReadContext): unknown {
  const list = node.kind === "scalar" ? splitScalar(node.text, node.origin) : node;
  if (list.kind !== "list" || (node.kind === "scalar" && schema.items.kind === "group")) return wrongShape(schema, node, at);
  const { minItems: minimum, maxItems: maximum } = schema;
  const count = list.items.length;
  if (count < minimum || count > maximum) {
    at.problems.error(configError("config-list-length", { details: { count, minimum, maximum } }), list.origin, at.path);
    return defaultOf(schema);
  }
  const seen = new Set<unknown>();
  return list.items.map((item, index) => {
    const path = joinPath(at.path, index);
    const { count: before } = at.problems;
    if (item.kind === "scalar" && item.empty) at.problems.error(configError("config-empty-item"), item.origin, path);
    const value = readValue(schema.items, item, { ...at, path });
    // What took the place of a broken item may well be there already.
    if (at.problems.count > before || schema.uniqueItems !== true) return value;
    if (seen.has(value)) {
      at.problems.error(configError("config-list-repeats", { details: { value: shown(String(value)) } }), item.origin, path);
    }
    seen.add(value);
    return value;
  });
}

/** One word where a list is wanted counts as a list of one; commas separate (as in environment variables). */
function splitScalar(text: string, origin: Origin): ListNode {
  const words = text.trim() === "" ? [] : text.split(",").map((word) => word.trim());
  return { kind: "list", origin, items: words.map((word) => ({ kind: "scalar", origin, text: word, empty: word === "" })) };
}

const shapes = {
  scalar: { en: "a single value", zh: "单个值" },
  list: { en: "a list", zh: "列表" },
  map: { en: "settings", zh: "一组设置" },
} as const;

function wrongShape(schema: OptionSchema, node: ConfigNode, at: ReadContext): unknown {
  const code =
    schema.kind === "group" ? "config-expects-map" : schema.kind === "list" ? "config-expects-list" : "config-expects-value";
  const { en, zh } = shapes[node.kind];
  at.problems.error(configError(code, { details: { found: en, foundZh: zh } }), node.origin, at.path);
  return defaultOf(schema);
}

function reportUnknown(key: string, where: { known: SchemaSet; origin: Origin; at: ReadContext }): void {
  const { known, origin, at } = where;
  if (at.problems.full) return;
  const path = joinPath(at.path, shown(key));
  const place = at.placeOf?.(key);
  if (place !== undefined) {
    at.problems.error(configError("config-misplaced-key", { details: { key, ...place } }), origin, path);
    return;
  }
  const near = nearestWord(key, Object.keys(known));
  const details = { key: shown(key), near };
  const code = near === undefined ? "config-unknown-key" : "config-misspelled-key";
  at.problems.error(configError(code, { details }), origin, path);
}
