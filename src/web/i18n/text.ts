/** The page's words in the language in force: the browser's, unless the person chose. Components that call `t` follow it. */
import { signal } from "@preact/signals";
import { keep, readKept } from "../browser/kept.ts";
import { en } from "./en.ts";
import type { MessageKey, Messages } from "./en.ts";
import { fill } from "./fill.ts";
import type { MessageValues } from "./fill.ts";
import { preferredLanguage } from "./language.ts";
import type { Language } from "./language.ts";
import { zh } from "./zh.ts";

const dictionaries: Readonly<Record<Language, Messages>> = { en, zh };

/** The language in force. */
export const language = signal<Language>(read());

function read(): Language {
  const kept = readKept("language");
  return kept === "en" || kept === "zh" ? kept : preferredLanguage(navigator.languages);
}

/** The words of `key`. */
export function t(key: MessageKey, values: MessageValues = {}): string {
  return fill(dictionaries[language.value][key], values);
}

/** The words of a key that is made from data; `otherwise` where the dictionary has none. */
export function tOr(key: string, otherwise: string): string {
  const dictionary: Readonly<Record<string, string>> = dictionaries[language.value];
  return Object.hasOwn(dictionary, key) ? (dictionary[key] ?? otherwise) : otherwise;
}

/** Chooses, and remembers it. */
export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  keep("language", chosen);
  applyLanguage();
}

/** Tells the browser which language the page is in: for fonts, hyphens and screen readers. */
export function applyLanguage(): void {
  document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
}
