/** Holds a value against the part of JSON Schema that our OpenAPI document uses. */

type Schema = Readonly<Record<string, unknown>>;

/** Where and why `value` doesn't fit; undefined when it does. Unknown fields don't fit. */
export function explainMismatch(value: unknown, schema: Schema, document: Schema): string | undefined {
  return new Comparison(document).explain(value, schema, "$");
}

class Comparison {
  readonly #document: Schema;

  constructor(document: Schema) {
    this.#document = document;
  }

  explain(value: unknown, schema: Schema, at: string): string | undefined {
    if (typeof schema["$ref"] === "string") return this.explain(value, resolve(schema["$ref"], this.#document), at);
    if (Array.isArray(schema["anyOf"])) {
      const faults = (schema["anyOf"] as Schema[]).map((option) => this.explain(value, option, at));
      return faults.includes(undefined) ? undefined : faults.join(" and ");
    }
    const types = [schema["type"]].flat();
    if (!types.some((type) => isOfType(value, type))) return `${at} is ${JSON.stringify(value)}, wanted ${types.join(" or ")}`;
    if (Array.isArray(schema["enum"]) && !schema["enum"].includes(value)) return `${at} is ${JSON.stringify(value)}`;
    if (Array.isArray(value)) {
      const items = schema["items"] as Schema | undefined;
      return items && value.map((item, index) => this.explain(item, items, `${at}[${String(index)}]`)).find((fault) => fault);
    }
    return typeof value === "object" && value !== null ? this.#object(value, schema, at) : undefined;
  }

  #object(value: object, schema: Schema, at: string): string | undefined {
    const properties = schema["properties"] as Readonly<Record<string, Schema>> | undefined;
    const others = schema["additionalProperties"] as Schema | undefined;
    const missing = ((schema["required"] as string[] | undefined) ?? []).find((name) => !(name in value));
    if (missing !== undefined) return `${at}.${missing} is missing`;
    for (const [name, item] of Object.entries(value)) {
      const shape = properties?.[name] ?? (typeof others === "object" ? others : undefined);
      const fault = shape && this.explain(item, shape, `${at}.${name}`);
      if (fault !== undefined) return fault;
      if (shape === undefined && properties !== undefined && name !== "problems") return `${at}.${name} is not described`;
    }
    return undefined;
  }
}

function resolve(reference: string, document: Schema): Schema {
  let found: unknown = document;
  for (const step of reference.replace(/^#\//, "").split("/")) found = (found as Record<string, unknown>)[step];
  return found as Schema;
}

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "null":
      return value === null;
    case undefined:
      return true;
    default:
      return typeof value === type;
  }
}
