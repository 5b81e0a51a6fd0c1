/**
 * The error catalogues: what a person reads when something fails, complete in both languages, under codes that stay.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listFiles, readSourceTree, ROOT } from "#test/support/source-tree.ts";
import { loadCatalogues } from "../../scripts/error-catalogues.ts";
import { generateDocuments } from "../../scripts/generate-docs.ts";
import { expectNone } from "./expect-none.ts";

const catalogues = await loadCatalogues();
const entries = catalogues.flatMap(({ path, texts }) => Object.entries(texts).map(([code, text]) => ({ path, code, text })));
/** Names a text fills in; `holderEn` and `holderZh` are one name: a part that is itself in two languages. */
const placeholders = (text: string): string =>
  [...new Set((text.match(/\{\w+\}/g) ?? []).map((name) => name.replace(/(En|Zh)\}$/, "}")))].sort().join(" ");

test("codes are kebab-case with the area in front", () => {
  const bad = entries.filter(({ code }) => !/^[a-z]+[a-z0-9]*(-[a-z0-9]+)+$/.test(code));
  expectNone(bad.map(({ path, code }) => `${path}: ${code}`));
});

test("no code is declared twice", () => {
  const groups = Map.groupBy(entries, ({ code }) => code);
  const twice = [...groups]
    .filter(([, found]) => found.length > 1)
    .map(([code, found]) => `${code}: ${found.map(({ path }) => path).join(", ")}`);
  expectNone(twice);
});

test("an area belongs to one module; wire syntax shares that of its protocol", () => {
  const areas = Map.groupBy(entries, ({ code }) => code.split("-")[0] ?? "");
  const shared = [...areas].flatMap(([area, found]) => {
    const folders = new Set(found.map(({ path }) => path.split("/")[1]).filter((folder) => folder !== "formats"));
    return folders.size > 1 ? [`${area}: ${[...folders].join(", ")}`] : [];
  });
  expectNone(shared);
});

test("every failure says in both languages what is wrong and what to do", () => {
  const bad = entries.flatMap(({ code, text }) => {
    const { en, zh, remedyEn, remedyZh } = text;
    const empty = [en, zh, remedyEn, remedyZh].some((part) => typeof part !== "string" || part.trim() === "");
    if (empty) return [`${code}: a text is empty`];
    return [zh, remedyZh].every((part) => /\p{Script=Han}/u.test(part)) ? [] : [`${code}: the Chinese text has no Chinese in it`];
  });
  expectNone(bad);
});

test("both languages fill the same placeholders", () => {
  const bad = entries.filter(
    ({ text }) => placeholders(text.en) !== placeholders(text.zh) || placeholders(text.remedyEn) !== placeholders(text.remedyZh),
  );
  expectNone(bad.map(({ code }) => code));
});

test("catalogues live in errors files and are exported", () => {
  const declaring = readSourceTree("src").filter(
    (file) => /\bdefineErrors\(\{/.test(file.text) && file.path !== "src/base/errors.ts",
  );
  const loaded = new Set(catalogues.map(({ path }) => path));
  expectNone(declaring.map((file) => file.path).filter((path) => !loaded.has(path)));
});

test("every declared code is used in the code", () => {
  const text = readSourceTree("src")
    .filter((file) => !/(^|[/-])errors\.ts$/.test(file.path))
    .map((file) => file.text)
    .join("\n");
  expectNone(entries.filter(({ code }) => !text.includes(`"${code}"`)).map(({ path, code }) => `${path}: ${code}`));
});

test("codes that documents for people name are declared", () => {
  const codes = new Set(entries.map(({ code }) => code));
  const areas = new Set(entries.map(({ code }) => code.split("-")[0] ?? ""));
  const documents = listFiles("docs").filter((path) => path.endsWith(".md"));
  const bad = documents.flatMap((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    const named = [...text.matchAll(/`\[?([a-z]+(?:-[a-z0-9]+)+)\]?`/g)].map((match) => match[1] ?? "");
    return named.filter((code) => areas.has(code.split("-")[0] ?? "") && !codes.has(code)).map((code) => `${path}: ${code}`);
  });
  expectNone(bad);
});

test("the documents list the errors as the code has them", async () => {
  for (const { path, text } of await generateDocuments()) {
    assert.equal(readFileSync(join(ROOT, path), "utf8"), text, `${path} is stale: run scripts/check docs --write`);
  }
});
