/** Which of our languages a person reads, by the locale of the process. */
import type { Language } from "./errors.ts";

/** POSIX order: LC_ALL before LC_MESSAGES before LANG. Anything that isn't Chinese gets English. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const set = [environment["LC_ALL"], environment["LC_MESSAGES"], environment["LANG"]];
  const locale = set.find((value) => value !== undefined && value !== "") ?? "";
  return /^zh\b|^zh_/i.test(locale) ? "zh" : "en";
}
