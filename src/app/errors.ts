/** What keeps the program from starting, and what people type wrongly on the command line. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the application's failures. */
export const appErrors = defineErrors({
  "app-unknown-command": {
    en: "there is no command '{command}'",
    zh: "没有“{command}”这个命令",
    remedyEn: "'sluice --help' lists the commands.",
    remedyZh: "可用命令见“sluice --help”。",
  },
  "app-unknown-option": {
    en: "'{command}' has no option '{option}'",
    zh: "命令“{command}”没有选项“{option}”",
    remedyEn: "'sluice {command} --help' lists the options.",
    remedyZh: "可用选项见“sluice {command} --help”。",
  },
  "app-option-value": {
    en: "option '{option}' needs a value: {value}",
    zh: "选项“{option}”缺少值：{value}",
    remedyEn: "Write it behind the option, with a space between.",
    remedyZh: "请写在选项后面，中间加空格。",
  },
  "app-argument-missing": {
    en: "'{command}' needs {argument}",
    zh: "命令“{command}”缺少参数 {argument}",
    remedyEn: "Write 'sluice {command} {argument}'.",
    remedyZh: "请写成“sluice {command} {argument}”。",
  },
  "app-argument-unexpected": {
    en: "'{argument}' is one argument too many",
    zh: "多余的参数“{argument}”",
    remedyEn: "See 'sluice {command} --help'.",
    remedyZh: "请参考“sluice {command} --help”。",
  },
  "app-bad-port": {
    en: "'{value}' is not a port",
    zh: "“{value}”不是有效的端口",
    remedyEn: "Use a number from 0 (any free port) to 65535.",
    remedyZh: "请使用 0（任意空闲端口）到 65535 之间的数字。",
  },
  "app-certificate-unreadable": {
    en: "the certificate file '{file}' can't be read: {reason}",
    zh: "无法读取证书文件“{file}”：{reason}",
    remedyEn: "Check rtspServerKey and rtspServerCert, or set 'rtspEncryption: no'.",
    remedyZh: "请检查 rtspServerKey 和 rtspServerCert，或设置“rtspEncryption: no”。",
  },
  "app-no-free-port": {
    en: "no free port was found after {port}",
    zh: "在端口 {port} 之后没有找到空闲端口",
    remedyEn: "Name one with --port, or stop what holds them.",
    remedyZh: "请用 --port 指定端口，或停止占用端口的程序。",
  },
  "init-file-exists": {
    en: "'{file}' is there already and is left as it is",
    zh: "“{file}”已存在，未作改动",
    remedyEn: "Name another file, or move this one away first.",
    remedyZh: "请换一个文件名，或先移走该文件。",
  },
  "init-file-unwritable": {
    en: "'{file}' can't be written: {reason}",
    zh: "无法写入“{file}”：{reason}",
    remedyEn: "Check that the folder exists and that this user may write to it.",
    remedyZh: "请确认目录存在，并且当前用户有写入权限。",
  },
});

/** Makes an error of this catalogue. */
export const appError = errorFactory(appErrors);
