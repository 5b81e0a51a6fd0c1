/**
 * Changes single settings in a YAML text and leaves every other byte as it is: comments, order, quotes and blank lines are
 * the user's. Each change is cut into the text at the place the parser names, and checked by reading the result again; where
 * that isn't what was wanted (anchors, exotic layouts), the parser's own printer writes the file, which keeps comments and
 * order too, but not every space.
 */
import { Document, isAlias, isMap, isScalar, parseDocument, stringify } from "yaml";
import type { Node, Pair, YAMLMap } from "yaml";
import { isDeepStrictEqual } from "node:util";
import { storeError } from "./errors.ts";

/** A value as JSON has it. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue };

/** One change; `at` are the keys that lead to it. */
export type YamlEdit =
  | { readonly kind: "set"; readonly at: readonly string[]; readonly value: PlainValue }
  | { readonly kind: "remove"; readonly at: readonly string[] }
  | { readonly kind: "rename"; readonly at: readonly string[]; readonly to: string }
  /** Keys that are named come first, in this order; the others follow in theirs. */
  | { readonly kind: "order"; readonly at: readonly string[]; readonly keys: readonly string[] };

const PARSE = { schema: "failsafe", uniqueKeys: false, prettyErrors: false, logLevel: "silent" } as const;
const ALIASES = { maxAliasCount: 256 };
const PRINT = { lineWidth: 0, indent: 2, nullStr: "" } as const;

/** Applies the changes one after the other. The text must be sound YAML: it was loaded before. */
export function editYaml(text: string, edits: readonly YamlEdit[]): string {
  if (edits.length === 0) return text;
  return edits.reduce(applyEdit, { text, document: parse(text) }).text;
}

/** A text and what it was parsed to. */
interface Parsed {
  readonly text: string;
  readonly document: Document.Parsed;
}

/** The text as plain values, every scalar as it is written. */
export function plainValues(text: string): unknown {
  return parse(text).toJS(ALIASES) ?? {};
}

/** A document of the failsafe schema: every scalar stays the text it was written as. */
export function parse(text: string): Document.Parsed {
  const document = parseDocument(text, PARSE);
  if (document.errors.length > 0) throw storeError("config-store-broken", { cause: document.errors[0] });
  return document; // parsed just now
}

function applyEdit(before: Parsed, edit: YamlEdit): Parsed {
  const { text, document } = before;
  const values: unknown = document.toJS(ALIASES);
  const wanted = applyToValues(values, edit);
  if (isDeepStrictEqual(wanted, values) && inOrder(document, edit)) return before;
  const spliced = splice(text, document, edit);
  const after = spliced === undefined ? undefined : readBack(spliced, wanted, edit);
  if (after !== undefined) return after;
  applyToDocument(document, edit);
  const printed = readBack(document.toString(PRINT), wanted, edit);
  if (printed === undefined) throw storeError("config-store-broken");
  return printed;
}

/** The text with what it was parsed to, if that is what was wanted. */
function readBack(text: string, wanted: unknown, edit: YamlEdit): Parsed | undefined {
  const document = parseDocument(text, PARSE);
  if (document.errors.length > 0) return undefined;
  if (!isDeepStrictEqual(document.toJS(ALIASES), wanted) || !inOrder(document, edit)) return undefined;
  return { text, document: document }; // parsed just now
}

/** Plain objects don't tell in which order keys stand that look like numbers: the document does. */
function inOrder(document: Document, edit: YamlEdit): boolean {
  if (edit.kind !== "order") return true;
  const names = namesOf(mapAt(document, edit.at));
  return isDeepStrictEqual(ordered(names, edit.keys), names);
}

type PlainMap = Record<string, unknown>;

