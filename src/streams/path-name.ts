/** Names of paths: what is allowed, and which configured entry serves a name. */
import { linearExpression } from "./linear-expression.ts";
import type { PathOptions } from "./options.ts";

/** Longest path name taken. */
const MAX_NAME = 512;

/** Why `name` can't be a path name, or undefined when it can. */
export function pathNameFault(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name.length > MAX_NAME) return `it is longer than ${String(MAX_NAME)} characters`;
  if (name.startsWith("/") || name.endsWith("/")) return "it begins or ends with a slash";
  if (!/^[0-9A-Za-z_\-/.~:]+$/.test(name)) return "it has a character that is not allowed";
  if (name.split("/").some((part) => part === "" || part === "." || part === "..")) return "it has an empty part, '.' or '..'";
  return undefined;
}

/**
 * The expression of an entry `~…`, or what is wrong with it. Go's spelling is understood where it differs from ours: flags in
 * front (`(?i)`), named groups (`(?P<name>…)`), `\\A` and `\\z`. Clients choose the names it is tried on, so it is one that
 * takes linear time.
 */
export function pathExpression(name: string): RegExp | { readonly fault: string } {
  const [, start = "", goFlags = "", body = ""] = /^~(\^?)(?:\(\?([imsU]+)\))?(.*)$/s.exec(name) ?? [];
  const source = (start + body).replaceAll("(?P<", "(?<").replace(/^\\A/, "^").replace(/\\z$/, "$");
  return linearExpression(source, goFlags.replace("U", ""));
}

/** A configured entry and the groups its expression matched (`groups[0]` is the whole name). */
export interface PathMatch {
  readonly options: PathOptions;
  readonly groups: readonly string[];
}

interface Pattern {
  readonly expression: RegExp;
  readonly options: PathOptions;
}

/** Configured entries in the order MediaMTX asks them: plain names, expressions by name, `all_others` last. */
export class PathTable {
  readonly #plain = new Map<string, PathOptions>();
  readonly #patterns: readonly Pattern[];

  constructor(entries: readonly PathOptions[]) {
    const patterns: Pattern[] = [];
    for (const options of entries) {
      if (options.name === "all_others" || options.name === "all") patterns.push({ expression: /^.*$/s, options });
      else if (options.name.startsWith("~")) patterns.push({ expression: compile(options.name), options });
      else this.#plain.set(options.name, options);
    }
    const rank = (pattern: Pattern): string => (pattern.options.name.startsWith("~") ? `0${pattern.options.name}` : "1");
    this.#patterns = patterns.sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  }

  /** Entries with plain names. */
  plain(): readonly PathOptions[] {
    return [...this.#plain.values()];
  }

  /** The entry that serves `name`. */
  match(name: string): PathMatch | undefined {
    const plain = this.#plain.get(name);
    if (plain !== undefined) return { options: plain, groups: [name] };
    for (const { expression, options } of this.#patterns) {
      const groups = expression.exec(name);
      if (groups !== null) return { options, groups: [...groups].map((group) => group ?? "") };
    }
    return undefined;
  }
}

/** Configuration refuses expressions that don't compile; one that got through matches nothing. */
function compile(name: string): RegExp {
  const expression = pathExpression(name);
  return expression instanceof RegExp ? expression : /(?!)/;
}

/** Puts the groups of a wildcard path into `text`: `$G1`, `$G2`…; `$MTX_PATH` is the whole name. */
export function fillGroups(text: string, groups: readonly string[]): string {
  return text
    .replace(/\$G(\d{1,2})/g, (whole, index: string) => groups[Number(index)] ?? whole)
    .replaceAll("$MTX_PATH", groups[0] ?? "");
}
