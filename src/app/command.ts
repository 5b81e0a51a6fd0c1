/** What a command of the command line is. */
import type { Language } from "#base/errors.ts";

/** Exit codes, the same for every command; documented in `--help`. */
export const ExitCode = {
  /** Done; for `run`: stopped as asked. */
  Ok: 0,
  /** The configuration or the command line is wrong. */
  Usage: 1,
  /** It could not be done: a port is taken, a file can't be read, the camera can't be used. */
  Failed: 2,
} as const;

/** A text in both languages. */
export type Bilingual = Readonly<Record<Language, string>>;

/** Exit codes as help prints them. */
export const exitCodeTexts: readonly { readonly code: number; readonly text: Bilingual }[] = [
  { code: ExitCode.Ok, text: { en: "done, or stopped as asked", zh: "正常完成，或按要求停止" } },
  { code: ExitCode.Usage, text: { en: "the configuration or the command line is wrong", zh: "配置或命令行有误" } },
  {
    code: ExitCode.Failed,
    text: { en: "it could not be done: port taken, camera not usable…", zh: "无法完成：端口被占用、摄像机不可用等" },
  },
];

/** An option; `value` names what follows it, undefined for a switch. */
export interface OptionSpec {
  readonly name: `--${string}`;
  readonly value?: string;
  readonly summary: Bilingual;
}

/** Of every command that is about one configuration. */
export const configOption: OptionSpec = {
  name: "--config",
  value: "FILE",
  summary: { en: "the configuration; otherwise the usual places", zh: "配置文件；省略时在默认位置查找" },
};

/** Of every command that loads a configuration. */
export const profileOption: OptionSpec = {
  name: "--profile",
  value: "NAME",
  summary: {
    en: "lay sluice-NAME.yml, beside the configuration, over it",
    zh: "在配置文件之上叠加同目录的 sluice-NAME.yml",
  },
};

/** What was typed behind the command. Switches have the value "". */
export interface ParsedArguments {
  readonly options: ReadonlyMap<string, string>;
  readonly positional: readonly string[];
}

/** What a command works with. */
export interface CommandContext extends ParsedArguments {
  readonly language: Language;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that names are relative to. */
  readonly folder: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** A password from standard input, not shown while it is typed. */
  readonly readSecret?: () => Promise<string>;
  /** Aborted when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Calls back when the process is asked to read its configuration again; until the first call that request ends it. */
  readonly onHangup: (run: () => void) => void;
}

/** A command. `run` resolves with the exit code; what it throws is printed. */
export interface Command {
  readonly name: string;
  /** Names of the arguments it needs, as help prints them. */
  readonly arguments?: readonly string[];
  /** One more that may be left out. */
  readonly optionalArgument?: string;
  readonly options: readonly OptionSpec[];
  readonly summary: Bilingual;
  readonly description?: Bilingual;
  run(context: CommandContext): Promise<number>;
}
