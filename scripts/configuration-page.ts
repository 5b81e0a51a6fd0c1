/** The reference page of the configuration, from the option declarations: every key, its default, its meaning. */
import { createSchema } from "../src/app/schema.ts";
import type { Language } from "../src/base/errors.ts";
import type { Reload } from "../src/base/option.ts";
import { describeSchema, type IdleFacts, type OptionFacts } from "../src/config/reference/option-facts.ts";
import { descriptionOf, possibleValues } from "../src/config/reference/words.ts";
import type { ConfigSchema } from "../src/config/schema.ts";

interface PageWords {
  readonly head: string;
  readonly global: string;
  readonly path: string;
  readonly columns: string;
  readonly reload: Readonly<Record<Reload, string>>;
  readonly secret: string;
  readonly idle: string;
  readonly idleGlobal: string;
  readonly idlePath: string;
  readonly idleColumns: string;
  readonly old: string;
  readonly oldColumns: string;
  readonly inverted: string;
}

const english: PageWords = {
  head: `# Configuration

[中文](configuration.zh-CN.md)

<!-- Written by \`node scripts/generate-docs.ts\` from the option declarations in src; don't edit. -->

A configuration is a YAML file in MediaMTX's language. \`sluice init\` writes one with every key and its default, \`sluice check FILE\`
says what is wrong with one or what it sets and where each value comes from, and \`sluice schema\` prints a JSON Schema for editors.

**Which file.** The one named with \`--config\`; otherwise the first there is of \`sluice.yml\`, \`rtsp-simple-server.yml\`, \`mediamtx.yml\`
in the working folder, \`/usr/local/etc/mediamtx.yml\`, \`/usr/etc/mediamtx.yml\`, \`/etc/mediamtx/mediamtx.yml\`, \`/etc/sluice/sluice.yml\`.
Without any, everything is at its default.

**Profiles.** \`--profile prod\` lays \`sluice-prod.yml\`, beside the file, over it: maps merge key by key, lists and values replace. A key
without a value leaves a map as it is and puts anything else back to its default.

**Variables.** \`\${NAME}\` in a value is replaced by the environment variable, \`\${NAME:-default}\` by the default where the variable is
unset or empty; \`$\${\` is a plain \`\${\`. Inside brackets such a value needs quotes. Keys and \`runOn…\` commands are left alone.

**Environment over the file.** \`SLUICE_\` or \`MTX_\` (the first wins) and the key in capitals, levels joined by \`_\`:
\`MTX_LOGLEVEL=debug\`, \`MTX_PATHS_CAM1_SOURCE=rtsp://…\`, \`MTX_AUTHINTERNALUSERS_0_PASS=…\`. Lists of single values are written with commas.

**Values.** Yes or no: \`yes\`, \`no\`, \`true\`, \`false\`, \`on\`, \`off\`. Durations: \`250ms\`, \`10s\`, \`1h30m\`, \`1d\`. Sizes: \`500K\`, \`50M\`, \`1G\`.
Addresses to listen on: \`:8554\` (everywhere), \`127.0.0.1:8554\`, \`[::1]:8554\`. An empty value means the default.

**Changes** take effect without a restart of Sluice. The last column says what notices: nobody, the source of the path (it is pulled
anew, readers stay), or whoever uses the function (its listener or path is opened anew).

**Limits.** 256 KiB, 1000 paths, 16 levels, 20,000 values with aliases expanded, 256 anchors, aliases and tags.`,
  global: "## Global keys",
  path: `## Keys of a path

They stand under \`paths.NAME\`, or under \`pathDefaults\` for all paths. A name is plain (letters, digits, \`_ - . /\`), \`~\` and a regular
expression, or \`all_others\` for every path that nothing else matches. Plain names are looked for first, then expressions by name,
then \`all_others\`.`,
  columns: "| Key | Default | What it does | A change is noticed by |\n| --- | --- | --- | --- |",
  reload: { live: "nobody", source: "the source", restart: "its users" },
  secret: "Never shown again.",
  idle: `## MediaMTX's keys that have no effect yet

They load, and their type is checked. One warning names those whose value would change something in MediaMTX.`,
  idleGlobal: "### Global",
  idlePath: "### Of a path",
  idleColumns: "| Keys | What to do instead |\n| --- | --- |",
  old: "## Old names\n\nNames that MediaMTX gave up work, with a warning.",
  oldColumns: "| Old | Now |\n| --- | --- |",
  inverted: "with the opposite value",
};

