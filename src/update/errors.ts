/** Why a release isn't taken. */
import { defineErrors, errorFactory } from "#base/errors.ts";

const fetchAgain = {
  remedyEn: "Don't use this copy: get the release again from where it is published.",
  remedyZh: "请勿使用这份文件，请从发布处重新获取。",
};

/** Catalogue of releases and updates. */
export const updateErrors = defineErrors({
  "update-folder-unreadable": {
    en: "the folder '{folder}' can't be read: {reason}",
    zh: "无法读取文件夹“{folder}”：{reason}",
    remedyEn: "Name the folder that holds manifest.json and SHA256SUMS.",
    remedyZh: "请指定含有 manifest.json 和 SHA256SUMS 的文件夹。",
  },
  "update-file-missing": { en: "{file} is missing, or is no plain file", zh: "缺少文件 {file}，或它不是普通文件", ...fetchAgain },
  "update-file-unlisted": { en: "{file} doesn't belong to the release", zh: "{file} 不属于该版本", ...fetchAgain },
  "update-file-changed": { en: "{file} is not what was released", zh: "{file} 与发布的内容不一致", ...fetchAgain },
  "update-manifest-malformed": {
    en: "manifest.json is signed, but is no manifest",
    zh: "manifest.json 已签名，但内容无效",
    ...fetchAgain,
  },
  "update-sums-malformed": {
    en: "line {line} of SHA256SUMS can't be read",
    zh: "SHA256SUMS 第 {line} 行无法识别",
    ...fetchAgain,
  },
  "update-sums-differ": {
    en: "SHA256SUMS and manifest.json say different things of {file}",
    zh: "SHA256SUMS 与 manifest.json 中 {file} 的记录不一致",
    ...fetchAgain,
  },
  "update-signature-malformed": { en: "the manifest's signature can't be read", zh: "无法识别清单的签名", ...fetchAgain },
  "update-signature-wrong": {
    en: "the manifest was changed after key {key} signed it",
    zh: "清单在密钥 {key} 签名之后被改动",
    ...fetchAgain,
  },
  "update-key-unknown": {
    en: "the manifest is signed by key {key}, which is not trusted here",
    zh: "清单由密钥 {key} 签名，本机不信任该密钥",
    remedyEn: "Get the release from where it is published; for a copy that you packed yourself name its keys with --trust.",
    remedyZh: "请从发布处获取该版本；若是自行打包，请用 --trust 指定其密钥文件。",
  },
  "update-key-expired": {
    en: "the manifest is signed by key {key}, whose time is over",
    zh: "清单由密钥 {key} 签名，该密钥已过期",
    remedyEn: "Get a newer release. If the clock of this machine is wrong, set it first.",
    remedyZh: "请获取更新的版本；如果本机时间不对，请先校准时间。",
  },
  "update-key-revoked": {
    en: "the manifest is signed by key {key}, which was revoked",
    zh: "清单由密钥 {key} 签名，该密钥已被吊销",
    ...fetchAgain,
  },
  "update-trust-unreadable": {
    en: "the list of trusted keys can't be read",
    zh: "无法读取受信任密钥列表",
    remedyEn: "Name a file with --trust that holds such a list; the program's own came with it.",
    remedyZh: "请用 --trust 指定有效的密钥列表文件；程序自带一份。",
  },
});

/** Makes an error of this catalogue. */
export const updateError = errorFactory(updateErrors);
