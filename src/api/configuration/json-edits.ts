/**
 * JSON bodies of MediaMTX's configuration calls → changes of the configuration's text. Only what differs is written, so that
 * a client that sends everything back which it has read leaves the file as it was; a secret that comes back as `<redacted>`
 * is the same as before. `null` takes a setting away.
 */
import type { OptionSchema } from "#base/option.ts";
import { Secret } from "#base/secret.ts";
import type { Config } from "#config/config.ts";
import { allOthersNames, currentKey, formerKeys } from "#config/mediamtx/old-names.ts";
import { nearestWord } from "#config/nearest.ts";
import { printValue } from "#config/print-value.ts";
import { ProblemList, readValue } from "#config/read-value.ts";
import type { SchemaSet } from "#config/read-value.ts";
import type { ConfigSchema, Values } from "#config/schema.ts";
import type { LoadedConfig } from "#config/store/config-store.ts";
import { storeError } from "#config/store/errors.ts";
import { plainValues } from "#config/store/yaml-editor.ts";
import type { PlainValue, YamlEdit } from "#config/store/yaml-editor.ts";
import { nodeOf } from "#config/syntax/node.ts";
import { apiError } from "../errors.ts";

/** Settings of a body. */
export type Settings = Readonly<Record<string, PlainValue>>;

interface Target {
  /** Keys that lead to the map. */
  readonly at: readonly string[];
  readonly scope: "global" | "path";
  readonly known: SchemaSet;
  /** What holds now, by key. */
  readonly current: Values;
}

/** The body as settings; `null` stands for none, as in MediaMTX. Throws `api-bad-body`. */
export function readSettings(body: unknown): Settings {
  if (body === undefined) throw apiError("api-bad-body", { details: { reason: "it is empty" } });
  if (body === null) return {};
  const isMap = typeof body === "object" && body !== null && !Array.isArray(body);
  if (isMap) return body as Settings; // parsed from JSON
  throw apiError("api-bad-body", { details: { reason: "it is not an object" } });
}

/** Changes global settings. */
export function globalEdits(schema: ConfigSchema, config: Config, body: Settings): readonly YamlEdit[] {
  return settingEdits(body, { at: [], scope: "global", known: schema.globalKnown, current: config.values });
}

/** Changes what every path begins with. */
export function pathDefaultsEdits(schema: ConfigSchema, config: Config, body: Settings): readonly YamlEdit[] {
  return settingEdits(body, { at: ["pathDefaults"], scope: "path", known: schema.pathKnown, current: config.pathDefaults });
}

/** Adds a path. */
export function addEdits(
  schema: ConfigSchema,
  before: LoadedConfig,
  path: { name: string; body: Settings },
): readonly YamlEdit[] {
  const { name, body } = path;
  if (before.config.valuesOf(name) !== undefined) throw storeError("config-path-exists");
  const target: Target = { at: [], scope: "path", known: schema.pathKnown, current: before.config.pathDefaults };
  const settings = settingEdits(body, target).flatMap((edit) => (edit.kind === "set" ? [[edit.at[0] ?? "", edit.value]] : []));
  return [{ kind: "set", at: ["paths", name], value: settings.length === 0 ? null : (Object.fromEntries(settings) as Settings) }];
}

/** Changes a path. */
export function patchEdits(
  schema: ConfigSchema,
  before: LoadedConfig,
  path: { name: string; body: Settings },
): readonly YamlEdit[] {
  const { name, body } = path;
  const current = before.config.valuesOf(name);
  if (current === undefined) throw storeError("config-path-unknown");
  return settingEdits(body, { at: ["paths", writtenName(before, name)], scope: "path", known: schema.pathKnown, current });
}

/** Gives a path these settings and no others; makes it where there is none. */
export function replaceEdits(
  schema: ConfigSchema,
  before: LoadedConfig,
  path: { name: string; body: Settings },
): readonly YamlEdit[] {
  const { name, body } = path;
  if (before.config.valuesOf(name) === undefined) return addEdits(schema, before, path);
  const at = ["paths", writtenName(before, name)];
  const kept = new Set(Object.keys(body).map((key) => currentKey(key, "path")?.name ?? key));
  const gone = Object.keys(writtenSettings(before, at)).filter((key) => !kept.has(currentKey(key, "path")?.name ?? key));
  return [...gone.map((key): YamlEdit => ({ kind: "remove", at: [...at, key] })), ...patchEdits(schema, before, path)];
}

/** Takes a path away. */
export function deleteEdits(before: LoadedConfig, name: string): readonly YamlEdit[] {
  if (before.config.valuesOf(name) === undefined) throw storeError("config-path-unknown");
  return [{ kind: "remove", at: ["paths", writtenName(before, name)] }];
}

/** Throws `config-overridden` where what was set doesn't hold, since something outside the file says otherwise. */
export function verifySettings(body: Settings, known: SchemaSet, current: Values | undefined): void {
  for (const [key, value] of Object.entries(body)) {
    const schema = Object.hasOwn(known, key) ? known[key] : undefined;
    if (schema === undefined || schema.kind === "group" || value === null || currentKey(key, "path") !== undefined) continue;
    const wanted = normal(schema, value);
    if (wanted === undefined || wanted === JSON.stringify(printValue(schema, current?.[key]))) continue;
    throw storeError("config-overridden", { details: { key } });
  }
}

