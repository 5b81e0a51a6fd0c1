/**
 * Problems as a person reads them: `file:line:column: key: what is wrong; how to mend it [code]`, then the line with a mark
 * under the place. Passwords on the shown line are masked.
 */
import type { Language } from "#base/errors.ts";
import type { Origin, Problem } from "./syntax/node.ts";

/** Longest source line that is shown. */
const MAX_LINE = 160;

/** One problem, without the source line. */
export function formatProblem(problem: Problem, language: Language): string {
  const { error, origin, path, severity } = problem;
  const where = formatOrigin(origin, language);
  const warning = severity === "warning" ? (language === "zh" ? "警告" : "warning") : "";
  const what = error.describe(language);
  const remedy = error.remedy(language).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  const [colon, separator] = language === "zh" ? ["：", "；"] : [": ", "; "];
  const head = [where, warning, path].filter((part) => part !== "").join(": ");
  return `${head}${head === "" ? "" : colon}${what}${separator}${remedy} [${error.code}]`;
}

/** All problems with the lines they are about, errors first; `texts` are the files' by their names. */
export function formatProblems(problems: readonly Problem[], texts: ReadonlyMap<string, string>, language: Language): string {
  const lines = new Map([...texts].map(([file, text]) => [file, text.split(/\r?\n/)]));
  const files = [...texts.keys()];
  const sorted = problems.toSorted((a, b) => rank(a, files) - rank(b, files));
  return sorted.map((problem) => [formatProblem(problem, language), ...sourceLine(problem.origin, lines)].join("\n")).join("\n");
}

/** A problem as data, for programs. */
export interface ProblemRecord {
  readonly severity: Problem["severity"];
  readonly code: string;
  readonly key: string;
  readonly message: string;
  readonly remedy: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Of the environment. */
  readonly variable?: string;
}

/** One problem as data. */
export function problemRecord({ severity, error, origin, path }: Problem, language: Language): ProblemRecord {
  const { kind: _kind, ...place } = origin;
  return { severity, code: error.code, key: path, message: error.describe(language), remedy: error.remedy(language), ...place };
}

/** `file:line:column`, or where else the value came from. */
function formatOrigin(origin: Origin, language: Language): string {
  switch (origin.kind) {
    case "file":
      return `${origin.file}:${String(origin.line)}:${String(origin.column)}`;
    case "environment":
      return language === "zh" ? `环境变量 ${origin.variable}` : `environment variable ${origin.variable}`;
    case "built-in":
      return "";
  }
}

/** Errors before warnings, files in their order, lines in theirs. */
function rank({ origin, severity }: Problem, files: readonly string[]): number {
  const place = origin.kind === "file" ? files.indexOf(origin.file) * 1e6 + origin.line : 0;
  return (severity === "error" ? 0 : 1e9) + place;
}

function sourceLine(origin: Origin, lines: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const line = origin.kind === "file" ? lines.get(origin.file)?.[origin.line - 1] : undefined;
  if (origin.kind !== "file" || line === undefined || line.trim() === "") return [];
  const shown = maskLine(line);
  const margin = `${String(origin.line)} | `;
  const mark = " ".repeat(margin.length + Math.min(origin.column, MAX_LINE) - 1);
  // Where the mask changed the text, the column no longer fits: the line alone must do.
  const fits = shown.slice(0, origin.column - 1) === withArrows(line).slice(0, origin.column - 1);
  return [`  ${margin}${shown.slice(0, MAX_LINE)}`, ...(fits ? [`  ${mark}^`] : [])];
}

/** Hides what may be a password: the user information of a URL, and the value of keys that name a secret. */
function maskLine(line: string): string {
  const masked = line
    .replace(/(:\/\/).*@/, "$1<redacted>@")
    .replace(/((?:pass|secret|token|passphrase)\w*["']?\s*[:：]\s*)\S.*$/i, "$1<redacted>");
  return withArrows(masked);
}

/** Tabs are seen, and as wide as they count. */
function withArrows(line: string): string {
  return line.replaceAll("\t", "→");
}
