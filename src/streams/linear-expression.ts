/**
 * Regular expressions from configuration that are matched against names clients choose: compiled for V8's linear-time engine
 * (flag `l`), so that no expression and no name can hold up the process (`^(a+)+$` takes hours in the ordinary one). What that
 * engine can't do – look-around, back references, repetitions of more than some hundred – is refused, as RE2 does, whose
 * expressions MediaMTX's files hold. The engine has no flag `i`: letters are spelt in both cases instead (ASCII).
 */
import { setFlagsFromString } from "node:v8";

/** Longest expression. */
const MAX_SOURCE = 1000;

/** Compiles `source` with `flags` of `i`, `m`, `s`, or says what is wrong with it. */
export function linearExpression(source: string, flags: string): RegExp | { readonly fault: string } {
  if (source.length > MAX_SOURCE) return { fault: `longer than ${String(MAX_SOURCE)} characters` };
  // Makes the flag `l` known; nothing else changes, and doing it again neither.
  setFlagsFromString("--enable-experimental-regexp-engine");
  try {
    new RegExp(source, flags);
    const spelt = flags.includes("i") ? bothCases(source) : source;
    try {
      return new RegExp(spelt, `${flags.replace("i", "")}l`);
    } catch {
      return { fault: "look-around, back references and very large repetitions are not supported" };
    }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Escapes, names of groups, classes, letters: what `bothCases` tells apart. */
const TOKEN = /\\(?:x[\da-f]{2}|u[\da-f]{4}|c[a-z]|k<[^>]*>|[^])|\(\?<\w+>|\[(?:\\[^]|[^\]\\])*\]|[a-z]/gi;
/** A range, an escape or a single character of a class. */
const CLASS_PART = /\\[^]|([^\\])-([^\\\]])|[a-z]/gi;

function bothCases(source: string): string {
  return source.replace(TOKEN, (token) => {
    if (token.startsWith("[")) return token.replace(CLASS_PART, partInBothCases);
    return /^[a-z]$/i.test(token) ? `[${token.toLowerCase()}${token.toUpperCase()}]` : token;
  });
}

function partInBothCases(part: string, from: string | undefined, to: string | undefined): string {
  if (from !== undefined && to !== undefined) {
    const capitals = overlap(from, to, "AZ").toLowerCase();
    const small = overlap(from, to, "az").toUpperCase();
    return `${part}${capitals}${small}`;
  }
  return part.length === 1 ? `${part.toLowerCase()}${part.toUpperCase()}` : part;
}

/** The part of a range that lies within another, as a range; "" for none. */
function overlap(from: string, to: string, within: string): string {
  const [low = "", high = ""] = within;
  const start = from > low ? from : low;
  const end = to < high ? to : high;
  return start <= end ? `${start}-${end}` : "";
}
