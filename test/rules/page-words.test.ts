/** The page's source as data: every word that people read comes from the dictionaries, in both languages. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { stateWords } from "#app/local/status-report.ts";
import { listFiles, ROOT } from "#test/support/source-tree.ts";
import { en } from "#web/i18n/en.ts";
import { zh } from "#web/i18n/zh.ts";

/** Attributes that are read out or shown. */
const SPOKEN =
  /^(?:aria-(?:label|description|placeholder|roledescription|valuetext)|title|alt|placeholder|label|words|hint|question|confirm)$/;
/** Units and signs that are the same in both languages, and an address as an example. */
const SAME = /^(?:[\s·/×()%°:,.–-]|Mbit\/s|fps|kHz|°C|\d)*$|^192\.168\.\d+\.\d+$/;

test("no literal text stands in a component: it comes from the dictionaries", () => {
  const found = listFiles("src/web")
    .filter((path) => path.endsWith(".tsx"))
    .flatMap((path) => literalsOf(path).map((text) => `${path}: ${text}`));
  assert.deepEqual(found, []);
});

test("the text of the page's document is the product's name alone", () => {
  const html = readFileSync(join(ROOT, "src/web/index.html"), "utf8");
  const text = html.replaceAll(/<[^>]*>/g, " ").trim();
  assert.equal(text, "Sluice");
});

test("states of cameras have the same words on the page and in `sluice status`, which can't import each other", () => {
  const ofThePage = (words: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
    Object.entries(words).flatMap(([key, text]) => (key.startsWith("state.") ? [[key.slice("state.".length), text]] : []));
  const told = Object.entries(stateWords);
  assert.deepEqual(
    told.map(([kind, words]) => [kind, words.en]),
    ofThePage(en),
  );
  assert.deepEqual(
    told.map(([kind, words]) => [kind, words.zh]),
    ofThePage(zh),
  );
});

function literalsOf(path: string): readonly string[] {
  const source = readFileSync(join(ROOT, path), "utf8");
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const take = (text: string): void => void (SAME.test(text) || found.push(text.trim()));
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) take(node.text);
    if (ts.isJsxAttribute(node) && SPOKEN.test(node.name.getText()) && node.initializer !== undefined) {
      if (ts.isStringLiteral(node.initializer)) take(node.initializer.text);
    }
    if (ts.isJsxExpression(node) && node.expression !== undefined && !ts.isJsxAttribute(node.parent))
      shown(node.expression, take);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** What an expression between tags shows, as far as it is written there: literals, through conditions. */
function shown(node: ts.Expression, take: (text: string) => void): void {
  if (ts.isStringLiteralLike(node)) take(node.text);
  if (ts.isTemplateExpression(node))
    for (const text of [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]) take(text);
  if (ts.isConditionalExpression(node)) for (const branch of [node.whenTrue, node.whenFalse]) shown(branch, take);
  if (ts.isBinaryExpression(node)) shown(node.right, take);
  if (ts.isParenthesizedExpression(node)) shown(node.expression, take);
}
