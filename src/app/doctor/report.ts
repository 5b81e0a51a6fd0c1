/** The doctor's report, for people and for programs. */
import type { DoctorFindings } from "#api/contract/doctor.ts";
import type { Language } from "#base/errors.ts";
import { ExitCode } from "../command.ts";
import type { Finding, FindingState } from "./finding.ts";

const marks: Readonly<Record<FindingState, string>> = { ok: "✓", warning: "!", failed: "✗" };

/** A finding a line, what to do below it. */
export function printReport(findings: readonly Finding[], language: Language): string {
  return findings.map((finding) => `${lines(finding, language).map(printable).join("\n")}\n`).join("");
}

/** The same as JSON, in both languages. */
export function printJson(findings: readonly Finding[]): string {
  return `${JSON.stringify(toView(findings), undefined, 2)}\n`;
}

/** The same as values. */
export function toView(findings: readonly Finding[]): DoctorFindings {
  const list = findings.map(({ subject, state, text, error, command }) => ({
    subject,
    state,
    code: error?.code ?? null,
    text: error === undefined ? (text ?? { en: "", zh: "" }) : { en: error.describe("en"), zh: error.describe("zh") },
    remedy: error === undefined ? null : { en: error.remedy("en"), zh: error.remedy("zh") },
    command: command ?? null,
  }));
  return { state: worst(findings), findings: list };
}

/** The exit code: by the worst finding. A warning alone is no failure. */
export function exitCodeOf(findings: readonly Finding[]): number {
  return worst(findings) === "failed" ? ExitCode.Failed : ExitCode.Ok;
}

function worst(findings: readonly Finding[]): FindingState {
  const states = findings.map(({ state }) => state);
  return states.includes("failed") ? "failed" : states.includes("warning") ? "warning" : "ok";
}

function lines({ subject, state, text, error, command }: Finding, language: Language): readonly string[] {
  const colon = language === "zh" ? "：" : ": ";
  if (error === undefined) return [`${marks[state]} ${subject}${colon}${text?.[language] ?? ""}`];
  return [
    `${marks[state]} ${subject}${colon}${error.describe(language)} [${error.code}]`,
    `    ${error.remedy(language)}`,
    ...(command === undefined ? [] : [`    ${command}`]),
  ];
}

/** What a camera says must not move the terminal's cursor. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, "?");
}