/** The key under which the file has a path: `all_others` has other spellings. */
function writtenName(before: LoadedConfig, name: string): string {
  if (!allOthersNames.includes(name)) return name;
  return Object.keys(writtenSettings(before, ["paths"])).find((key) => allOthersNames.includes(key)) ?? name;
}

function writtenSettings(before: LoadedConfig, at: readonly string[]): Record<string, unknown> {
  let value = plainValues(before.text);
  for (const key of at) value = isMap(value) ? value[key] : undefined;
  return isMap(value) ? value : {};
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function settingEdits(body: Settings, target: Target): readonly YamlEdit[] {
  return Object.entries(body).flatMap(([key, value]) => settingEdit(key, value, target));
}

function settingEdit(key: string, value: PlainValue, target: Target): readonly YamlEdit[] {
  const renamed = currentKey(key, target.scope);
  if (renamed !== undefined) {
    const opposite = renamed.inverted === true && typeof value === "boolean";
    return settingEdit(renamed.name, opposite ? !value : value, target);
  }
  const schema = Object.hasOwn(target.known, key) ? target.known[key] : undefined;
  // MediaMTX's answer to GET has the name among the settings; sending it back says nothing.
  if (schema === undefined && key === "name" && target.scope === "path") return [];
  if (schema === undefined) {
    const near = nearestWord(key, Object.keys(target.known));
    throw apiError("api-unknown-field", { details: { key: key.slice(0, 80), hint: near === undefined ? "" : ` (${near}?)` } });
  }
  const at = [...target.at, key];
  const former = formerKeys(key, target.scope).map((old): YamlEdit => ({ kind: "remove", at: [...target.at, old] }));
  if (value === null) return [...former, { kind: "remove", at }];
  checkType(key, schema, value);
  if (schema.kind === "group" && isMap(value)) {
    const current = target.current[key];
    return settingEdits(readSettings(value), { ...target, at, known: schema.properties, current: isMap(current) ? current : {} });
  }
  if (isSame(schema, value, target.current[key])) return [];
  return [...former, { kind: "set", at, value: asText(key, value) }];
}

/** What comes over the network never names a variable of the environment; commands have their variables put in later. */
function asText(key: string, value: PlainValue): PlainValue {
  if (key.startsWith("runOn")) return value;
  if (typeof value === "string") return value.replaceAll("${", () => "$${");
  if (Array.isArray(value)) return value.map((item: PlainValue) => asText("", item));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(readSettings(value)).map(([name, item]) => [name, asText(name, item)]));
}

/** Whether `value` says what holds already: as it is, or as GET shows it, with masks for secrets. */
function isSame(schema: OptionSchema, value: PlainValue, current: unknown): boolean {
  const problems = new ProblemList();
  const read = readValue(schema, nodeOf(value), { path: "", problems });
  if (problems.hasErrors) return false;
  const wanted = JSON.stringify(printExactly(schema, read));
  return [printExactly(schema, current), printValue(schema, current)].some((held) => JSON.stringify(held) === wanted);
}

/** As `printValue`, but with secrets; never to be shown. */
function printExactly(schema: OptionSchema, value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (schema.kind === "text") return value;
  if (schema.kind === "list" && Array.isArray(value)) return value.map((item: unknown) => printExactly(schema.items, item));
  if (schema.kind !== "group" || !isMap(value)) return printValue(schema, value);
  return Object.fromEntries(Object.entries(schema.properties).map(([key, part]) => [key, printExactly(part, value[key])]));
}

/** A value as GET would print it, to compare; undefined where it can't be read. */
function normal(schema: OptionSchema, value: PlainValue): string | undefined {
  const problems = new ProblemList();
  const read = readValue(schema, nodeOf(value), { path: "", problems });
  return problems.hasErrors ? undefined : JSON.stringify(printValue(schema, read));
}

const jsonTypes = {
  boolean: "boolean",
  number: "number",
  choice: "string",
  text: "string",
  secret: "string",
  duration: "string",
  size: "string",
  "listen-address": "string",
  "ip-range": "string",
  list: "array",
  group: "object",
} as const satisfies Record<OptionSchema["kind"], string>;

function checkType(key: string, schema: OptionSchema, value: PlainValue): void {
  const found = Array.isArray(value) ? "array" : typeof value;
  // MediaMTX's one number that may be left empty is a text there.
  const expected = schema.kind === "number" && schema.default === undefined ? found : jsonTypes[schema.kind];
  if (found !== expected) throw apiError("api-field-type", { details: { key, expected, found } });
  if (schema.kind === "list" && Array.isArray(value)) {
    value.forEach((item: PlainValue, index) => {
      checkType(`${key}[${String(index)}]`, schema.items, item);
    });
  }
  if (schema.kind === "group" && isMap(value)) {
    for (const [name, item] of Object.entries(readSettings(value))) {
      const part = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      if (part === undefined) throw apiError("api-unknown-field", { details: { key: `${key}.${name.slice(0, 80)}`, hint: "" } });
      if (item !== null) checkType(`${key}.${name}`, part, item);
    }
  }
}
