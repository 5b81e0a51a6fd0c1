/** `sluice check FILE`: whether a configuration loads, with every error at once, and what comes of it. Fit for CI. */
import { SystemClock } from "#base/clock.ts";
import type { Language } from "#base/errors.ts";
import type { Config } from "#config/config.ts";
import { loadConfig } from "#config/load.ts";
import type { LoadResult } from "#config/load.ts";
import { formatProblems, problemRecord } from "#config/report.ts";
import type { ConfigSchema } from "#config/schema.ts";
import { listSettings, printSettings } from "#config/settings.ts";
import { nextRuns } from "#jobs/check.ts";
import { jobName, scheduleOptions, zoneOf } from "#jobs/options.ts";
import { certificateProblems } from "../certificates/check-certificates.ts";
import { ExitCode, profileOption } from "../command.ts";
import type { Command, CommandContext } from "../command.ts";
import { createSchema } from "../schema.ts";

/** See the head of this file. */
export const check: Command = {
  name: "check",
  arguments: ["FILE"],
  options: [
    profileOption,
    { name: "--json", summary: { en: "print the result as JSON, for programs", zh: "以 JSON 输出结果，供程序使用" } },
  ],
  summary: { en: "check a configuration file and show every error", zh: "检查配置文件并显示全部错误" },
  description: {
    en: "Errors are printed as FILE:LINE:COLUMN: key: what is wrong; how to mend it. Warnings don't fail the check.\nEnvironment variables MTX_… and SLUICE_… count as they do for 'run'. What is set is printed with the place it comes\nfrom; secrets are masked.",
    zh: "错误格式为 文件:行:列: 键：问题；修改方法。警告不影响检查结果。\n环境变量 MTX_… 与 SLUICE_… 的作用与 run 命令相同。输出所有已设置的值及其来源；密码等会被遮盖。",
  },
  run: async (context) => {
    const { positional, options, folder, environment } = context;
    const schema = createSchema();
    const profile = options.get("--profile");
    const read = await loadConfig({ schema, file: positional[0], profile, folder, environment });
    const loaded = await withCertificates(read, folder);
    if (options.has("--json")) printJson(context, schema, loaded);
    else printText(context, schema, loaded);
    return loaded.config === undefined ? ExitCode.Usage : ExitCode.Ok;
  },
};

/** What the start would find of certificate files is told of here already. */
async function withCertificates(loaded: LoadResult, folder: string): Promise<LoadResult> {
  const { config, root, problems } = loaded;
  if (config === undefined) return loaded;
  const found = await certificateProblems(config, root, folder);
  const broken = found.some(({ severity }) => severity === "error");
  return { ...loaded, config: broken ? undefined : config, problems: [...problems, ...found] };
}

function printText({ language, stdout, stderr }: CommandContext, schema: ConfigSchema, loaded: LoadResult): void {
  const { config, problems, texts, root } = loaded;
  const report = formatProblems(problems, texts, language);
  if (report !== "") stderr(`${report}\n`);
  if (config === undefined) return;
  const settings = printSettings(listSettings(schema, root));
  const [files, count] = [[...texts.keys()].join(" + "), String(config.paths.length)];
  for (const { name, zone, next } of upcoming(config)) stdout(`${describeNext(name, { zone, next, language })}\n`);
  const end = language === "zh" ? `${files}：配置正确，共 ${count} 个路径` : `${files}: configuration is valid, ${count} path(s)`;
  stdout(`${settings}${settings === "" ? "" : "\n"}${end}\n`);
}

/** The jobs of the schedule with their next times. */
function upcoming(config: Config): readonly { readonly name: string; readonly zone: string; readonly next: string | null }[] {
  const schedule = config.slice(scheduleOptions);
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const next = nextRuns(schedule, new SystemClock().wallNow());
  return schedule.schedule.map((job, index) => {
    const at = next[index];
    return { name: jobName(job), zone: zoneOf(job, schedule) ?? own, next: at === undefined ? null : new Date(at).toISOString() };
  });
}

function describeNext(name: string, { zone, next, language }: { zone: string; next: string | null; language: Language }): string {
  const time = next === null ? "-" : new Date(next).toLocaleString("sv-SE", { timeZone: zone });
  return language === "zh" ? `定时任务 ${name}：下次 ${time}（${zone}）` : `schedule: ${name}: next ${time} (${zone})`;
}

function printJson({ language, stdout }: CommandContext, schema: ConfigSchema, loaded: LoadResult): void {
  const { config, problems, texts, root } = loaded;
  const settings = listSettings(schema, root).map(({ path, text, origin, variables }) => {
    const { kind: _kind, ...place } = origin;
    return { key: path, value: text ?? null, ...place, ...(variables.length > 0 ? { variables } : {}) };
  });
  const result = {
    valid: config !== undefined,
    files: [...texts.keys()],
    paths: config?.paths.length ?? 0,
    schedule: config === undefined ? [] : upcoming(config),
    problems: problems.map((problem) => problemRecord(problem, language)),
    settings,
  };
  stdout(`${JSON.stringify(result, undefined, 2)}\n`);
}
