/** The token file as data: text is read at 4.5:1, marks are seen at 3:1 (WCAG 2.2, 1.4.3 and 1.4.11), in both themes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listFiles, ROOT } from "#test/support/source-tree.ts";

const css = readFileSync(join(ROOT, "src/web/styles/tokens.css"), "utf8");
const light = tokensOf(/^:root \{(.*?)^\}/ms);
const themes = { light, dark: { ...light, ...tokensOf(/^:root\[data-theme="dark"\] \{(.*?)^\}/ms) } };

const grounds = ["ground", "surface", "raised"];
const texts: readonly (readonly [text: string, on: readonly string[]])[] = [
  ["text", [...grounds, "problem-ground", "notice-ground", "accent-ground"]],
  ["text-quiet", [...grounds, "problem-ground", "notice-ground", "accent-ground"]],
  ["accent", ["ground", "surface"]],
  ["problem", ["ground", "surface", "problem-ground"]],
  ["notice", ["ground", "surface", "notice-ground"]],
  ["on-accent", ["accent"]],
  ["on-ok", ["ok"]],
  ["on-notice", ["notice"]],
  ["on-problem", ["problem"]],
  ["on-stale", ["stale"]],
  ["on-picture", ["picture"]],
  ["on-picture-quiet", ["picture"]],
];
const marks: readonly (readonly [mark: string, on: readonly string[]])[] = [
  ["ok", grounds],
  ["notice", grounds],
  ["problem", grounds],
  ["stale", grounds],
  ["accent", grounds],
  ["edge", ["ground", "surface"]],
];

for (const [theme, tokens] of Object.entries(themes)) {
  const check = (pairs: typeof texts, least: number): void => {
    for (const [front, backs] of pairs)
      for (const back of backs) {
        const ratio = contrast(tokens[front] ?? "", tokens[back] ?? "");
        assert.ok(ratio >= least, `${front} on ${back}: ${ratio.toFixed(2)}, wanted ${String(least)}`);
      }
  };
  test(`${theme}: text can be read on every ground it stands on`, () => check(texts, 4.5));
  test(`${theme}: marks can be seen`, () => check(marks, 3));
}

test("the dark theme names colours of the light one and no others", () => {
  const known = new Set(Object.keys(themes.light));
  assert.deepEqual(
    Object.keys(tokensOf(/^:root\[data-theme="dark"\] \{(.*?)^\}/ms)).filter((name) => !known.has(name)),
    [],
  );
});

test("nothing but the token file names a colour", () => {
  const styles = listFiles("src/web").filter((path) => /\.(css|tsx?)$/.test(path) && !path.endsWith("tokens.css"));
  const named = styles.filter((path) =>
    /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i.test(readFileSync(join(ROOT, path), "utf8").replace(/#[a-z]+\/\S+/g, "")),
  );
  assert.deepEqual(named, []);
});

test("every token that a style uses exists", () => {
  const names = new Set([...css.matchAll(/^\s*--([a-z0-9-]+):/gm)].map((match) => match[1]));
  for (const name of ["aspect", "columns", "rows"]) names.add(name); // set on tiles and their grid
  const missing = listFiles("src/web")
    .filter((path) => /\.(css|tsx?)$/.test(path))
    .flatMap((path) =>
      [...readFileSync(join(ROOT, path), "utf8").matchAll(/var\(--([a-z0-9-]+)/g)]
        .map((match) => match[1] ?? "")
        .filter((name) => !names.has(name))
        .map((name) => `${path}: --${name}`),
    );
  assert.deepEqual(missing, []);
});

function tokensOf(block: RegExp): Readonly<Record<string, string>> {
  const body = block.exec(css)?.[1] ?? "";
  return Object.fromEntries(
    [...body.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b/g)].map(([, name, value]) => [name ?? "", value ?? ""]),
  );
}

function contrast(a: string, b: string): number {
  const [one, two] = [luminance(a), luminance(b)];
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}

function luminance(colour: string): number {
  assert.match(colour, /^#[0-9a-f]{6}$/, `not a colour: '${colour}'`);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
