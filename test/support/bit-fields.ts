/** Builds bytes from bit fields, for tests of parsers. */

/** A field of `count` bits, most significant first. */
export function field(value: number, count: number): string {
  return value.toString(2).padStart(count, "0");
}

/** Unsigned Exp-Golomb code. */
export function ue(value: number): string {
  const code = (value + 1).toString(2);
  return "0".repeat(code.length - 1) + code;
}

/** Signed Exp-Golomb code. */
export function se(value: number): string {
  return ue(value > 0 ? 2 * value - 1 : -2 * value);
}

/** The fields one after the other, filled up with zeros to a whole byte. */
export function bitBytes(...fields: readonly string[]): Buffer {
  const bits = fields.join("");
  const octets = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return Buffer.from(octets.map((octet) => Number.parseInt(octet, 2)));
}
