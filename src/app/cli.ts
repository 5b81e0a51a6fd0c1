/**
 * The command line: which command, its options, help in the language of the locale, and the exit codes. Commands do their
 * work in `commands/`; this file only understands what was typed.
 */
import { messageOf, SluiceError } from "#base/errors.ts";
import type { Language } from "#base/errors.ts";
import { languageOf } from "#base/language.ts";
import { check } from "./commands/check.ts";
import { doctor } from "./commands/doctor.ts";
import { exportCommand } from "./commands/export.ts";
import { importCommand } from "./commands/import.ts";
import { init } from "./commands/init.ts";
import { install, uninstall } from "./commands/install.ts";
import { passwd } from "./commands/passwd.ts";
import { probe } from "./commands/probe.ts";
import { run } from "./commands/run.ts";
import { schema } from "./commands/schema.ts";
import { logs } from "./commands/logs.ts";
import { status } from "./commands/status.ts";
import { verify } from "./commands/verify.ts";
import { version } from "./commands/version.ts";
import type { Command, CommandContext, OptionSpec, ParsedArguments } from "./command.ts";
import { ExitCode, exitCodeTexts } from "./command.ts";
import { appError } from "./errors.ts";

const commands: readonly Command[] = [
  run,
  status,
  logs,
  init,
  check,
  schema,
  probe,
  passwd,
  exportCommand,
  importCommand,
  verify,
  doctor,
  install,
  uninstall,
  version,
];

/** What the process gives its command line. */
export type CliContext = Omit<CommandContext, "language" | "options" | "positional">;

/** Runs what `argv` says (without interpreter and script). Resolves with the exit code; never rejects. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const language = languageOf(context.environment);
  try {
    const [name = "--help", ...rest] = argv;
    if (name === "--help" || name === "-h" || name === "help") {
      context.stdout(generalHelp(language));
      return ExitCode.Ok;
    }
    const wanted = name === "--version" ? "version" : name;
    const command = commands.find((candidate) => candidate.name === wanted);
    if (command === undefined) throw appError("app-unknown-command", { details: { command: name } });
    if (rest.includes("--help") || rest.includes("-h")) {
      context.stdout(commandHelp(command, language));
      return ExitCode.Ok;
    }
    return await command.run({ ...context, ...parseArguments(command, rest), language });
  } catch (error) {
    context.stderr(`${formatFailure(error, language)}\n`);
    return error instanceof SluiceError && error.code.startsWith("app-") ? ExitCode.Usage : ExitCode.Failed;
  }
}

/** What went wrong and what to do, on one line. */
function formatFailure(error: unknown, language: Language): string {
  if (!(error instanceof SluiceError)) return `sluice: ${messageOf(error)}`;
  const [colon, stop] = language === "zh" ? ["：", "。"] : [": ", ". "];
  return `sluice${colon}${error.describe(language)}${stop}${error.remedy(language)} [${error.code}]`;
}

function parseArguments(command: Command, words: readonly string[]): ParsedArguments {
  const options = new Map<string, string>();
  const positional: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (!word.startsWith("-") || word === "-") {
      positional.push(word);
      continue;
    }
    const [option = "", inline] = /^--[^=]+=/.test(word) ? splitOnce(word) : [word];
    const spec = command.options.find((candidate) => candidate.name === option);
    if (spec === undefined) throw appError("app-unknown-option", { details: { command: command.name, option } });
    if (spec.value === undefined) {
      options.set(option, "");
      continue;
    }
    const value = inline ?? words[(index += 1)];
    if (value === undefined) throw appError("app-option-value", { details: { option, value: spec.value } });
    options.set(option, value);
  }
  const { arguments: wanted = [], optionalArgument } = command;
  const missing = wanted[positional.length];
  if (missing !== undefined) throw appError("app-argument-missing", { details: { command: command.name, argument: missing } });
  const surplus = positional[wanted.length + (optionalArgument === undefined ? 0 : 1)];
  if (surplus !== undefined) throw appError("app-argument-unexpected", { details: { command: command.name, argument: surplus } });
  return { options, positional };
}

function splitOnce(word: string): [string, string] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

const texts = {
  usage: { en: "Usage", zh: "用法" },
  commands: { en: "Commands", zh: "命令" },
  options: { en: "Options", zh: "选项" },
  exitCodes: { en: "Exit codes", zh: "退出码" },
  more: { en: "'sluice COMMAND --help' says more about a command.", zh: "各命令的详细说明见“sluice 命令 --help”。" },
  what: {
    en: "Sluice pulls each camera once and serves it to any number of readers.",
    zh: "Sluice：每台摄像机只拉流一次，可供任意数量的播放端观看。",
  },
  help: { en: "show this help", zh: "显示本帮助" },
} as const;

function generalHelp(language: Language): string {
  const list = commands.map((command) => row(usageOf(command), command.summary[language]));
  return [
    texts.what[language],
    "",
    `${texts.usage[language]}: sluice COMMAND [OPTIONS]`,
    "",
    `${texts.commands[language]}:`,
    ...list,
    "",
    ...exitCodeHelp(language),
    "",
    texts.more[language],
    "",
  ].join("\n");
}

function commandHelp(command: Command, language: Language): string {
  const options = [
    ...command.options.map((option) => row(optionUsage(option), option.summary[language])),
    row("--help", texts.help[language]),
  ];
  return [
    `${texts.usage[language]}: sluice ${usageOf(command)}${command.options.length > 0 ? " [OPTIONS]" : ""}`,
    "",
    command.summary[language],
    ...(command.description === undefined ? [] : ["", command.description[language]]),
    "",
    `${texts.options[language]}:`,
    ...options,
    "",
    ...exitCodeHelp(language),
    "",
  ].join("\n");
}

function exitCodeHelp(language: Language): readonly string[] {
  return [`${texts.exitCodes[language]}:`, ...exitCodeTexts.map(({ code, text }) => row(String(code), text[language]))];
}

function usageOf(command: Command): string {
  const optional = command.optionalArgument === undefined ? [] : [`[${command.optionalArgument}]`];
  return [command.name, ...(command.arguments ?? []), ...optional].join(" ");
}

function optionUsage(option: OptionSpec): string {
  return option.value === undefined ? option.name : `${option.name} ${option.value}`;
}

function row(left: string, right: string): string {
  return `  ${left.padEnd(18)} ${right}`;
}