const chinese: PageWords = {
  head: `# 配置说明

[English](configuration.md)

<!-- 由 \`node scripts/generate-docs.ts\` 根据 src 中的选项声明生成，请勿手动修改。 -->

配置文件为 YAML 格式，采用 MediaMTX 的写法。\`sluice init\` 生成含全部设置及默认值的文件；\`sluice check 文件\` 指出错误，或列出所有已设置的值
及其来源；\`sluice schema\` 输出供编辑器使用的 JSON Schema。

**使用哪个文件。** 用 \`--config\` 指定的文件；否则依次查找当前目录的 \`sluice.yml\`、\`rtsp-simple-server.yml\`、\`mediamtx.yml\`，以及
\`/usr/local/etc/mediamtx.yml\`、\`/usr/etc/mediamtx.yml\`、\`/etc/mediamtx/mediamtx.yml\`、\`/etc/sluice/sluice.yml\`。都没有时全部使用默认值。

**配置方案（profile）。** \`--profile prod\` 会把同目录的 \`sluice-prod.yml\` 叠加在配置文件之上：映射按键合并，列表和单个值整体替换。只写键不写值时，
映射保持不变，其他设置恢复默认值。

**变量。** 值中的 \`\${NAME}\` 替换为环境变量；\`\${NAME:-默认值}\` 在变量未设置或为空时使用默认值；\`$\${\` 表示普通的 \`\${\`。在方括号或花括号内，含变量的值
必须加引号。键名和 \`runOn…\` 命令不受影响。

**用环境变量覆盖。** \`SLUICE_\` 或 \`MTX_\`（前者优先）加大写的键名，各级之间用 \`_\` 分隔：\`MTX_LOGLEVEL=debug\`、\`MTX_PATHS_CAM1_SOURCE=rtsp://…\`、
\`MTX_AUTHINTERNALUSERS_0_PASS=…\`。单值列表用逗号分隔。

**值的写法。** 是或否：\`yes\`、\`no\`、\`true\`、\`false\`、\`on\`、\`off\`。时长：\`250ms\`、\`10s\`、\`1h30m\`、\`1d\`。大小：\`500K\`、\`50M\`、\`1G\`。
监听地址：\`:8554\`（所有网卡）、\`127.0.0.1:8554\`、\`[::1]:8554\`。留空表示默认值。

**修改** 无需重启 Sluice 即可生效。最后一列说明谁会察觉：无人、路径的视频源（重新拉流，读者保持连接），或使用该功能的一方（其监听或路径重新打开）。

**限制。** 256 KiB、1000 个路径、16 层、20,000 个值（别名展开后）、锚点与别名及标签共 256 个。`,
  global: "## 全局设置",
  path: `## 路径的设置

写在 \`paths.名称\` 之下，或写在 \`pathDefaults\` 之下供所有路径共用。名称可以是普通名称（字母、数字、\`_ - . /\`）、\`~\` 加正则表达式，或 \`all_others\`
（其他路径都不匹配时使用）。先查找普通名称，再按名称顺序匹配正则表达式，最后是 \`all_others\`。`,
  columns: "| 键 | 默认值 | 作用 | 修改时谁会察觉 |\n| --- | --- | --- | --- |",
  reload: { live: "无人", source: "视频源", restart: "使用者" },
  secret: "不再显示。",
  idle: "## 尚不起作用的 MediaMTX 设置\n\n可以加载，并检查类型。如果其值在 MediaMTX 中会产生作用，会在一条警告中列出。",
  idleGlobal: "### 全局",
  idlePath: "### 路径",
  idleColumns: "| 键 | 替代办法 |\n| --- | --- |",
  old: "## 旧名称\n\nMediaMTX 弃用的名称仍可使用，但会有警告。",
  oldColumns: "| 旧名称 | 现名称 |\n| --- | --- |",
  inverted: "值相反",
};

/** The page in `language`. */
export function configurationPage(language: Language): string {
  const schema = createSchema();
  const words = language === "en" ? english : chinese;
  const { global, path, globalIdle, pathIdle } = describeSchema(schema);
  const table = (options: readonly OptionFacts[]): string =>
    [words.columns, ...options.flatMap((option) => rows(option, option.key, language))].join("\n");
  const idle = (options: readonly IdleFacts[]): string => [words.idleColumns, ...idleRows(options, language)].join("\n");
  const sections = [
    words.head,
    words.global,
    table(global),
    words.path,
    table(path),
    words.idle,
    words.idleGlobal,
    idle(globalIdle),
    words.idlePath,
    idle(pathIdle),
    words.old,
    oldNames(schema, words),
  ];
  return `${sections.join("\n\n")}\n`;
}

function rows(facts: OptionFacts, place: string, language: Language): readonly string[] {
  const words = language === "en" ? english : chinese;
  const about = [descriptionOf(facts, language), possibleValues(facts, language), facts.secret ? words.secret : ""];
  const text = about.filter((part) => part !== "").join(language === "en" ? " " : "");
  const noticed = place === facts.key ? words.reload[facts.reload] : "";
  const row = `| \`${place}\` | ${facts.kind === "group" ? "" : shownDefault(facts.default)} | ${cell(text)} | ${noticed} |`;
  const inner = [
    ...facts.properties.map((item) => ({ item, at: `${place}.${item.key}` })),
    ...(facts.items?.properties ?? []).map((item) => ({ item, at: `${place}[].${item.key}` })),
  ];
  return [row, ...inner.flatMap(({ item, at }) => rows(item, at, language))];
}

function shownDefault(value: unknown): string {
  if (value === undefined || value === "") return "";
  if (typeof value === "boolean") return value ? "`yes`" : "`no`";
  return `\`${typeof value === "string" ? value : JSON.stringify(value).replaceAll(",", ", ")}\``;
}

function idleRows(options: readonly IdleFacts[], language: Language): readonly string[] {
  const groups = Map.groupBy(options, (option) => (language === "en" ? option.instead : option.insteadZh));
  return [...groups].map(([instead, keys]) => `| ${keys.map(({ key }) => `\`${key}\``).join(", ")} | ${cell(instead)} |`);
}

function oldNames(schema: ConfigSchema, words: PageWords): string {
  const names = [...Object.entries(schema.oldGlobal), ...Object.entries(schema.oldPath)];
  const table = names.map(([old, { name, inverted }]) => {
    const note = inverted === true ? ` (${words.inverted})` : "";
    return `| \`${old}\` | \`${name}\`${note} |`;
  });
  return [words.oldColumns, ...table].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/\s+/g, " ");
}