function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the text must read as after the change, in scalars as they are written. */
function applyToValues(root: unknown, edit: YamlEdit): unknown {
  const copy: PlainMap = isPlainMap(root) ? structuredClone(root) : {};
  const steps = edit.kind === "order" ? edit.at : edit.at.slice(0, -1);
  let parent = copy;
  for (const step of steps) {
    const next = parent[step];
    const map: PlainMap = isPlainMap(next) ? next : {};
    if (!isPlainMap(next) && edit.kind !== "set") return copy;
    parent[step] = map;
    parent = map;
  }
  const key = edit.at.at(-1) ?? "";
  switch (edit.kind) {
    case "set":
      parent[key] = asWritten(edit.value);
      break;
    case "remove":
      delete parent[key];
      break;
    case "rename":
      replaceKeys(parent, (name) => (name === key ? edit.to : name), Object.keys(parent));
      break;
    case "order":
      replaceKeys(parent, (name) => name, ordered(Object.keys(parent), edit.keys));
      break;
  }
  return copy;
}

function replaceKeys(map: PlainMap, rename: (name: string) => string, order: readonly string[]): void {
  const entries = order.map((name): [string, unknown] => [rename(name), map[name]]);

  for (const name of Object.keys(map)) delete map[name];
  for (const [name, value] of entries) map[name] = value;
}

function ordered(names: readonly string[], first: readonly string[]): readonly string[] {
  const wanted = first.filter((name) => names.includes(name));
  return [...wanted, ...names.filter((name) => !wanted.includes(name))];
}

function namesOf(map: YAMLMap | undefined): readonly string[] {
  return map?.items.map((item) => keyOf(item) ?? "") ?? [];
}

/** As the failsafe schema reads it back: scalars are text, nothing is "". */
function asWritten(value: PlainValue): unknown {
  if (Array.isArray(value)) return value.map(asWritten);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asWritten(item)]));
  return value === null ? "" : String(value);
}

function splice(text: string, document: Document.Parsed, edit: YamlEdit): string | undefined {
  const parentKeys = edit.kind === "order" ? edit.at : edit.at.slice(0, -1);
  const key = edit.at.at(-1) ?? "";
  const parent = mapAt(document, parentKeys);
  if (parent === undefined || parent.flow === true) return edit.kind === "set" ? insertParents(text, document, edit) : undefined;
  const pair = parent.items.find((item) => keyOf(item) === key);
  switch (edit.kind) {
    case "set":
      return pair === undefined ? insertPair(text, parent, { key, value: edit.value }) : replaceValue(text, pair, edit.value);
    case "remove":
      return pair === undefined ? text : removePair(text, parent, pair);
    case "rename": {
      const range = (pair?.key as Node | undefined)?.range;
      return range ? text.slice(0, range[0]) + printScalar(edit.to) + text.slice(range[1]) : undefined;
    }
    case "order":
      return reorder(text, parent, edit.keys);
  }
}

function mapAt(document: Document, keys: readonly string[]): YAMLMap | undefined {
  let node: unknown = document.contents;
  for (const key of keys) {
    if (!isMap(node)) return undefined;
    node = node.items.find((item) => keyOf(item) === key)?.value;
  }
  return isMap(node) ? node : undefined;
}

function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) && typeof pair.key.value === "string" ? pair.key.value : undefined;
}

/** A map that isn't there, or is empty or in braces, is set as a whole, from the innermost that stands. */
function insertParents(text: string, document: Document.Parsed, edit: Extract<YamlEdit, { kind: "set" }>): string | undefined {
  const { contents } = document as Document;
  if (edit.at.length === 1) {
    if (contents !== null && !(isScalar(contents) && contents.value === "")) return undefined;
    return `${endLine(text)}${printPair(edit.at[0] ?? "", edit.value, 0)}`;
  }
  const at = edit.at.slice(0, -1);
  const held = at.reduce<unknown>((value, step) => (isPlainMap(value) ? value[step] : undefined), document.toJS());
  const values = isPlainMap(held) ? (held as Record<string, PlainValue>) : {};
  return splice(text, document, { kind: "set", at, value: { ...values, [edit.at.at(-1) ?? ""]: edit.value } });
}

