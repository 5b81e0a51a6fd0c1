/**
 * Writes docs/errors.md from the error catalogues and docs/configuration.md from the option declarations, both in Chinese too.
 * With `--check` it writes nothing and exits 1 where a document differs from the code.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Language } from "../src/base/errors.ts";
import { ROOT } from "../test/support/source-tree.ts";
import { configurationPage } from "./configuration-page.ts";
import { loadCatalogues, type Catalogue } from "./error-catalogues.ts";

/** A generated document and its text. */
export interface GeneratedDocument {
  readonly path: string;
  readonly text: string;
}

const words = {
  en: {
    head: "# Errors\n\nEvery failure Sluice reports has a code that never changes. Find the code from the log, the API or the command line here.",
    generated: "<!-- Written by `node scripts/generate-docs.ts` from the catalogues in src; don't edit. -->",
    columns: "| Code | What is wrong | What to do |\n| --- | --- | --- |",
  },
  zh: {
    head: "# 错误代码\n\nSluice 报告的每个故障都有一个永不改变的代码。请用日志、接口或命令行中看到的代码在此查找。",
    generated: "<!-- 由 `node scripts/generate-docs.ts` 根据 src 中的错误表生成，请勿手动修改。 -->",
    columns: "| 代码 | 出了什么问题 | 该怎么办 |\n| --- | --- | --- |",
  },
} as const;

/** The documents as the code wants them. */
export async function generateDocuments(): Promise<readonly GeneratedDocument[]> {
  const catalogues = await loadCatalogues();
  return [
    { path: "docs/errors.md", text: errorPage(catalogues, "en") },
    { path: "docs/errors.zh-CN.md", text: errorPage(catalogues, "zh") },
    { path: "docs/configuration.md", text: configurationPage("en") },
    { path: "docs/configuration.zh-CN.md", text: configurationPage("zh") },
  ];
}

function errorPage(catalogues: readonly Catalogue[], language: Language): string {
  const { head, generated, columns } = words[language];
  const entries = catalogues.flatMap(({ texts }) => Object.entries(texts));
  const areas = Map.groupBy(entries, ([code]) => code.split("-")[0] ?? "");
  const sections = [...areas]
    .sort(([a], [b]) => a.localeCompare(b, "en"))
    .map(([area, rows]) => {
      const lines = rows
        .sort(([a], [b]) => a.localeCompare(b, "en"))
        .map(([code, text]) => {
          const [what, remedy] = language === "en" ? [text.en, text.remedyEn] : [text.zh, text.remedyZh];
          return `| \`${code}\` | ${cell(what)} | ${cell(remedy)} |`;
        });
      return `## ${area}\n\n${columns}\n${lines.join("\n")}`;
    });
  return `${[head, generated, ...sections].join("\n\n")}\n`;
}

/** A text as a table cell; placeholders that hold an optional sentence part in one language are left out. */
function cell(text: string): string {
  return text
    .replace(/\{\w+(En|Zh)\}/g, "")
    .replace(/\|/g, "\\|")
    .replace(/\{(\w+)\}/g, "‹$1›")
    .replace(/</g, "&lt;")
    .replace(/\s+/g, " ");
}

async function main(): Promise<void> {
  const checkOnly = process.argv.includes("--check");
  for (const { path, text } of await generateDocuments()) {
    const target = join(ROOT, path);
    if (text === existing(target)) continue;
    if (checkOnly) {
      console.error(`${path} differs from the code: run scripts/check docs --write`);
      process.exitCode = 1;
      continue;
    }
    mkdirSync(join(target, ".."), { recursive: true });
    writeFileSync(target, text);
    console.log(`wrote ${path}`);
  }
}

function existing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.main) await main();
