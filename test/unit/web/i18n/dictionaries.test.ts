import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { en } from "#web/i18n/en.ts";
import { zh } from "#web/i18n/zh.ts";
import { listFiles, ROOT } from "#test/support/source-tree.ts";

const keys = Object.keys(en) as (keyof typeof en)[];
const names = (message: string): readonly string[] =>
  [...message.matchAll(/\{(\w+)[^}]*\}/g)].map((match) => match[1] ?? "").sort();

test("both languages have the same keys, in the same order", () => {
  assert.deepEqual(Object.keys(zh), keys);
});

test("no value stands inside a choice by number: it would not be filled in", () => {
  for (const key of keys) for (const message of [en[key], zh[key]]) assert.doesNotMatch(message, /\{[^}]*\{/, key);
});

test("a message takes the same values in both languages", () => {
  for (const key of keys) assert.deepEqual(new Set(names(zh[key])), new Set(names(en[key])), key);
});

test("Chinese is written in Chinese: full-width punctuation, no exclamation marks, no words left over", () => {
  // Names that are the same everywhere.
  const same = ["brand", "none", "language.zh", "language.en", "links.rtsp", "links.rtsps", "links.hls", "links.whep"];
  for (const key of keys) {
    assert.doesNotMatch(zh[key], /[!！]/, key);
    assert.doesNotMatch(zh[key], /[\u4e00-\u9fff][,;:?]/, `${key}: half-width punctuation`);
    if (same.includes(key) || /^(device\.(cpu|node|process-cpu)|transport\.)/.test(key)) continue;
    const withoutValues = zh[key].replaceAll(/\{[^}]*\}/g, "");
    if (key === "language.other" || !/[A-Za-z]/.test(withoutValues)) continue;
    assert.match(zh[key], /[\u4e00-\u9fff]/, key);
  }
});

test("every key that the page asks for by name is used somewhere", () => {
  const text = listFiles("src/web")
    .filter((path) => /\.tsx?$/.test(path) && !/i18n\/(en|zh)\.ts$/.test(path))
    .map((path) => readFileSync(join(ROOT, path), "utf8"))
    .join("\n");
  // Families whose last part is data: `state.${kind}`.
  const families = [...text.matchAll(/`([a-z-]+\.(?:[a-z-]+\.)?)\$\{/g)].map((match) => match[1] ?? "");
  const unused = keys.filter((key) => !text.includes(`"${key}"`) && !families.some((family) => key.startsWith(family)));
  assert.deepEqual(unused, []);
});
