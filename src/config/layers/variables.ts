/**
 * `${NAME}` and `${NAME:-default}` in a file's values become what the environment holds, as in a shell: the default stands in
 * for a variable that is unset or empty. It happens after the YAML was read, so what is put in never needs quoting. `$${`
 * writes a plain `${`. Keys and commands (`runOn…`, whose variables are set when they run) are left alone.
 */
import { configError } from "../errors.ts";
import type { ProblemList } from "../read-value.ts";
import { joinPath } from "../syntax/node.ts";
import type { ConfigNode, MapEntry, MapNode, ScalarNode } from "../syntax/node.ts";

/** Characters that variables may put into one file, all together. */
const MAX_PUT_IN = 1024 * 1024;
const REFERENCE = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;
const COMMAND = /^runOn/;

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where values come from, and who hears of those that there aren't. */
export interface VariableContext {
  readonly environment: Environment;
  readonly problems: ProblemList;
  /** Takes the names that were asked for. */
  readonly used: Set<string>;
}

/** `root` with the variables of `environment` put in. */
export function putInVariables(root: MapNode, context: VariableContext): MapNode {
  return new Expansion(context).map(root, "");
}

class Expansion {
  readonly #context: VariableContext;
  #room = MAX_PUT_IN;

  constructor(context: VariableContext) {
    this.#context = context;
  }

  map(map: MapNode, path: string): MapNode {
    const entries = [...map.entries].map(([key, entry]): [string, MapEntry] => [
      key,
      COMMAND.test(key) ? entry : { ...entry, value: this.#node(entry.value, joinPath(path, key)) },
    ]);
    return { ...map, entries: new Map(entries) };
  }

  #node(node: ConfigNode, path: string): ConfigNode {
    switch (node.kind) {
      case "map":
        return this.map(node, path);
      case "list":
        return { ...node, items: node.items.map((item, index) => this.#node(item, joinPath(path, index))) };
      case "scalar":
        return node.text.includes("${") ? this.#scalar(node, path) : node;
    }
  }

  #scalar(node: ScalarNode, path: string): ScalarNode {
    const { environment, problems, used } = this.#context;
    const variables: string[] = [];
    const text = node.text.replace(REFERENCE, (whole, name: string | undefined, fallback: string | undefined) => {
      if (name === undefined) return "${";
      used.add(name);
      variables.push(name);
      const value = environment[name];
      if (value === undefined && fallback === undefined) {
        problems.error(configError("config-undefined-variable", { details: { name } }), node.origin, path);
        return whole;
      }
      const put = value === undefined || (value === "" && fallback !== undefined) ? (fallback ?? "") : value;
      this.#room -= put.length;
      return this.#room < 0 ? "" : put;
    });
    if (this.#room < 0)
      problems.error(configError("config-variables-too-long", { details: { limit: MAX_PUT_IN } }), node.origin, path);
    return variables.length === 0 ? { ...node, text } : { ...node, text, empty: text === "", variables };
  }
}
