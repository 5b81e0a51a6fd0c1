/**
 * The YAML parser's complaints turned into what a person did wrong. The parser reports where its grammar broke; the cause is
 * often on the same line or the next: a missing space, a full-width colon, a quote never closed. Works on the text only.
 */
import { CST, Lexer } from "yaml";
import type { ErrorCode } from "yaml";
import type { TextFault } from "./limits.ts";
import { syntaxError } from "./errors.ts";

const MAX_REASON = 120;
const MAX_KEY = 60;

/** What the parser said, and about which character of the text. */
export interface ParserComplaint {
  readonly code: ErrorCode;
  readonly message: string;
  readonly offset: number;
}

/** Characters of other keyboards and programs that look like YAML's. */
const lookAlikes: readonly { readonly pattern: RegExp; readonly found: string; readonly wanted: string }[] = [
  { pattern: /：/u, found: "：", wanted: ": " },
  { pattern: /\u00a0/u, found: "U+00A0", wanted: " " },
  { pattern: /\u3000/u, found: "U+3000", wanted: " " },
  { pattern: /－/u, found: "－", wanted: "- " },
];

/** The cause behind a complaint, where it is. */
export function explain(text: string, complaint: ParserComplaint): TextFault {
  const { code, message, offset } = complaint;
  switch (code) {
    case "TAB_AS_INDENT":
      return { offset, error: syntaxError("config-tab") };
    case "BAD_SCALAR_START":
      return { offset, error: syntaxError("config-reserved-character", { details: { character: text.charAt(offset) } }) };
    case "BLOCK_AS_IMPLICIT_KEY":
    case "MULTILINE_IMPLICIT_KEY":
      return explainLine(text, offset);
    case "MISSING_CHAR":
    case "BAD_INDENT":
    case "UNEXPECTED_TOKEN":
      return explainOpen(text, offset) ?? (message.startsWith("Implicit") ? explainLine(text, offset) : indentationOr(complaint));
    default:
      return { offset, error: syntaxError("config-yaml", { details: { reason: shorten(message) } }) };
  }
}

function indentationOr(complaint: ParserComplaint): TextFault {
  const { code, message, offset } = complaint;
  if (code === "BAD_INDENT" || message.includes("block-seq-ind")) return { offset, error: syntaxError("config-indentation") };
  return { offset, error: syntaxError("config-yaml", { details: { reason: shorten(message) } }) };
}

/** The parser quotes what it met, however long. */
function shorten(message: string): string {
  return message.length > MAX_REASON ? `${message.slice(0, MAX_REASON)}…` : message;
}

/** A quote or bracket that was opened before `offset` and is still open there. */
function explainOpen(text: string, offset: number): TextFault | undefined {
  const brackets: { offset: number; bracket: string }[] = [];
  let quoted: { offset: number; token: string } | undefined;
  let at = 0;
  for (const token of new Lexer().lex(text)) {
    if (at >= offset) break;
    const type = CST.tokenType(token);
    if (token === CST.SCALAR || token === CST.DOCUMENT || token === CST.FLOW_END) continue;
    if (type === "flow-map-start" || type === "flow-seq-start") brackets.push({ offset: at, bracket: token });
    if (type === "flow-map-end" || type === "flow-seq-end") brackets.pop();
    const isQuoted = type === "double-quoted-scalar" || type === "single-quoted-scalar";
    if (type !== "space") quoted = isQuoted ? { offset: at, token } : undefined;
    at += token.length;
  }
  if (quoted !== undefined) {
    const spansLines = quoted.token.includes("\n");
    return spansLines
      ? { offset: quoted.offset, error: syntaxError("config-unclosed-quote") }
      : { offset, error: syntaxError("config-after-quote") };
  }
  const open = brackets.at(-1);
  if (open === undefined) return undefined;
  const variable = text
    .slice(open.offset, offset)
    .concat(lineAt(text, offset))
    .search(/(?<=[:,[{\s])\$\{/);
  if (variable >= 0) return { offset: open.offset + variable, error: syntaxError("config-unquoted-variable") };
  const details = { bracket: open.bracket, closing: open.bracket === "[" ? "]" : "}" };
  return { offset: open.offset, error: syntaxError("config-unclosed-bracket", { details }) };
}

/** What is wrong with the line at `offset`, which the parser couldn't read as `key: value`. */
function explainLine(text: string, offset: number): TextFault {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const line = lineAt(text, start);
  const lookAlike = findLookAlike(line);
  if (lookAlike !== undefined) return { offset: start + lookAlike.index, error: lookAlike.error };
  const glued = findMissingSpace(line);
  if (glued !== undefined) return { offset: start + glued.index, error: glued.error };
  const second = /^[^"']*?: .*?(: )/d.exec(line)?.indices?.[1];
  if (second !== undefined) return { offset: start + second[0], error: syntaxError("config-second-colon") };
  const key = /^\s*(?:- +)?([^\s:][^:]*?)\s*$/.exec(line.replace(/\s#.*$/, ""))?.[1];
  if (key !== undefined) {
    return {
      offset: start + line.indexOf(key),
      error: syntaxError("config-missing-colon", { details: { key: firstWord(key) } }),
    };
  }
  return {
    offset: start + line.length + 1 + indentOf(lineAt(text, start + line.length + 1)),
    error: syntaxError("config-indentation"),
  };
}

/** The word a missing colon was meant for; what follows may be a password and isn't repeated. */
export function firstWord(line: string): string {
  return (/^\S+/.exec(line.trim())?.[0] ?? "").slice(0, MAX_KEY);
}

/** A full-width or special character where YAML wants a plain one. */
export function findLookAlike(line: string): { index: number; error: TextFault["error"] } | undefined {
  for (const { pattern, found, wanted } of lookAlikes) {
    const match = pattern.exec(line);
    if (match !== null)
      return { index: match.index, error: syntaxError("config-wide-character", { details: { found, wanted } }) };
  }
  return undefined;
}

/** `key:value` or `-item`. The value isn't repeated: it may be a password. */
export function findMissingSpace(line: string): { index: number; error: TextFault["error"] } | undefined {
  const colon = /^(\s*(?:- +)?)(["']?[\w~^./-]+["']?):[^\s:]/.exec(line);
  if (colon !== null) {
    const [, indent = "", key = ""] = colon;
    const details = { mark: ":", fixed: `${key}: …` };
    return { index: indent.length + key.length, error: syntaxError("config-missing-space", { details }) };
  }
  const dash = /^(\s*)-(?=[A-Za-z_"'])/.exec(line);
  if (dash === null) return undefined;
  return { index: (dash[1] ?? "").length, error: syntaxError("config-missing-space", { details: { mark: "-", fixed: "- …" } }) };
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf("\n", start);
  return text.slice(start, end === -1 ? text.length : end).replace(/\r$/, "");
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
