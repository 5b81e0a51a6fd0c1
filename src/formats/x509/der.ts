/** Writing DER (X.690 §10): the few kinds that a certificate is made of. */

const TAGS = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
};
const SEQUENCE = 0x30;
const SET = 0x31;

/** A value of one of the simple kinds, its content as it is encoded. */
export function primitive(kind: keyof typeof TAGS, content: Buffer): Buffer {
  return tagged(TAGS[kind], content);
}

/** SEQUENCE. */
export function sequence(...items: readonly Buffer[]): Buffer {
  return tagged(SEQUENCE, Buffer.concat(items));
}

/** SET of one item. */
export function setOf(item: Buffer): Buffer {
  return tagged(SET, item);
}

/** A context-specific tag, constructed or not. */
export function context(number: number, content: Buffer, form: "constructed" | "primitive"): Buffer {
  return tagged((form === "constructed" ? 0xa0 : 0x80) | number, content);
}

/** Object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return primitive("oid", Buffer.from(bytes));
}

/** BIT STRING of whole bytes. */
export function bitString(content: Buffer): Buffer {
  return primitive("bitString", Buffer.concat([Buffer.from([0]), content]));
}

/** A positive INTEGER. */
export function positiveInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const trimmed = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  return primitive("integer", (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}

/** A time; UTCTime until 2049, as RFC 5280 §4.1.2.5 wants it. */
export function time(ms: number): Buffer {
  const text = `${new Date(ms).toISOString().replace(/\.\d+/, "").replace(/[-:T]/g, "")}`;
  const short = new Date(ms).getUTCFullYear() < 2050;
  return short ? primitive("utcTime", Buffer.from(text.slice(2))) : primitive("generalizedTime", Buffer.from(text));
}

function base128(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}
