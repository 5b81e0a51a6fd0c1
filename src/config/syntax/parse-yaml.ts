/**
 * YAML 1.2 text → tree of nodes with positions. Every scalar stays the text it was written as (`0123`, `yes`, `8e3`): what
 * it means is for the option to say. Aliases and merge keys (`<<`) are expanded within the limits. After a syntax error the
 * tree is not used: everything below it would be guesswork.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Alias, Document, Node, Pair, YAMLMap } from "yaml";
import type { SluiceError } from "#base/errors.ts";
import { syntaxError } from "./errors.ts";
import { explain, findLookAlike, findMissingSpace, firstWord } from "./hints.ts";
import { findTextFault, MAX_DEPTH, MAX_NODES } from "./limits.ts";
import type { TextFault } from "./limits.ts";
import { emptyMap, joinPath } from "./node.ts";
import type { ConfigNode, MapEntry, MapNode, Origin, Problem } from "./node.ts";

/** Syntax errors reported of one file. */
const MAX_SYNTAX_ERRORS = 20;

/** A parsed file; with errors among `problems`, `root` is empty. */
export interface ParsedFile {
  readonly root: MapNode;
  readonly problems: readonly Problem[];
}

/** Parses the text of `file`. */
export function parseYaml(file: string, text: string): ParsedFile {
  const lines = new LineCounter();
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  lines.lineStarts.unshift(0);
  const origin = (offset: number): Origin => {
    const { line, col } = lines.linePos(offset);
    return { kind: "file", file, line, column: Math.max(1, col) };
  };
  const fail = (faults: readonly TextFault[]): ParsedFile => ({ root: emptyMap, problems: toProblems(faults, origin) });

  const fault = findTextFault(text);
  if (fault !== undefined) return fail([fault]);
  const document = parseQuickly(text);
  if (document.errors.length > 0) {
    const complaints = document.errors.slice(0, MAX_SYNTAX_ERRORS);
    return fail(complaints.map(({ code, message, pos }) => explain(text, { code, message, offset: pos[0] })));
  }
  const reader = new TreeReader(document, origin);
  const root = reader.readRoot(text);
  return { root, problems: reader.problems };
}

/** The parser's errors are objects with a stack, which costs more than all the rest in a file with thousands of them. */
function parseQuickly(text: string): Document.Parsed {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, { schema: "failsafe", uniqueKeys: false, prettyErrors: false, logLevel: "silent" });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** One problem per line, and nothing unexplained after the first: what follows is mostly its consequence. */
function toProblems(faults: readonly TextFault[], origin: (offset: number) => Origin): readonly Problem[] {
  const seen = new Set<number>();
  return faults.flatMap(({ offset, error }) => {
    const at = origin(offset);
    const line = at.kind === "file" ? at.line : 0;
    if (seen.has(line) || (seen.size > 0 && error.code === "config-yaml")) return [];
    seen.add(line);
    return [{ severity: "error" as const, error, origin: at, path: "" }];
  });
}

/** Walks the parser's nodes; stops taking values once a limit is passed. */
class TreeReader {
  readonly problems: Problem[] = [];
  readonly #document: Document;
  readonly #origin: (offset: number) => Origin;
  #nodes = 0;
  #full = false;

  constructor(document: Document, origin: (offset: number) => Origin) {
    this.#document = document;
    this.#origin = origin;
  }

