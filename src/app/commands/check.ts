/** `sluice check FILE`: whether a configuration loads, with every error at once. Fit for CI. */
import { loadConfig } from "#config/load.ts";
import { formatProblems } from "#config/report.ts";
import { ExitCode } from "../command.ts";
import type { Command } from "../command.ts";
import { createSchema } from "../schema.ts";

/** See the head of this file. */
export const check: Command = {
  name: "check",
  arguments: ["FILE"],
  options: [],
  summary: { en: "check a configuration file and show every error", zh: "检查配置文件并显示全部错误" },
  description: {
    en: "Errors are printed as FILE:LINE:COLUMN: key: what is wrong; how to mend it. Warnings don't fail the check.\nEnvironment variables MTX_… and SLUICE_… count as they do for 'run'.",
    zh: "错误格式为 文件:行:列: 键：问题；修改方法。警告不影响检查结果。\n环境变量 MTX_… 与 SLUICE_… 的作用与 run 命令相同。",
  },
  run: async ({ positional, folder, environment, language, stdout, stderr }) => {
    const file = positional[0];
    const { config, problems, texts } = await loadConfig({ schema: createSchema(), file, folder, environment });
    const report = formatProblems(problems, texts, language);
    if (report !== "") stderr(`${report}\n`);
    if (config === undefined) return ExitCode.Usage;
    const count = String(config.paths.length);
    stdout(
      language === "zh"
        ? `${file ?? ""}：配置正确，共 ${count} 个路径\n`
        : `${file ?? ""}: configuration is valid, ${count} path(s)\n`,
    );
    return ExitCode.Ok;
  },
};
