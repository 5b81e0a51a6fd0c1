/**
 * Options → JSON Schema (draft 2020-12). For files it takes every spelling the loader takes (`yes`, `"3"`, `${NAME}`, nothing
 * at all), so that an editor complains about what loading would complain about; for the API it takes JSON values as they are
 * printed. Only standard keywords, so that strict validators take it.
 */
import type { OptionSchema } from "#base/option.ts";
import type { OldNames } from "../mediamtx/old-names.ts";
import type { SchemaSet } from "../read-value.ts";
import type { ConfigSchema } from "../schema.ts";

/** A JSON Schema as a plain object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Whether values are written in a file or sent to the API. */
export type SchemaUse = "file" | "api";

/** What `${NAME}` may stand for is known only when the file is loaded. */
const VARIABLE = "\\$\\{";
const LISTEN_ADDRESS = "^(\\[[^\\]]*\\]|[^:\\[\\]\\s/]*):\\d{1,5}$";
const DURATION = "^(0|[+-]?(\\d+(\\.\\d*)?(ns|us|µs|ms|s|m|h|d))+)$";
const SIZE = "^\\d+(\\.\\d+)?\\s?([KMGTkmgt]([Ii]?[Bb])?|[Bb])?$";
const YES_OR_NO = "^([Yy][Ee][Ss]|[Nn][Oo]|[Oo][Nn]|[Oo][Ff][Ff]|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$";

/** The schema of a whole file. */
export function fileJsonSchema(schema: ConfigSchema): JsonSchema {
  const pathKeys = withOldNames(schema.pathKnown, schema.oldPath);
  const path = { ...groupSchema(pathKeys, "file"), description: "Settings of a path." };
  const global = groupSchema(withOldNames(schema.globalKnown, schema.oldGlobal), "file");
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Sluice",
    ...global,
    properties: {
      ...(global["properties"] as JsonSchema), // groupSchema makes it an object
      pathDefaults: { $ref: "#/$defs/path", description: "What all paths share unless they say otherwise." },
      paths: {
        type: ["object", "null"],
        description: "The paths by name: a plain name, ~ and a regular expression, or all_others.",
        additionalProperties: { $ref: "#/$defs/path" },
      },
    },
    $defs: { path },
  };
}

/** The schema of a set of options: an object with their keys, none of them required. */
export function groupSchema(options: SchemaSet, use: SchemaUse): JsonSchema {
  const shown = Object.entries(options).filter(([, option]) => use === "file" || option.deprecated !== true);
  return {
    type: use === "file" ? ["object", "null"] : "object",
    properties: Object.fromEntries(shown.map(([key, option]) => [key, optionJsonSchema(option, use)])),
    additionalProperties: false,
  };
}

/** Old names load too, with a warning. */
function withOldNames(options: SchemaSet, old: OldNames): SchemaSet {
  const former = Object.entries(old).flatMap(([key, { name }]): [string, OptionSchema][] => {
    const option = options[name];
    return option === undefined ? [] : [[key, { ...option, description: `Old name of ${name}.`, deprecated: true }]];
  });
  return { ...options, ...Object.fromEntries(former) };
}

/** The schema of one option. */
function optionJsonSchema(option: OptionSchema, use: SchemaUse): JsonSchema {
  const { description, deprecated, default: fallback } = option;
  return {
    ...(use === "file" ? fileValue(option) : apiValue(option)),
    description,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(deprecated === true ? { deprecated } : {}),
    ...(option.kind === "secret" ? { writeOnly: true } : {}),
  };
}

/** What a value may look like in a file. Empty means the default. */
function fileValue(option: OptionSchema): JsonSchema {
  switch (option.kind) {
    case "boolean":
      return { type: ["boolean", "string", "null"], pattern: `${YES_OR_NO}|${VARIABLE}` };
    case "number": {
      const digits = option.type === "integer" ? "^[+-]?\\d+$" : "^[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?$";
      const optional = option.default === undefined ? "^$|" : "";
      return { type: [option.type, "string", "null"], ...rangeOf(option), pattern: `${optional}${digits}|${VARIABLE}` };
    }
    case "choice": {
      const words = [...new Set([...option.enum, ...Object.keys(option.synonyms ?? {})])];
      const booleans = [true, false].filter((value) => words.includes(String(value)));
      return { anyOf: [{ enum: [...words, ...booleans, null] }, { type: "string", pattern: VARIABLE }] };
    }
    case "text":
    case "secret":
      return { type: ["string", "number", "boolean", "null"], maxLength: option.maxLength };
    case "duration": {
      // `0` is the one duration without a unit.
      return {
        type: ["string", "integer", "null"],
        pattern: `${wordsOf(option)}${DURATION}|${VARIABLE}`,
        minimum: 0,
        maximum: 0,
      };
    }
    case "size":
      return { type: ["string", "number", "null"], minimum: 0, pattern: `${wordsOf(option)}${SIZE}|${VARIABLE}` };
    case "listen-address":
      return { type: ["string", "null"], pattern: `${listenAddress(option)}|${VARIABLE}` };
    case "ip-range":
      return { type: ["string", "null"] };
    case "list": {
      const single = option.items.kind === "group" ? [] : ["string", "number", "boolean"];
      return { type: ["array", ...single, "null"], ...lengthOf(option), items: optionJsonSchema(option.items, "file") };
    }
    case "group":
      return groupSchema(option.properties, "file");
  }
}

/** What a value looks like in JSON, as `printValue` makes it. */
function apiValue(option: OptionSchema): JsonSchema {
  switch (option.kind) {
    case "boolean":
      return { type: "boolean" };
    case "number":
      return option.default === undefined ? { type: "string" } : { type: option.type, ...rangeOf(option) };
    case "choice":
      return { type: "string", enum: option.enum };
    case "text":
    case "secret":
      return { type: "string", maxLength: option.maxLength };
    case "duration":
      return { type: "string", pattern: `${wordsOf(option)}${DURATION}` };
    case "size":
      return { type: "string", pattern: `${wordsOf(option)}${SIZE}` };
    case "listen-address":
      return { type: "string", pattern: listenAddress(option) };
    case "ip-range":
      return { type: "string" };
    case "list":
      return { type: "array", ...lengthOf(option), items: optionJsonSchema(option.items, "api") };
    case "group":
      return groupSchema(option.properties, "api");
  }
}

/** Empty where there need not be one. */
function listenAddress(option: Extract<OptionSchema, { kind: "listen-address" }>): string {
  return option.optional === true ? `^$|${LISTEN_ADDRESS}` : LISTEN_ADDRESS;
}

function rangeOf({ minimum, maximum }: { minimum?: number; maximum?: number }): JsonSchema {
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}

function lengthOf(option: Extract<OptionSchema, { kind: "list" }>): JsonSchema {
  const { minItems, maxItems, uniqueItems } = option;
  return { minItems, maxItems, ...(uniqueItems === true ? { uniqueItems } : {}) };
}

/** Words that stand for a duration or size, in front of its pattern. */
function wordsOf({ words }: { readonly words?: Readonly<Record<string, number>> }): string {
  return Object.keys(words ?? {})
    .map((word) => `^${word}$|`)
    .join("");
}
