/**
 * Secrets in a configuration's text: hidden where the text is shown, put back where a shown text is sent back. A secret is
 * the value of a key that names one, and the password in an address; both also in comments. A kept password goes only to the
 * host it was kept for.
 */
import { isMap, isScalar, isSeq, visit } from "yaml";
import type { Node } from "yaml";
import { redactQuery } from "#base/secret.ts";
import { MASK, maskAddress } from "../print-value.ts";
import { storeError } from "./errors.ts";
import { parse } from "./yaml-editor.ts";

const SECRET_KEY = /(?:pass|password|passphrase|secret|token)$/i;
const SECRET_COMMENT = /((?:pass|password|passphrase|secret|token)["']?\s*:\s*)(?=\S)(?!<redacted>).*$/i;
/** In text that is no YAML, maybe for want of the colon itself. */
const SECRET_IN_BROKEN = /((?:pass|password|passphrase|secret|token)["']?(?:\s*[:=]\s*|\s+))(?=\S)(?!<redacted>).*$/i;
/** Greedy: an unescaped '/' or '@' in a password must not end what is hidden. */
const ADDRESS = /^([a-z][a-z\d+.-]*:\/\/[^:/@]*:)(.*)@/is;
const ADDRESS_IN_COMMENT = /([a-z][a-z\d+.-]*:\/\/[^:/@\s]*:)(\S*)@/gi;

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text as it may be shown. Text that is no YAML is hidden line by line, as comments are. */
export function maskText(text: string): string {
  const pieces: Piece[] = [];
  try {
    for (const { node, key, value } of scalarsOf(text)) {
      const masked = maskValue(key, value);
      if (masked !== value && node.range) pieces.push({ start: node.range[0], end: node.range[1], text: JSON.stringify(masked) });
    }
  } catch {
    return text
      .split("\n")
      .map((line) => maskComment(line, SECRET_IN_BROKEN))
      .join("\n");
  }
  const cut = putIn(text, pieces);
  return cut
    .split("\n")
    .map((line) => (line.trimStart().startsWith("#") ? maskComment(line) : maskTail(line)))
    .join("\n");
}

/** `text` with every mask replaced by what `known` has at the same place. Throws `config-secret-…` where there is nothing. */
export function fillSecrets(text: string, known: string): string {
  if (!text.includes(MASK)) return text;
  const pieces: Piece[] = [];
  const kept = new Map([...scalarsOf(known)].map(({ path, value }) => [path, value]));
  for (const { node, path, value } of scalarsOf(text)) {
    if (!value.includes(MASK) || !node.range) continue;
    const filled = fillValue(path, value, kept);
    pieces.push({ start: node.range[0], end: node.range[1], text: JSON.stringify(filled) });
  }
  return fillComments(putIn(text, pieces), known);
}

/** One value with its masks replaced, given what is kept by place. */
function fillValue(path: string, value: string, kept: ReadonlyMap<string, string>): string {
  const old = kept.get(path) ?? kept.get(path.replace(/^paths\.[^]*\.([^.]+)$/, "pathDefaults.$1"));
  if (old === undefined || old === "") throw storeError("config-secret-unknown", { details: { key: shownPath(path) } });
  if (value === MASK || maskAddress(old) === value) return old;
  const [, , secret = MASK] = ADDRESS.exec(old) ?? [];
  const filled = fillQuery(
    value.replace(`:${MASK}@`, () => `:${secret}@`),
    old,
  );
  if (filled.includes(MASK)) throw storeError("config-secret-unknown", { details: { key: shownPath(path) } });
  const host = hostOf(value);
  if (host === undefined || host !== hostOf(maskAddress(old)))
    throw storeError("config-secret-elsewhere", { details: { key: shownPath(path) } });
  return filled;
}

/** Passwords in an address's query, by their names. */
function fillQuery(value: string, old: string): string {
  return value.replace(/([?&][\w-]+=)<redacted>/g, (whole, name: string) => {
    const at = old.lastIndexOf(name);
    return at === -1 ? whole : name + (old.slice(at + name.length).split("&", 1)[0] ?? "");
  });
}

function maskValue(key: string, value: string): string {
  if (value === "" || value === "~" || value === "null") return value;
  if (SECRET_KEY.test(key)) return MASK;
  return maskAddress(value);
}

function maskComment(line: string, secret = SECRET_COMMENT): string {
  return redactQuery(line.replace(ADDRESS_IN_COMMENT, (_whole, before: string) => `${before}${MASK}@`)).replace(
    secret,
    (_whole, before: string) => `${before}${MASK}`,
  );
}

/** A comment behind a value. */
function maskTail(line: string): string {
  const at = line.indexOf(" #");
  return at === -1 ? line : line.slice(0, at) + maskComment(line.slice(at));
}

function fillComments(text: string, known: string): string {
  if (!text.includes(MASK)) return text;
  const originals = new Map(
    known.split("\n").flatMap((line) => {
      const masked = maskComment(line);
      return masked === line ? [] : [[masked.trim(), line.trim()] as const];
    }),
  );
  return text
    .split("\n")
    .map((line) => {
      const original = line.includes(MASK) ? originals.get(line.trim()) : undefined;
      return original === undefined ? line : line.slice(0, line.search(/\S/)) + original;
    })
    .join("\n");
}

interface FoundScalar {
  readonly node: Node;
  readonly key: string;
  /** Keys that lead to it; items of lists by their user or url where they have one. */
  readonly path: string;
  readonly value: string;
}

function* scalarsOf(text: string): Generator<FoundScalar> {
  const found: FoundScalar[] = [];
  const walk = (node: unknown, key: string, path: string): void => {
    if (isMap(node)) {
      for (const pair of node.items) {
        const name = isScalar(pair.key) ? String(pair.key.value) : "";
        walk(pair.value, name, path === "" ? name : `${path}.${name}`);
      }
    } else if (isSeq(node)) {
      const seen = new Map<string, number>();
      node.items.forEach((item, index) => {
        const name = nameOfItem(item) ?? String(index);
        const count = (seen.get(name) ?? 0) + 1;
        seen.set(name, count);
        walk(item, key, `${path}[${name}${count > 1 ? `#${String(count)}` : ""}]`);
      });
    } else if (isScalar(node) && typeof node.value === "string") {
      found.push({ node, key, path, value: node.value });
    }
  };
  const document = parse(text);
  walk(document.contents, "", "");
  yield* found;
}

/** What makes an item of a list the same one after others were added or taken away. */
function nameOfItem(item: unknown): string | undefined {
  let name: string | undefined;
  if (!isMap(item)) return undefined;
  visit(item, {
    Pair: (_key, pair) => {
      if (!isScalar(pair.key) || !isScalar(pair.value)) return visit.SKIP;
      if (pair.key.value === "user" || pair.key.value === "url") name ??= String(pair.value.value);
      return visit.SKIP;
    },
  });
  return name;
}

function putIn(text: string, pieces: readonly Piece[]): string {
  let result = "";
  let at = 0;
  for (const piece of [...pieces].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, piece.start) + piece.text;
    at = piece.end;
  }
  return result + text.slice(at);
}

/** Host and port of an address with masks; undefined where a stray `@` leaves open which they are. */
function hostOf(masked: string): string | undefined {
  return /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#@]*@)?([^/?#@]*)(?:[/?#][^@]*)?$/i.exec(masked)?.[1]?.toLowerCase();
}

/** The place without what may be part of a secret (an address that names a list's item). */
function shownPath(path: string): string {
  return path.replace(/\[[^\]]*:\/\/[^\]]*\]/g, "[…]");
}
