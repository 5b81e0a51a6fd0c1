/**
 * The annotated default configuration that `sluice init` writes: every key with its default and what it means. Loading it
 * gives what loading nothing gives.
 */
import { stringify } from "yaml";
import type { Language } from "#base/errors.ts";
import type { ConfigSchema } from "../schema.ts";
import { describeSchema } from "./option-facts.ts";
import type { OptionFacts } from "./option-facts.ts";
import { descriptionOf, possibleValues } from "./words.ts";

/** Comments are broken here; Chinese characters are two columns wide. */
const WIDTH = 100;

const texts = {
  en: {
    head: [
      "Configuration of Sluice. Every key is here with its default: change what you want, delete what you don't need.",
      "'sluice check FILE' says what is wrong with a file; docs/configuration.md explains the keys at length.",
    ],
    items: "Each item has:",
    defaults: "What all paths share unless they say otherwise.",
    paths: "The paths by name. Remove the # to pull a camera:",
  },
  zh: {
    head: [
      "Sluice 的配置文件。所有设置都列在此处，值为默认值：需要的就改，不需要的可以删除。",
      "“sluice check 文件”可以检查错误；各项设置的详细说明见 docs/configuration.zh-CN.md。",
    ],
    items: "每一项包括：",
    defaults: "所有路径共用的设置，各路径可以单独覆盖。",
    paths: "各路径，按名称排列。去掉 # 即可拉取摄像机：",
  },
} as const;

const EXAMPLE = ["entrance:", "  source: rtsp://user:password@192.168.1.64:554/stream1"];

/** The file's text. */
export function defaultFile(schema: ConfigSchema, language: Language): string {
  const { global, path } = describeSchema(schema);
  const { head, defaults, paths } = texts[language];
  const example = EXAMPLE.map((line) => `  # ${line}`);
  const sections = [
    head.flatMap((line) => comment(line, "")),
    ...global.map((facts) => setting(facts, "", language)),
    [...comment(defaults, ""), "pathDefaults:"],
    ...path.map((facts) => setting(facts, "  ", language)),
    [...comment(paths, ""), "paths:", ...example],
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function setting(facts: OptionFacts, margin: string, language: Language): readonly string[] {
  const about = [descriptionOf(facts, language), possibleValues(facts, language)].filter((text) => text !== "");
  const head = comment(about.join(language === "zh" ? "" : " "), margin);
  if (facts.kind === "group") {
    return [...head, `${margin}${facts.key}:`, ...facts.properties.flatMap((item) => setting(item, `${margin}  `, language))];
  }
  const items = facts.items?.properties ?? [];
  const parts = items.length === 0 ? [] : comment(texts[language].items, margin);
  const each = items.flatMap((item) => comment(`- ${item.key}: ${descriptionOf(item, language)}`, margin));
  const value = printDefault(facts);
  return [...head, ...parts, ...each, `${margin}${facts.key}:${value === "" ? "" : ` ${value}`}`];
}

/** A default as the file spells it; "" where it is left empty. */
function printDefault(facts: OptionFacts): string {
  const { default: value } = facts;
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return stringify(value, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
}

function comment(text: string, margin: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  // Chinese has no spaces: it may be broken after any of its characters.
  for (const piece of text.match(/[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/gu) ?? []) {
    const punctuation = /^[，。；：、）”’]/u.test(piece);
    if (width(line + piece.trimEnd()) > WIDTH - margin.length && !punctuation) {
      lines.push(line);
      line = "";
    }
    line += piece;
  }
  const hanging = text.startsWith("- ") ? "  " : "";
  return [...lines, line].map((words, index) => `${margin}# ${index > 0 ? hanging : ""}${words.trim()}`);
}

function width(text: string): number {
  return text.length + (text.match(/[\u3000-\u9fff\uff00-\uffef]/gu)?.length ?? 0);
}
