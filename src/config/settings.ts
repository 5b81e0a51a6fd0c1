/**
 * Everything a configuration sets, each value with the place it comes from: what `sluice check` shows of files, profiles and
 * variables laid over each other. Secrets are masked, and so are passwords in addresses.
 */
import { stringify } from "yaml";
import type { OptionSchema } from "#base/option.ts";
import { MASK, maskAddress } from "./print-value.ts";
import type { ConfigSchema } from "./schema.ts";
import { joinPath } from "./syntax/node.ts";
import type { ConfigNode, MapNode, Origin } from "./syntax/node.ts";

/** Column of the remarks. */
const REMARK_COLUMN = 48;

/** One value that is set. */
export interface Setting {
  /** Keys and indexes that lead to it. */
  readonly steps: readonly (string | number)[];
  /** Its path, `paths.cam.source`. */
  readonly path: string;
  /** The value's text; undefined where it is left empty. */
  readonly text: string | undefined;
  readonly origin: Origin;
  /** Variables that were put in. */
  readonly variables: readonly string[];
}

/** Lists everything that `root` sets, in its order. */
export function listSettings(schema: ConfigSchema, root: MapNode): readonly Setting[] {
  return [...root.entries].flatMap(([key, { value }]) => {
    if (key === "pathDefaults") return settingsOf(value, { option: pathOption(schema), steps: [key] });
    if (key !== "paths" || value.kind !== "map") return settingsOf(value, { option: schema.globalKnown[key], steps: [key] });
    const paths = [...value.entries];
    if (paths.length === 0) return [leaf(value, [key], "{}")];
    return paths.flatMap(([name, path]) => settingsOf(path.value, { option: pathOption(schema), steps: [key, name] }));
  });
}

/** The settings as YAML, with their places as remarks. */
export function printSettings(settings: readonly Setting[]): string {
  let before: Setting["steps"] = [];
  const lines = settings.flatMap((setting) => {
    const { steps, text } = setting;
    let shared = 0;
    while (shared < steps.length - 1 && steps[shared] === before[shared]) shared += 1;
    before = steps;
    return heads(steps, shared, { value: text === undefined ? "" : quoted(text), remark: placeOf(setting) });
  });
  return lines.join("\n");
}

/** Where a setting comes from: `sluice.yml:3`, `MTX_LOGLEVEL`, with the variables put into it. */
function placeOf({ origin, variables }: Setting): string {
  const put = variables.map((name) => ` \${${name}}`).join("");
  switch (origin.kind) {
    case "file":
      return `${origin.file}:${String(origin.line)}${put}`;
    case "environment":
      return `$${origin.variable}`;
    case "built-in":
      return "MediaMTX";
  }
}

/** The lines that lead from the level `shared` to a value. Items of a list begin with a dash on the line of what they hold. */
function heads(steps: Setting["steps"], shared: number, last: { value: string; remark: string }): readonly string[] {
  const lines: string[] = [];
  let dashes = "";
  for (const [index, step] of steps.entries()) {
    if (index < shared) continue;
    const isLast = index === steps.length - 1;
    if (typeof step === "number") {
      dashes += "- ";
      if (!isLast) continue;
    }
    const levels = index - dashes.length / 2 + (typeof step === "number" ? 1 : 0);
    const margin = "  ".repeat(levels);
    const head = typeof step === "number" ? `${margin}${dashes}` : `${margin}${dashes}${quoted(step)}:`;
    const line = isLast && last.value !== "" ? `${head.trimEnd()} ${last.value}` : head;
    lines.push(isLast ? `${line.padEnd(REMARK_COLUMN)} # ${last.remark}` : line);
    dashes = "";
  }
  return lines;
}

function pathOption(schema: ConfigSchema): OptionSchema {
  return { kind: "group", type: "object", properties: schema.pathKnown, additionalProperties: false, description: "" };
}

function settingsOf(node: ConfigNode, at: { option: OptionSchema | undefined; steps: Setting["steps"] }): readonly Setting[] {
  const { option, steps } = at;
  switch (node.kind) {
    case "scalar":
      return [{ ...leaf(node, steps, node.empty ? undefined : shownText(option, node.text)), variables: node.variables ?? [] }];
    case "list": {
      const items = option?.kind === "list" ? option.items : undefined;
      if (node.items.length === 0) return [leaf(node, steps, "[]")];
      return node.items.flatMap((item, index) => settingsOf(item, { option: items, steps: [...steps, index] }));
    }
    case "map": {
      const keys = option?.kind === "group" ? option.properties : {};
      if (node.entries.size === 0) return [leaf(node, steps, "{}")];
      return [...node.entries].flatMap(([key, { value }]) => settingsOf(value, { option: keys[key], steps: [...steps, key] }));
    }
  }
}

function leaf(node: ConfigNode, steps: Setting["steps"], text: string | undefined): Setting {
  return { steps, path: steps.reduce<string>(joinPath, ""), text, origin: node.origin, variables: [] };
}

/** A value of a key that isn't known may be anything, also a misspelled password. */
function shownText(option: OptionSchema | undefined, text: string): string {
  if (option?.kind === "secret" || (option === undefined && text !== "")) return text === "" ? "" : MASK;
  return maskAddress(text);
}

/** As YAML wants it: quoted where it would read back as something else. */
function quoted(text: string): string {
  return text === "[]" || text === "{}" ? text : stringify(text, { schema: "failsafe", lineWidth: 0 }).trimEnd();
}
