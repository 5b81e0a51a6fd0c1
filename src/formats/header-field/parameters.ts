/**
 * Lists and parameters of header field values (RFC 9110 §5.6; RFC 2326 §12 uses the same shapes): splitting that respects
 * quoted strings, and reading and writing of quoted strings. Tolerant: a quoted string left open ends with the value.
 */

/** Entries of one list that are read; what follows is ignored. */
export const MAX_LIST_ENTRIES = 64;

/** A `name=value` parameter; `value` is undefined for a bare word. Both are trimmed, quotes are removed. */
export interface Parameter {
  /** Lower-case. */
  readonly name: string;
  readonly value: string | undefined;
}

/** Splits at `separator` (one character) outside quoted strings; trims the pieces and leaves out empty ones. */
export function splitQuoted(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    if (at < text.length && (quoted || character !== separator)) continue;
    const piece = text.slice(start, at).trim();
    start = at + 1;
    if (piece !== "") pieces.push(piece);
    if (pieces.length === MAX_LIST_ENTRIES) break;
  }
  return pieces;
}

/** Reads `name=value` or `name`; spaces around `=` are allowed. */
export function parseParameter(text: string): Parameter {
  const equals = text.indexOf("=");
  if (equals < 0) return { name: text.trim().toLowerCase(), value: undefined };
  return { name: text.slice(0, equals).trim().toLowerCase(), value: unquote(text.slice(equals + 1).trim()) };
}

/** Removes the surrounding quotes and the escapes of a quoted string; anything else comes back as it is. */
export function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  const closed = text.length > 1 && text.endsWith('"');
  return unescapeQuoted(text.slice(1, closed ? -1 : undefined));
}

/** Undoes the backslash escapes inside a quoted string. */
export function unescapeQuoted(text: string): string {
  return text.includes("\\") ? text.replace(/\\(.)/gs, "$1") : text;
}

/** Writes a quoted string: escapes quotes and backslashes, turns line breaks and NUL into spaces. */
export function quote(text: string): string {
  return `"${singleLine(text).replace(/["\\]/g, "\\$&")}"`;
}

/** Text that can't break out of its line: CR, LF and NUL become spaces. */
export function singleLine(text: string): string {
  return /[\r\n\0]/.test(text) ? text.replace(/[\r\n\0]/g, " ") : text;
}

/** A decimal number without sign in `[minimum, maximum]`; undefined for anything else. */
export function parseDecimal(text: string | undefined, minimum: number, maximum: number): number | undefined {
  const digits = text?.trim();
  if (digits === undefined || !/^\d{1,15}$/.test(digits)) return undefined;
  const value = Number(digits);
  return value >= minimum && value <= maximum ? value : undefined;
}
