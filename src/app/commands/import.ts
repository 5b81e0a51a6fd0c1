/** `sluice import FILE`: a configuration out of an encrypted export takes the place of the one there is, if it can be used. */
import { resolve } from "node:path";
import { systemRandom } from "#base/random.ts";
import { loadConfig, loadDraft } from "#config/load.ts";
import { formatProblems } from "#config/report.ts";
import { SealedTexts } from "#config/store/sealed-text.ts";
import { systemTextFiles } from "#platform/text-files.ts";
import { configOption, ExitCode } from "../command.ts";
import type { Command } from "../command.ts";
import { appError } from "../errors.ts";
import { createSchema } from "../schema.ts";

/** An encrypted configuration is half a MiB at most. */
const MAX_BYTES = 1024 * 1024;
/** Where there is no configuration yet. */
const NEW_FILE = "sluice.yml";

/** See the head of this file. */
export const importCommand: Command = {
  name: "import",
  arguments: ["FILE"],
  options: [configOption],
  summary: { en: "bring back what 'sluice export' saved", zh: "导入 sluice export 保存的配置" },
  description: {
    en: "The passphrase is read from standard input. The former configuration stays beside as FILE.before-import.\nA running server takes the new one over by itself.",
    zh: "从标准输入读取口令。原配置保留在旁边，文件名后加 .before-import。运行中的服务会自动生效。",
  },
  run: async (context) => {
    const [name = ""] = context.positional;
    const { folder, environment, language } = context;
    const sealed = await systemTextFiles.read(resolve(folder, name), MAX_BYTES);
    if (sealed === undefined) throw appError("import-no-file", { details: { file: name } });
    context.stderr(language === "zh" ? "口令：" : "Passphrase: ");
    const passphrase = (await context.readSecret?.()) ?? "";
    context.stderr("\n");
    const text = await new SealedTexts(systemRandom).open(sealed, passphrase);
    const how = { schema: createSchema(), file: context.options.get("--config"), folder, environment };
    const before = await loadConfig(how);
    const file = before.file ?? how.file ?? NEW_FILE;
    const after = loadDraft({ ...how, file }, text);
    if (after.config === undefined) {
      context.stderr(`${formatProblems(after.problems, after.texts, language)}\n`);
      return ExitCode.Usage;
    }
    const target = resolve(folder, file);
    const expected = await systemTextFiles.read(target, MAX_BYTES);
    const done = await systemTextFiles.replace({ file: target, text, expected, backup: `${target}.before-import` });
    if (done === "changed-meanwhile") throw appError("passwd-changed", { details: { file } });
    context.stdout(language === "zh" ? `已写入 ${file}\n` : `wrote ${file}\n`);
    return ExitCode.Ok;
  },
};