  readRoot(text: string): MapNode {
    const contents = this.#document.contents;
    const node = this.#read(contents, { origin: this.#origin(contents?.range?.[0] ?? 0), path: "", depth: 0 });
    if (node.kind === "map") return node;
    if (node.kind === "scalar" && node.empty) return emptyMap;
    if (node.kind === "scalar") {
      const start = contents?.range?.[0] ?? 0;
      const line = text.slice(start).split("\n", 1)[0] ?? "";
      const hint = findLookAlike(line) ?? findMissingSpace(line);
      const key = firstWord(line);
      this.#report(
        hint?.error ?? syntaxError("config-missing-colon", { details: { key } }),
        this.#origin(start + (hint?.index ?? 0)),
        "",
      );
    } else {
      this.#report(syntaxError("config-indentation"), node.origin, "");
    }
    return emptyMap;
  }

  #report(error: SluiceError, origin: Origin, path: string): void {
    this.problems.push({ severity: "error", error, origin, path });
  }

  #read(node: unknown, at: { origin: Origin; path: string; depth: number }): ConfigNode {
    const empty: ConfigNode = { kind: "scalar", origin: at.origin, text: "", empty: true };
    if (node === null || node === undefined || !this.#admit(at)) return empty;
    const range = (node as Node).range;
    const here = { ...at, origin: range === null || range === undefined ? at.origin : this.#origin(range[0]) };
    if (isAlias(node)) return this.#readAlias(node, here);
    if (isMap(node)) return this.#readMap(node, here);
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        this.#read(item, { origin: here.origin, path: joinPath(at.path, index), depth: at.depth + 1 }),
      );
      return { kind: "list", origin: here.origin, items };
    }
    if (!isScalar(node)) return empty;
    const text = typeof node.value === "string" ? node.value : "";
    const isNull = node.type === "PLAIN" && /^(?:|~|null|Null|NULL)$/.test(text);
    return { kind: "scalar", origin: here.origin, text, empty: isNull };
  }

  /** Counts a node; false once there are too many or they lie too deep, which is reported once. */
  #admit(at: { origin: Origin; path: string; depth: number }): boolean {
    this.#nodes += 1;
    if (this.#full) return false;
    const deep = at.depth > MAX_DEPTH;
    if (!deep && this.#nodes <= MAX_NODES) return true;
    this.#full = true;
    const details = deep
      ? { limit: MAX_DEPTH, what: "levels", whatZh: "层级数" }
      : { limit: MAX_NODES, what: "values", whatZh: "值的数量" };
    this.#report(syntaxError("config-too-complex", { details }), at.origin, at.path);
    return false;
  }

  #readAlias(alias: Alias, at: { origin: Origin; path: string; depth: number }): ConfigNode {
    const target = alias.resolve(this.#document);
    if (target !== undefined) return this.#read(target, { ...at, depth: at.depth + 1 });
    this.#report(syntaxError("config-unknown-alias", { details: { name: alias.source } }), at.origin, at.path);
    return { kind: "scalar", origin: at.origin, text: "", empty: true };
  }

  #readMap(map: YAMLMap, at: { origin: Origin; path: string; depth: number }): MapNode {
    const entries = new Map<string, MapEntry>();
    const merged: ConfigNode[] = [];
    for (const pair of map.items) {
      const key = this.#keyOf(pair, at);
      if (key === undefined) continue;
      const value = this.#read(pair.value, { origin: key.origin, path: joinPath(at.path, key.text), depth: at.depth + 1 });
      if (key.text === "<<") merged.push(value);
      else if (!this.#isDuplicate(entries, key, at.path)) entries.set(key.text, { keyOrigin: key.origin, value });
    }
    for (const source of merged.flatMap((node) => (node.kind === "list" ? node.items : [node]))) {
      if (source.kind !== "map") continue;
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
    return { kind: "map", origin: at.origin, entries };
  }

  #keyOf(pair: Pair, at: { origin: Origin; path: string }): { text: string; origin: Origin } | undefined {
    const key = pair.key;
    const start = (key as Node | null)?.range?.[0];
    const origin = start === undefined ? at.origin : this.#origin(start);
    if (isScalar(key) && typeof key.value === "string" && key.value !== "") {
      const dash = findMissingSpace(key.value);
      if (key.type !== "PLAIN" || dash === undefined) return { text: key.value, origin };
      this.#report(dash.error, origin, at.path);
    } else {
      this.#report(syntaxError("config-yaml", { details: { reason: "the key is not a plain word" } }), origin, at.path);
    }
    return undefined;
  }

  #isDuplicate(entries: ReadonlyMap<string, MapEntry>, key: { text: string; origin: Origin }, path: string): boolean {
    const first = entries.get(key.text);
    if (first === undefined) return false;
    const line = first.keyOrigin.kind === "file" ? first.keyOrigin.line : 0;
    const error = syntaxError("config-duplicate-key", { details: { key: key.text, line } });
    this.#report(error, key.origin, joinPath(path, key.text));
    return true;
  }
}
