/**
 * Brings the text of an older file up to the version of today: step by step, each step changing only the words it is about,
 * so that comments, order and layout stay the owner's. The result counts only if it loads to the same values.
 */
import { isDeepStrictEqual } from "node:util";
import type { LoadResult } from "./load.ts";
import { alsoSaid, oppositeOf } from "./mediamtx/old-names.ts";
import type { OldNames } from "./mediamtx/old-names.ts";
import { CONFIG_VERSION } from "./options.ts";
import { printValues } from "./print-value.ts";
import type { ConfigSchema } from "./schema.ts";
import type { ConfigNode, MapEntry, MapNode, Origin } from "./syntax/node.ts";
import { parseYaml } from "./syntax/parse-yaml.ts";

/** A text brought up to date. */
export interface Migration {
  readonly from: number;
  readonly text: string;
}

/** A word that takes the place of another. */
interface Edit {
  readonly origin: Origin;
  readonly from: string;
  readonly to: string;
}

/** Version → what leads to the next one. */
const steps: Readonly<Record<number, (root: MapNode, schema: ConfigSchema) => readonly Edit[]>> = {
  // Names that MediaMTX gave up.
  1: (root, schema) => {
    const paths = root.entries.get("paths")?.value;
    const each = paths?.kind === "map" ? [...paths.entries.values()].map(({ value }) => value) : [];
    const maps = [root.entries.get("pathDefaults")?.value, ...each];
    return [...newNames(root, schema.oldGlobal), ...maps.flatMap((map) => newNames(map, schema.oldPath))];
  },
};

/**
 * The text of a file brought up to date; undefined where it is of today, names no version, has an error, or would not mean the
 * same. `load` loads a text as if it were in that file.
 */
export function migrateText(
  schema: ConfigSchema,
  file: { readonly file: string; readonly text: string },
  load: (text: string) => LoadResult,
): Migration | undefined {
  const { text } = file;
  const from = versionOf(parseYaml(file.file, text).root);
  if (from === undefined || from >= CONFIG_VERSION || from < 1) return undefined;
  let migrated = text;
  for (let version = from; version < CONFIG_VERSION; version += 1) {
    const { root } = parseYaml(file.file, migrated);
    const value = root.entries.get("version")?.value;
    if (value === undefined) return undefined;
    const edits = [
      ...(steps[version]?.(root, schema) ?? []),
      { origin: value.origin, from: String(version), to: String(version + 1) },
    ];
    migrated = replaceWords(migrated, edits);
  }
  return meansTheSame(schema, load(text), load(migrated)) ? { from, text: migrated } : undefined;
}

function versionOf(root: MapNode): number | undefined {
  const value = root.entries.get("version")?.value;
  return value?.kind === "scalar" && /^\d{1,6}$/.test(value.text) ? Number(value.text) : undefined;
}

function newNames(map: ConfigNode | undefined, names: OldNames): readonly Edit[] {
  if (map?.kind !== "map") return [];
  return [...map.entries].flatMap(([key, entry]) => {
    const renamed = Object.hasOwn(names, key) ? names[key] : undefined;
    if (renamed === undefined) return [];
    const said = alsoSaid(key, entry.value, { names, map });
    // A line of its own before it, as the keys of a file stand; where they don't, the text won't mean the same and stays.
    const also = said?.value.kind === "scalar" ? `${said.key}: ${said.value.text}\n` : "";
    const name = { origin: entry.keyOrigin, from: key, to: also + renamed.name };
    return renamed.inverted === true ? [name, ...opposite(entry)] : [name];
  });
}

function opposite({ value }: MapEntry): readonly Edit[] {
  return value.kind === "scalar" ? [{ origin: value.origin, from: value.text, to: oppositeOf(value.text) }] : [];
}

/** Replaces each word where it stands, in quotes or not, from the end so that places stay right. */
function replaceWords(text: string, edits: readonly Edit[]): string {
  const lines = text.split("\n");
  const unique = new Map(edits.map((edit) => [JSON.stringify(edit.origin), edit]));
  const inOrder = [...unique.values()].sort((a, b) => columnOf(b.origin) - columnOf(a.origin));
  for (const { origin, from, to } of inOrder) {
    if (origin.kind !== "file") continue;
    const line = lines[origin.line - 1] ?? "";
    const at = line.indexOf(from, origin.column - 1);
    if (at - origin.column + 1 > 1) continue;
    if (at >= 0) lines[origin.line - 1] = line.slice(0, at) + to + line.slice(at + from.length);
  }
  return lines.join("\n");
}

function columnOf(origin: Origin): number {
  return origin.kind === "file" ? origin.column : 0;
}

function meansTheSame(schema: ConfigSchema, before: LoadResult, after: LoadResult): boolean {
  const values = ({ config }: LoadResult): unknown => ({
    global: config && { ...printValues(schema.globalKnown, config.values), version: undefined },
    paths: config?.paths,
  });
  return after.config !== undefined && isDeepStrictEqual(values(before), values(after));
}