function insertPair(text: string, parent: YAMLMap, entry: { key: string; value: PlainValue }): string | undefined {
  const last = parent.items.at(-1);
  if (last === undefined) return undefined;
  const column = columnOf(text, startOf(last));
  const at = skipComments(text, endOfPair(text, last), column);
  const before = text.slice(0, at);
  return `${endLine(before)}${printPair(entry.key, entry.value, column)}${text.slice(at)}`;
}

function replaceValue(text: string, pair: Pair, value: PlainValue): string | undefined {
  const node = pair.value as Node | null;
  const key = pair.key as Node;
  if (node === null || isAlias(node) || !key.range) return undefined;
  const range = node.range;
  if (!range) return undefined;
  const inline = printInline(value);
  const empty = range[0] === range[1];
  if (inline !== undefined && isScalar(node) && !(node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED")) {
    const colon = text.indexOf(":", key.range[1]) + 1;
    if (empty) return `${text.slice(0, colon)} ${inline}${text.slice(colon)}`;
    return text.slice(0, range[0]) + inline + text.slice(range[1]);
  }
  const start = startOf(pair);
  const end = endOfPair(text, pair);
  return text.slice(0, start) + printPair(keyOf(pair) ?? "", value, columnOf(text, start)).trimStart() + text.slice(end);
}

function removePair(text: string, parent: YAMLMap, pair: Pair): string | undefined {
  const start = lineStart(text, startOf(pair));
  const end = endOfPair(text, pair);
  if (text.slice(start, startOf(pair)).trim() !== "") return undefined;
  if (parent.items.length > 1 || parent.range?.[0] === 0) return text.slice(0, start) + text.slice(end);
  // The last one leaves an empty map behind, which must stay one.
  const line = text.slice(0, start).trimEnd();
  return line.endsWith(":") ? `${line} {}\n${text.slice(end)}` : undefined;
}

/** Moves whole entries; comments above an entry go with it. */
function reorder(text: string, parent: YAMLMap, keys: readonly string[]): string | undefined {
  const names = namesOf(parent);
  const first = parent.items[0];
  if (first === undefined) return undefined;
  const starts = parent.items.map((item, index) =>
    index === 0 ? commentStart(text, startOf(item)) : Math.max(endOfPair(text, parent.items[index - 1] ?? item), 0),
  );
  const end = endOfPair(text, parent.items.at(-1) ?? first);
  const blocks = new Map(names.map((name, index) => [name, text.slice(starts[index], starts[index + 1] ?? end)]));
  if (blocks.size !== names.length) return undefined;
  const moved = ordered(names, keys).map((name) => endLine(blocks.get(name) ?? ""));
  return text.slice(0, starts[0]) + moved.join("") + text.slice(end);
}

/** Behind the comment lines from `at` on that are indented deeper than `column`: they belong to the entry above. */
function skipComments(text: string, at: number, column: number): number {
  let end = at;
  while (end < text.length) {
    const next = text.indexOf("\n", end);
    const line = text.slice(end, next === -1 ? text.length : next);
    if (!line.trimStart().startsWith("#") || line.search(/\S/) <= column) break;
    end = next === -1 ? text.length : next + 1;
  }
  return end;
}

/** Where the comments of the same indentation right above `at` begin. */
function commentStart(text: string, at: number): number {
  const column = columnOf(text, at);
  let start = lineStart(text, at);
  while (start > 0) {
    const before = lineStart(text, start - 1);
    const line = text.slice(before, start);
    if (line.trim() === "" || !line.trimStart().startsWith("#") || line.search(/\S/) !== column) break;
    start = before;
  }
  return start;
}

function startOf(pair: Pair): number {
  return (pair.key as Node).range?.[0] ?? 0;
}

/** Behind the line on which the entry's own value ends; comments that stand below it on lines of their own are not its. */
function endOfPair(text: string, pair: Pair): number {
  const value = pair.value as Node | null;
  const key = pair.key as Node;
  const node = value?.range && value.range[1] > value.range[0] ? value : key;
  let at = node.range?.[1] ?? 0;
  const inner = innermost(value);
  if (inner !== undefined) at = Math.max(inner, key.range?.[1] ?? 0);
  const lineEnd = text.indexOf("\n", isBlockScalar(value) ? Math.max(0, at - 1) : at);
  return lineEnd === -1 ? text.length : lineEnd + 1;
}

/** Where the last scalar of a block map or list ends: a collection's own range takes in the comments below it. */
function innermost(node: unknown): number | undefined {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    if (last === undefined) return undefined;
    return innermost(last.value) ?? endOfNode(last.value) ?? endOfNode(last.key);
  }
  if (typeof node === "object" && node !== null && "items" in node && !isMap(node)) {
    const list = node as { items: unknown[]; flow?: boolean };
    if (list.flow === true) return undefined;
    return innermost(list.items.at(-1)) ?? endOfNode(list.items.at(-1));
  }
  return undefined;
}

