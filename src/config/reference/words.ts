/** What people read about options, in both languages: the description, and what values are possible. */
import type { Language } from "#base/errors.ts";
import type { OptionFacts } from "./option-facts.ts";

const words = {
  en: { oneOf: "One of", range: "Possible:", to: "to", unit: { bytes: "bytes" }, stop: "." },
  zh: { oneOf: "可选值", range: "范围：", to: "至", unit: { bytes: "字节" }, stop: "。" },
} as const;

/** The description in `language`, or in English where nobody has translated it. */
export function descriptionOf(facts: OptionFacts, language: Language): string {
  return language === "zh" ? (facts.descriptionZh ?? facts.description) : facts.description;
}

/** Which values are possible, as a sentence; "" where any is. */
export function possibleValues(facts: OptionFacts, language: Language): string {
  const { oneOf, range, to, unit, stop } = words[language];
  const { kind, minimum, maximum } = facts.kind === "list" && facts.items !== undefined ? facts.items : facts;
  const choices = facts.choices.length > 0 ? facts.choices : (facts.items?.choices ?? []);
  if (choices.length > 0) {
    const listed = choices.map((word) => (word === "" ? '""' : word)).join(language === "zh" ? "、" : ", ");
    return language === "zh" ? `${oneOf}：${listed}${stop}` : `${oneOf}: ${listed}${stop}`;
  }
  if (kind !== "number" && kind !== "duration" && kind !== "size") return "";
  if (minimum === undefined || maximum === undefined) return "";
  const counted = facts.unit === "bytes" ? ` ${unit.bytes}` : "";
  return `${range}${language === "zh" ? "" : " "}${minimum} ${to} ${maximum}${counted}${stop}`;
}
