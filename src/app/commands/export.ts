/** `sluice export FILE`: the configuration with every secret in it, encrypted, as a file that `sluice import` and the page open. */
import { resolve } from "node:path";
import { systemRandom } from "#base/random.ts";
import { loadConfig } from "#config/load.ts";
import { SealedTexts } from "#config/store/sealed-text.ts";
import { systemTextFiles } from "#platform/text-files.ts";
import { configOption, ExitCode } from "../command.ts";
import type { Command } from "../command.ts";
import { appError } from "../errors.ts";
import { createSchema } from "../schema.ts";

/** See the head of this file. */
export const exportCommand: Command = {
  name: "export",
  arguments: ["FILE"],
  options: [configOption],
  summary: { en: "save the configuration with its passwords, encrypted", zh: "将含密码的配置加密保存" },
  description: {
    en: "The passphrase is read from standard input. FILE must not be there yet. 'sluice import FILE' or the page opens it.",
    zh: "从标准输入读取口令；FILE 不能已存在。可用 sluice import FILE 或在页面中导入。",
  },
  run: async (context) => {
    const [name = ""] = context.positional;
    const { folder, environment, language } = context;
    const { file, text } = await loadConfig({
      schema: createSchema(),
      file: context.options.get("--config"),
      folder,
      environment,
    });
    if (file === undefined) throw appError("passwd-no-file");
    context.stderr(language === "zh" ? "口令：" : "Passphrase: ");
    const passphrase = (await context.readSecret?.()) ?? "";
    context.stderr("\n");
    const sealed = await new SealedTexts(systemRandom).seal(text, passphrase);
    const target = resolve(folder, name);
    const made = await systemTextFiles.replace({ file: target, text: sealed, expected: undefined, backup: undefined });
    if (made !== "replaced") throw appError("init-file-exists", { details: { file: name } });
    context.stdout(language === "zh" ? `已将 ${file} 保存到 ${name}\n` : `saved ${file} as ${name}\n`);
    return ExitCode.Ok;
  },
};
