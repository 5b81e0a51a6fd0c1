/** The few shapes JSON Schemas (draft 2020-12) of answers are written with. Fields are all required unless said otherwise. */

/** A JSON Schema. */
export type Shape = Readonly<Record<string, unknown>>;

/** Shapes by name. */
export type Shapes = Readonly<Record<string, Shape>>;

/** A text. */
export const text: Shape = { type: "string" };
/** A number. */
export const number: Shape = { type: "number" };
/** A whole number. */
export const integer: Shape = { type: "integer" };
/** True or false. */
export const flag: Shape = { type: "boolean" };
/** Anything of an object. */
export const anyObject: Shape = { type: "object" };

/** One of a few words. */
export function words(...values: readonly string[]): Shape {
  return { type: "string", enum: values };
}

/** A shape, or null. */
export function nullable(shape: Shape): Shape {
  return { anyOf: [shape, { type: "null" }] };
}

/** A list. */
export function listOf(items: Shape): Shape {
  return { type: "array", items };
}

/** An object with any keys. */
export function mapOf(values: Shape): Shape {
  return { type: "object", additionalProperties: values };
}

/** An object; fields of `optional` may be left out. */
export function record(required: Shapes, optional: Shapes = {}): Shape {
  return { type: "object", properties: { ...required, ...optional }, required: Object.keys(required) };
}

/** A shape by its name among the components. */
export function ref(name: string): Shape {
  return { $ref: `#/components/schemas/${name}` };
}
