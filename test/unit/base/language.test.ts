import assert from "node:assert/strict";
import { test } from "node:test";
import { languageOf } from "#base/language.ts";

test("the locale decides the language, LC_ALL first", () => {
  assert.equal(languageOf({ LANG: "zh_CN.UTF-8" }), "zh");
  assert.equal(languageOf({ LANG: "zh" }), "zh");
  assert.equal(languageOf({ LC_ALL: "C", LANG: "zh_CN.UTF-8" }), "en");
  assert.equal(languageOf({ LC_ALL: "", LC_MESSAGES: "zh_TW", LANG: "en_US.UTF-8" }), "zh");
  assert.equal(languageOf({ LANG: "de_DE" }), "en");
  assert.equal(languageOf({}), "en");
});
