/** Errors and findings as Sluice's own API tells them: code, details, and the texts in both languages. */
import type { SluiceError } from "#base/errors.ts";
import type { Problem } from "#config/syntax/node.ts";
import type { ConfigProblem, Explanation } from "./contract/answers.ts";

/** Explains an error. */
export function explain(error: SluiceError): Explanation {
  const details = Object.entries(error.details).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
  );
  return {
    code: error.code,
    details: Object.fromEntries(details),
    text: { en: error.describe("en"), zh: error.describe("zh") },
    remedy: { en: error.remedy("en"), zh: error.remedy("zh") },
  };
}

/** Explains findings in a configuration. */
export function explainProblems(problems: readonly Problem[]): readonly ConfigProblem[] {
  return problems.map(({ severity, error, origin, path }) => ({
    severity,
    key: path,
    line: origin.kind === "file" ? origin.line : null,
    column: origin.kind === "file" ? origin.column : null,
    cause: explain(error),
  }));
}
