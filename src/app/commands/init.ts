/** `sluice init [FILE]`: writes the annotated default configuration. Never over a file that is there. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf } from "#base/errors.ts";
import { defaultFile } from "#config/reference/default-file.ts";
import { ExitCode } from "../command.ts";
import type { Command } from "../command.ts";
import { appError } from "../errors.ts";
import { createSchema } from "../schema.ts";

const USUAL = "sluice.yml";
/** It will hold passwords: its owner's alone. */
const MODE = 0o600;

/** See the head of this file. */
export const init: Command = {
  name: "init",
  optionalArgument: "FILE",
  options: [],
  summary: { en: "write a configuration file with every key and its default", zh: "生成配置文件，含全部设置及默认值" },
  description: {
    en: `Without FILE it writes ${USUAL}; '-' prints it. A file that is there is left alone.`,
    zh: `省略 FILE 时写入 ${USUAL}；“-”表示输出到屏幕。不会覆盖已有的文件。`,
  },
  run: async ({ positional, folder, language, stdout }) => {
    const text = defaultFile(createSchema(), language);
    const file = positional[0] ?? USUAL;
    if (file === "-") {
      stdout(text);
      return ExitCode.Ok;
    }
    try {
      await writeFile(resolve(folder, file), text, { flag: "wx", mode: MODE });
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "EEXIST")
        throw appError("init-file-exists", { details: { file } });
      throw appError("init-file-unwritable", { details: { file, reason: messageOf(cause) }, cause });
    }
    stdout(language === "zh" ? `已写入 ${file}\n` : `wrote ${file}\n`);
    return ExitCode.Ok;
  },
};
