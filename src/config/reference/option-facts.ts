/**
 * What is to be said about each option, as plain data: for the page's form, the reference page and the default file.
 */
import type { OptionSchema, Reload } from "#base/option.ts";
import { formatDuration } from "#base/duration.ts";
import { formatSize } from "../read-scalar.ts";
import type { SchemaSet } from "../read-value.ts";
import { notCarriedGroup } from "../schema.ts";
import type { ConfigSchema } from "../schema.ts";
import { descriptionsZh } from "./descriptions-zh.ts";

/** One option. Limits and defaults are in the file's spelling. */
export interface OptionFacts {
  readonly key: string;
  readonly kind: OptionSchema["kind"];
  readonly default: unknown;
  readonly description: string;
  /** In Chinese, where somebody has translated it. */
  readonly descriptionZh: string | undefined;
  readonly unit: string | undefined;
  readonly minimum: string | undefined;
  readonly maximum: string | undefined;
  readonly choices: readonly string[];
  readonly secret: boolean;
  readonly reload: Reload;
  /** What a list is made of. */
  readonly items: OptionFacts | undefined;
  /** What a group is made of. */
  readonly properties: readonly OptionFacts[];
}

/** A key that loads without effect, and what to do without it. */
export interface IdleFacts extends OptionFacts {
  readonly instead: string;
  readonly insteadZh: string;
}

/** Everything about a configuration's keys. */
export interface SchemaFacts {
  readonly global: readonly OptionFacts[];
  readonly path: readonly OptionFacts[];
  /** MediaMTX's keys that have no effect yet; those that MediaMTX gave up are left out. */
  readonly globalIdle: readonly IdleFacts[];
  readonly pathIdle: readonly IdleFacts[];
}

/** Describes all options of `schema`. */
export function describeSchema(schema: ConfigSchema): SchemaFacts {
  return {
    global: describeOptions(schema.global),
    path: describeOptions(schema.path),
    globalIdle: describeIdle(schema.globalKnown, "global"),
    pathIdle: describeIdle(schema.pathKnown, "path"),
  };
}

function describeOptions(options: SchemaSet, above = ""): readonly OptionFacts[] {
  return Object.entries(options).map(([key, option]) => describeOption(key, option, above));
}

function describeOption(key: string, option: OptionSchema, above: string): OptionFacts {
  const place = above === "" ? key : `${above}.${key}`;
  const [minimum, maximum] = limitsOf(option);
  return {
    key,
    kind: option.kind,
    default: option.default,
    description: option.description,
    descriptionZh: descriptionsZh[place],
    unit: option.unit,
    minimum,
    maximum,
    choices: option.kind === "choice" ? option.enum : [],
    secret: option.kind === "secret",
    reload: option.reload ?? "restart",
    items: option.kind === "list" ? describeOption("", option.items, place) : undefined,
    properties: option.kind === "group" ? describeOptions(option.properties, place.replace(/\.$/, "")) : [],
  };
}

function describeIdle(known: SchemaSet, scope: "global" | "path"): readonly IdleFacts[] {
  return Object.entries(known).flatMap(([key, option]) => {
    const group = notCarriedGroup(key, scope);
    if (group === undefined || option.deprecated === true) return [];
    return [{ ...describeOption(key, option, ""), instead: group.instead, insteadZh: group.insteadZh }];
  });
}

function limitsOf(option: OptionSchema): readonly [string | undefined, string | undefined] {
  const text = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));
  switch (option.kind) {
    case "number":
      return [text(option.minimum), text(option.maximum)];
    case "duration":
      return [shortDuration(option.minimumMs), shortDuration(option.maximumMs)];
    case "size":
      return [formatSize(option.minimumBytes), formatSize(option.maximumBytes)];
    case "list":
      return [text(option.minItems), text(option.maxItems)];
    default:
      return [undefined, undefined];
  }
}

/** `1h0m0s` → `1h`, as people write it. */
function shortDuration(ms: number): string {
  return formatDuration(ms)
    .replace(/(?<=[dhm])0s$/, "")
    .replace(/(?<=[dh])0m$/, "");
}
