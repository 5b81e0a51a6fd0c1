/**
 * Bounds that a configuration file must keep before anyone parses it, checked on the bytes and on the lexer's tokens, which
 * cost about 1 µs each and no memory. The parser behind it costs 5…25 µs per token or error: these limits keep any file
 * within a fraction of a second.
 */
import { CST, Lexer } from "yaml";
import type { SluiceError } from "#base/errors.ts";
import { syntaxError } from "./errors.ts";

/** Largest file, bytes: some 5,000 lines. */
export const MAX_FILE_BYTES = 256 * 1024;
/** Lexical tokens of a file: key, colon, space, value, line end. */
const MAX_TOKENS = 40_000;
/** Brackets within brackets. */
const MAX_FLOW_DEPTH = 16;
/** Levels of maps and lists, aliases resolved. */
export const MAX_DEPTH = 16;
/** Values of a file, aliases expanded. */
export const MAX_NODES = 20_000;
/** Anchors, aliases and tags together. */
const MAX_REFERENCES = 256;
/** `- - - …` and `? ? ? …`: each opens a level on the same line. */
const MAX_INDICATORS_PER_LINE = 16;

/** Where in the text a limit was passed or a character is wrong. */
export interface TextFault {
  readonly offset: number;
  readonly error: SluiceError;
}

/** Bytes to text. Undefined offset 0 faults for size and encoding; a byte-order mark is dropped. */
export function decodeText(bytes: Buffer): string | TextFault {
  if (bytes.length > MAX_FILE_BYTES) {
    return { offset: 0, error: syntaxError("config-too-large", { details: { limit: MAX_FILE_BYTES / 1024 } }) };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // YAML 1.2 ends lines with \n or \r\n; a lone \r (old editors) would join them.
    return text.replace(/\r(?!\n)/g, "\n");
  } catch (cause) {
    return { offset: 0, error: syntaxError("config-not-utf8", { cause }) };
  }
}

/** First reason not to parse `text`, or undefined. */
export function findTextFault(text: string): TextFault | undefined {
  // Everything below space but tab, line feed and carriage return, and the C1 range: YAML 1.2 §5.1.
  const control = /[^\P{Cc}\t\n\r\u0085]/u.exec(text);
  if (control !== null) {
    const character = `U+${(control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    return { offset: control.index, error: syntaxError("config-control-character", { details: { character } }) };
  }
  // A whole file of base64: 24 bytes of nonce and 16 of the seal at least.
  if (/^[A-Za-z\d+/\r\n]{54,}={0,2}$/.test(text.trim()))
    return { offset: text.search(/\S/), error: syntaxError("config-encrypted") };
  return findTokenFault(text);
}

/** What a scan of the lexer's tokens has seen so far. */
interface Counts {
  tokens: number;
  depth: number;
  references: number;
  indicators: number;
  /** Type of the last token that isn't white space. */
  last: string | null;
  content: boolean;
}

function findTokenFault(text: string): TextFault | undefined {
  const counts: Counts = { tokens: 0, depth: 0, references: 0, indicators: 0, last: null, content: false };
  let offset = 0;
  let plain = false;
  for (const token of new Lexer().lex(text)) {
    // The lexer announces text (a plain or block scalar) with a mark of its own.
    const type = plain ? "text" : CST.tokenType(token);
    plain = token === CST.SCALAR;
    if (plain || token === CST.DOCUMENT || token === CST.FLOW_END) continue;
    const error = countToken(counts, type) ?? checkToken(counts, type);
    if (error !== undefined) return { offset, error };
    const escape = type === "double-quoted-scalar" ? findBadEscape(token) : undefined;
    if (escape !== undefined) {
      return { offset: offset + escape.index, error: syntaxError("config-bad-escape", { details: { escape: escape.text } }) };
    }
    if (type !== "space" && type !== "newline" && type !== "comment") counts.last = type;
    offset += token.length;
  }
  return undefined;
}

/** First backslash of a double-quoted scalar that begins no escape of YAML 1.2 §5.7. */
function findBadEscape(scalar: string): { index: number; text: string } | undefined {
  const known = /^\\(?:[0abtnvfre "/\\N_LP\t\n\r]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8})/;
  for (let index = scalar.indexOf("\\"); index !== -1; index = scalar.indexOf("\\", index + 2)) {
    if (!known.test(scalar.slice(index, index + 10))) return { index, text: scalar.slice(index, index + 2) };
  }
  return undefined;
}

function checkToken(counts: Counts, type: string | null): SluiceError | undefined {
  if (type === "doc-start" && counts.content) return syntaxError("config-several-documents");
  if (type !== "space" && type !== "newline" && type !== "comment" && type !== "doc-end" && type !== "directive-line") {
    counts.content = true;
  }
  if (type === "comma" && (counts.last === "comma" || counts.last === "flow-seq-start" || counts.last === "flow-map-start")) {
    return syntaxError("config-yaml", { details: { reason: "','" } });
  }
  return undefined;
}

function countToken(counts: Counts, type: string | null): SluiceError | undefined {
  counts.tokens += 1;
  if (type === "newline") counts.indicators = 0;
  if (type === "flow-map-start" || type === "flow-seq-start") counts.depth += 1;
  if (type === "flow-map-end" || type === "flow-seq-end") counts.depth = Math.max(0, counts.depth - 1);
  if (type === "anchor" || type === "alias" || type === "tag") counts.references += 1;
  if (type === "seq-item-ind" || type === "explicit-key-ind" || type === "map-value-ind") counts.indicators += 1;
  const over = (limit: number, what: string, whatZh: string): SluiceError =>
    syntaxError("config-too-complex", { details: { limit, what, whatZh } });
  if (counts.tokens > MAX_TOKENS) return over(MAX_TOKENS, "words and signs", "词与符号数量");
  if (counts.depth > MAX_FLOW_DEPTH) return over(MAX_FLOW_DEPTH, "brackets within brackets", "括号嵌套层数");
  if (counts.references > MAX_REFERENCES) return over(MAX_REFERENCES, "anchors, aliases and tags", "锚点、别名与标签数量");
  if (counts.depth === 0 && counts.indicators > MAX_INDICATORS_PER_LINE) {
    return over(MAX_INDICATORS_PER_LINE, "'-', '?' or ':' on one line", "单行“-”“?”“:”的数量");
  }
  return undefined;
}
