/** What can be wrong with a configuration's keys and values, each with the way to mend it. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of failures found while keys and values are read. */
export const configErrors = defineErrors({
  "config-unknown-key": {
    en: "there is no setting '{key}' here",
    zh: "此处没有“{key}”这项设置",
    remedyEn: "Check the spelling and the indentation.",
    remedyZh: "请检查拼写和缩进。",
  },
  "config-misspelled-key": {
    en: "there is no setting '{key}' here",
    zh: "此处没有“{key}”这项设置",
    remedyEn: "Did you mean '{near}'?",
    remedyZh: "是否想写“{near}”？",
  },
  "config-misplaced-key": {
    en: "'{key}' doesn't belong here",
    zh: "“{key}”不应写在这里",
    remedyEn: "Move it to {place}.",
    remedyZh: "请移到{placeZh}。",
  },
  "config-expects-map": {
    en: "settings are expected here, not {found}",
    zh: "此处应为若干设置，而不是{foundZh}",
    remedyEn: "Write 'key: value' lines, indented below this key.",
    remedyZh: "请在该键下缩进书写“键: 值”。",
  },
  "config-expects-list": {
    en: "a list is expected here, not {found}",
    zh: "此处应为列表，而不是{foundZh}",
    remedyEn: "Write [a, b], or one item per line with '- ' in front.",
    remedyZh: "请写成 [a, b]，或每行一项、行首加“- ”。",
  },
  "config-expects-value": {
    en: "a single value is expected here, not {found}",
    zh: "此处应为单个值，而不是{foundZh}",
    remedyEn: "Write the value behind the colon, on the same line.",
    remedyZh: "请把值写在冒号后面的同一行。",
  },
  "config-empty-item": {
    en: "this item of the list is empty",
    zh: "列表中的这一项为空",
    remedyEn: "Fill it in or delete the line.",
    remedyZh: "请填写内容或删除该行。",
  },
  "config-bad-boolean": {
    en: "'{value}' is neither yes nor no",
    zh: "“{value}”不是 yes 或 no",
    remedyEn: "Write yes or no.",
    remedyZh: "请写 yes（是）或 no（否）。",
  },
  "config-bad-number": {
    en: "'{value}' is not a number",
    zh: "“{value}”不是数字",
    remedyEn: "Write digits only, for example {example}.",
    remedyZh: "请只写数字，例如 {example}。",
  },
  "config-bad-integer": {
    en: "'{value}' is not a whole number",
    zh: "“{value}”不是整数",
    remedyEn: "Write digits only, without unit or fraction, for example {example}.",
    remedyZh: "请只写整数，不带单位和小数，例如 {example}。",
  },
  "config-out-of-range": {
    en: "{value} is outside {minimum}…{maximum}",
    zh: "{value} 超出范围 {minimum}…{maximum}",
    remedyEn: "Choose a value from {minimum} to {maximum}.",
    remedyZh: "请填写 {minimum} 到 {maximum} 之间的值。",
  },
  "config-bad-choice": {
    en: "'{value}' is not one of: {choices}",
    zh: "“{value}”不在可选值之内：{choices}",
    remedyEn: "Use one of these words.",
    remedyZh: "请使用其中之一。",
  },
  "config-misspelled-choice": {
    en: "'{value}' is not one of: {choices}",
    zh: "“{value}”不在可选值之内：{choices}",
    remedyEn: "Did you mean '{near}'?",
    remedyZh: "是否想写“{near}”？",
  },
  "config-bad-duration": {
    en: "'{value}' is not a duration",
    zh: "“{value}”不是有效的时长",
    remedyEn: "Write a number with its unit, without a space: 500ms, 10s, 5m, 1h30m, 1d.",
    remedyZh: "请写数字加单位，中间无空格：500ms、10s、5m、1h30m、1d。",
  },
  "config-bad-size": {
    en: "'{value}' is not a size",
    zh: "“{value}”不是有效的大小",
    remedyEn: "Write a number with its unit, without a space: 500K, 50M, 1G.",
    remedyZh: "请写数字加单位，中间无空格：500K、50M、1G。",
  },
  "config-bad-listen-address": {
    en: "'{value}' is not an address to listen on",
    zh: "“{value}”不是有效的监听地址",
    remedyEn: "Write :8554 for all interfaces, 127.0.0.1:8554 or [::1]:8554 for one; the port is at most 65535.",
    remedyZh: "所有网卡请写 :8554；指定网卡请写 127.0.0.1:8554 或 [::1]:8554；端口最大 65535。",
  },
  "config-bad-ip-range": {
    en: "'{value}' is neither an IP address nor a network",
    zh: "“{value}”不是 IP 地址或网段",
    remedyEn: "Write an address such as 192.168.1.20 or a network such as 192.168.1.0/24.",
    remedyZh: "请写地址（如 192.168.1.20）或网段（如 192.168.1.0/24）。",
  },
  "config-too-long": {
    en: "the text is longer than {limit} characters",
    zh: "文本超过 {limit} 个字符",
    remedyEn: "Shorten it.",
    remedyZh: "请缩短。",
  },
  "config-list-length": {
    en: "the list has {count} items; {minimum} to {maximum} are possible",
    zh: "列表有 {count} 项，应为 {minimum} 到 {maximum} 项",
    remedyEn: "Add or remove items.",
    remedyZh: "请增减列表项。",
  },
  "config-list-repeats": {
    en: "'{value}' is in the list twice",
    zh: "列表中“{value}”重复",
    remedyEn: "Keep it once.",
    remedyZh: "请只保留一个。",
  },
  "config-unknown-variable": {
    en: "the environment variable sets nothing: there is no such setting",
    zh: "该环境变量没有对应的设置，不起作用",
    remedyEn: "Check the spelling; '_' stands between the levels, for example MTX_PATHS_CAM1_SOURCE.",
    remedyZh: "请检查拼写；各级之间用“_”分隔，例如 MTX_PATHS_CAM1_SOURCE。",
  },
  "config-undefined-variable": {
    en: "the environment variable '{name}' is not set",
    zh: "环境变量“{name}”没有设置",
    remedyEn: "Set it where Sluice is started, or give a default: ${{name}:-default}. A plain ${ is written $${.",
    remedyZh: "请在启动 Sluice 的环境中设置该变量，或写默认值：${{name}:-默认值}。若只想写 ${，请写成 $${。",
  },
  "config-variables-too-long": {
    en: "the environment variables put in here have more than {limit} characters together",
    zh: "代入的环境变量合计超过 {limit} 个字符",
    remedyEn: "Shorten them, or write the values into the file.",
    remedyZh: "请缩短这些变量，或直接把值写入文件。",
  },
  "config-bad-profile": {
    en: "'{profile}' can't be the name of a profile",
    zh: "“{profile}”不能作为配置方案（profile）的名称",
    remedyEn: "Use letters, digits, '-' and '_': --profile prod reads sluice-prod.yml.",
    remedyZh: "请只用字母、数字、“-”和“_”：--profile prod 会读取 sluice-prod.yml。",
  },
  "config-no-profile": {
    en: "profile '{profile}' has no file '{file}'",
    zh: "配置方案（profile）“{profile}”没有对应的文件“{file}”",
    remedyEn: "Create it beside the main file, or leave --profile out.",
    remedyZh: "请在主配置文件旁创建它，或去掉 --profile。",
  },
  "config-newer-version": {
    en: "the file is of version {version}; this Sluice knows versions up to {known}",
    zh: "文件版本为 {version}，而当前的 Sluice 只支持到版本 {known}",
    remedyEn: "Update Sluice, or go back to the backup that the newer one kept beside the file.",
    remedyZh: "请升级 Sluice，或恢复新版本在文件旁保留的备份。",
  },
  "config-migrated": {
    en: "the file was of version {from} and has been brought up to version {to}; it is kept as '{backup}'",
    zh: "文件版本为 {from}，已升级到版本 {to}；原文件保留为“{backup}”",
    remedyEn: "Nothing needs to be done.",
    remedyZh: "无需处理。",
  },
  "config-migration-failed": {
    en: "the file is of version {from} and works, but could not be brought up to version {to}: {reason}",
    zh: "文件版本为 {from}，可以使用，但无法升级到版本 {to}：{reason}",
    remedyEn: "Let Sluice write to the file's folder, or change the names that the warnings are about by hand.",
    remedyZh: "请允许 Sluice 写入该文件所在目录，或按警告手动修改名称。",
  },
  "config-not-carried": {
    en: "these settings have no effect yet: {keys}. {defaults} more that are at their default value change nothing either",
    zh: "以下设置尚未支持，不起作用：{keysZh}。另有 {defaults} 项为默认值，不受影响",
    remedyEn: "Remove them if you don't count on them.",
    remedyZh: "如不需要可以删除。",
  },
  "config-old-name": {
    en: "'{key}' is an old name of '{name}'",
    zh: "“{key}”是“{name}”的旧名称",
    remedyEn: "It works; write '{name}' instead.",
    remedyZh: "目前仍可使用，建议改为“{name}”。",
  },
  "config-old-name-clash": {
    en: "'{key}' is an old name of '{name}', which is set too",
    zh: "“{key}”是“{name}”的旧名称，而两者都已设置",
    remedyEn: "Keep '{name}' and delete '{key}'.",
    remedyZh: "请保留“{name}”，删除“{key}”。",
  },
  "config-no-file": {
    en: "no configuration file was found; default settings are used",
    zh: "没有找到配置文件，使用默认设置",
    remedyEn: "Create sluice.yml, or name a file with --config.",
    remedyZh: "请创建 sluice.yml，或用 --config 指定文件。",
  },
});

/** Makes an error of this catalogue. */
export const configError = errorFactory(configErrors);
