/** What keeps a change of the configuration from being taken. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of refused changes. */
export const storeErrors = defineErrors({
  "config-changed-on-disk": {
    en: "the configuration file was changed by somebody else meanwhile",
    zh: "配置文件已被其他人修改",
    remedyEn: "Nothing was written. Read the configuration again and repeat the change.",
    remedyZh: "未写入任何内容。请重新读取配置后再次修改。",
  },
  "config-etag-mismatch": {
    en: "the configuration is not the one this change was made for",
    zh: "该修改所依据的配置已过期",
    remedyEn: "Nothing was written. Read the configuration again and repeat the change.",
    remedyZh: "未写入任何内容。请重新读取配置后再次修改。",
  },
  "config-file-broken": {
    en: "the configuration file on disk has errors and is not in force",
    zh: "磁盘上的配置文件有错误，尚未生效",
    remedyEn: "Mend the file first, in the editor of the page or on the box, or roll back to the last good one.",
    remedyZh: "请先在页面编辑器或设备上修正该文件，或回滚到上一个正确的配置。",
  },
  "config-refused": {
    en: "the configuration would not be valid: {reason}",
    zh: "修改后的配置无效：{reasonZh}",
    remedyEn: "Nothing was written. Mend what is named and try again.",
    remedyZh: "未写入任何内容。请修正后重试。",
  },
  "config-not-applied": {
    en: "the configuration is valid but could not be put into force: {reason}",
    zh: "配置有效，但无法生效：{reason}",
    remedyEn: "The previous configuration stays in force. Mend what is named and try again.",
    remedyZh: "仍使用原配置。请修正后重试。",
  },
  "config-passphrase-short": {
    en: "the passphrase is too short",
    zh: "口令过短",
    remedyEn: "Take at least {min} characters: it is all that protects every password in the file.",
    remedyZh: "请至少使用 {min} 个字符：文件中的所有密码仅由它保护。",
  },
  "config-passphrase-wrong": {
    en: "the passphrase is wrong, or the file was changed",
    zh: "口令错误，或文件已被改动",
    remedyEn: "Enter the passphrase this export was made with.",
    remedyZh: "请输入导出该文件时使用的口令。",
  },
  "config-sealed-broken": {
    en: "this is no encrypted configuration, or not whole",
    zh: "这不是加密的配置文件，或文件不完整",
    remedyEn: "Take the file as it was exported.",
    remedyZh: "请使用导出的原文件。",
  },
  "config-seal-busy": {
    en: "other exports are being encrypted",
    zh: "正在加密其他导出",
    remedyEn: "Try again in a moment.",
    remedyZh: "请稍后重试。",
  },
  "config-secret-unknown": {
    en: "{key} is <redacted>, but there is no secret kept at this place",
    zh: "{key} 为 <redacted>，但此处没有已保存的密码",
    remedyEn: "Write the secret itself.",
    remedyZh: "请填写真实的密码。",
  },
  "config-secret-elsewhere": {
    en: "the password of {key} was kept for another host and is not sent to this one",
    zh: "{key} 的密码属于另一台主机，不会发送到新的主机",
    remedyEn: "Write the password again along with the new address.",
    remedyZh: "请连同新地址重新填写密码。",
  },
  "config-no-backup": {
    en: "there is no such backup of the configuration",
    zh: "没有该配置备份",
    remedyEn: "See /api/config/history for those there are.",
    remedyZh: "现有备份见 /api/config/history。",
  },
  "config-path-exists": {
    en: "path already exists",
    zh: "路径已存在",
    remedyEn: "Choose another name, or change the path that has it.",
    remedyZh: "请换用其他名称，或修改同名路径。",
  },
  "config-path-unknown": {
    en: "path not found",
    zh: "路径不存在",
    remedyEn: "See /v3/config/paths/list for the paths there are.",
    remedyZh: "现有路径见 /v3/config/paths/list。",
  },
  "config-overridden": {
    en: "{key} is set outside the file (environment or profile), which wins over what is written",
    zh: "{key} 由文件之外（环境变量或 profile）设定，优先于文件内容",
    remedyEn: "Change or remove it where it is set, then restart.",
    remedyZh: "请在其设定处修改或删除，然后重启。",
  },
  "config-store-broken": {
    en: "the configuration file can't be changed automatically",
    zh: "无法自动修改该配置文件",
    remedyEn: "Change it by hand; its layout (anchors, several documents) is one that only people should touch.",
    remedyZh: "请手动修改；该文件的写法（锚点、多文档等）不适合自动修改。",
  },
  "config-store-busy": {
    en: "too many changes are waiting",
    zh: "等待处理的修改过多",
    remedyEn: "Try again in a moment.",
    remedyZh: "请稍后重试。",
  },
});

/** Makes an error of this catalogue. */
export const storeError = errorFactory(storeErrors);