function endOfNode(node: unknown): number | undefined {
  const range = (node as Node | null)?.range;
  return range && range[1] > range[0] ? range[1] : undefined;
}

function isBlockScalar(node: unknown): boolean {
  return isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED");
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** A value that fits behind its key; undefined for lists of maps, and maps. */
function printInline(value: PlainValue): string | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item: PlainValue) => (typeof item === "object" ? undefined : printScalar(item)));
    return items.every((item) => item !== undefined) ? `[${items.map(flowSafe).join(", ")}]` : undefined;
  }
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0 ? "{}" : undefined;
  return printScalar(value);
}

/** Quotes what would end an item of a list in brackets. */
function flowSafe(text: string): string {
  return /^["']/.test(text) || !/[,[\]{}]/.test(text) ? text : JSON.stringify(text);
}

function printScalar(value: PlainValue): string {
  if (value === null) return "";
  if (typeof value !== "string") return JSON.stringify(value);
  if (/[\n\r\t]|[^\P{Cc}]/u.test(value)) return JSON.stringify(value);
  // The core schema's printer quotes texts that would be read as something else (`yes` is for our own reader to take).
  return stringify(value, { lineWidth: 0 }).trimEnd();
}

function printPair(key: string, value: PlainValue, column: number): string {
  const margin = " ".repeat(column);
  const inline = printInline(value);
  if (inline !== undefined) return `${margin}${printScalar(key)}:${inline === "" ? "" : ` ${inline}`}\n`;
  const block = stringify(value, { ...PRINT, indentSeq: false, defaultStringType: "PLAIN" });
  const inset = Array.isArray(value) ? margin : `${margin}  `;
  const lines = block.trimEnd().split("\n");
  return [`${margin}${printScalar(key)}:`, ...lines.map((line) => `${inset}${line}`), ""].join("\n");
}

function applyToDocument(document: Document.Parsed, edit: YamlEdit): void {
  const whole: Document = document;
  const node = (value: unknown): unknown => new Document(value).contents;
  switch (edit.kind) {
    case "set":
      for (let depth = 1; depth < edit.at.length; depth += 1) {
        const above = edit.at.slice(0, depth);
        if (!isMap(whole.getIn(above, true))) whole.setIn(above, new Document({}).contents);
      }
      whole.setIn(edit.at, node(edit.value));
      return;
    case "remove":
      whole.deleteIn(edit.at);
      return;
    case "rename": {
      const pair = mapAt(document, edit.at.slice(0, -1))?.items.find((item) => keyOf(item) === edit.at.at(-1));
      if (isScalar(pair?.key)) pair.key.value = edit.to;
      return;
    }
    case "order": {
      const map = mapAt(document, edit.at);
      if (map === undefined) return;
      const names = ordered(namesOf(map), edit.keys);
      map.items.sort((a, b) => names.indexOf(keyOf(a) ?? "") - names.indexOf(keyOf(b) ?? ""));
    }
  }
}
