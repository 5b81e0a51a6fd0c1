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
  "app-bad-value": {
    en: "'{value}' can't be used for '{option}'",
    zh: "“{value}”不能用于“{option}”",
    remedyEn: "The command's --help says what it takes.",
    remedyZh: "可用的值见该命令的 --help。",
  },
  "logs-nowhere": {
    en: "there is no log to be read: the journal shows nothing of the service, and no running server answers",
    zh: "没有可读取的日志：系统日志中没有该服务的记录，也没有正在运行的服务器应答",
    remedyEn:
      "As a service: run this with sudo, or as a member of the group systemd-journal. Otherwise the log is what 'sluice run' prints, or 'docker logs' shows.",
    remedyZh:
      "以服务方式运行时：请用 sudo 执行，或使用 systemd-journal 组的用户。否则日志就是“sluice run”的输出，容器中请用“docker logs”查看。",
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
    remedyEn:
      "Check the ServerKey and ServerCert keys of this listener, name auto.key and auto.crt to have one made, or switch its encryption off.",
    remedyZh: "请检查该监听的 ServerKey 与 ServerCert；填写 auto.key 和 auto.crt 可自动生成证书；或关闭加密。",
  },
  "app-certificate-pair": {
    en: "the certificate '{file}' can't be used: {reason}",
    zh: "证书“{file}”无法使用：{reason}",
    remedyEn: "Both files must be PEM, and the key the one the certificate was made for.",
    remedyZh: "两个文件都应为 PEM 格式，且私钥须与证书匹配。",
  },
  "app-configuration-emptied": {
    en: "the configuration '{file}' is empty all of a sudden",
    zh: "配置文件“{file}”突然变为空",
    remedyEn: "Save it again. If nothing shall be configured on purpose, write {} into it.",
    remedyZh: "请重新保存。如确实不需要任何配置，请在文件中写入 {}。",
  },
  "app-reload-failed": {
    en: "the configuration could not be put in force: {reason}",
    zh: "新配置无法生效：{reason}",
    remedyEn: "Restart the server; if it happens again, report it with the log.",
    remedyZh: "请重启服务器；如再次出现，请附日志反馈。",
  },
  "app-no-free-port": {
    en: "no free port was found after {port}",
    zh: "在端口 {port} 之后没有找到空闲端口",
    remedyEn: "Name one with --port, or stop what holds them.",
    remedyZh: "请用 --port 指定端口，或停止占用端口的程序。",
  },
  "passwd-no-file": {
    en: "there is no configuration file",
    zh: "没有配置文件",
    remedyEn: "Name one with --config, or make one with 'sluice init'.",
    remedyZh: "请用 --config 指定配置文件，或用 sluice init 生成。",
  },
  "passwd-changed": {
    en: "'{file}' was changed by something else meanwhile",
    zh: "“{file}”同时被其他程序修改",
    remedyEn: "Try again.",
    remedyZh: "请重试。",
  },
  "import-no-file": {
    en: "there is no file '{file}'",
    zh: "文件“{file}”不存在",
    remedyEn: "Name the file that 'sluice export' or the page saved.",
    remedyZh: "请指定 sluice export 或页面保存的文件。",
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
  "app-install-from-source": {
    en: "a checkout can't be installed as a service",
    zh: "无法将源码目录安装为系统服务",
    remedyEn: "Make the executable with 'npm run package' and run its 'install' as root.",
    remedyZh: "请先用“npm run package”生成可执行文件，再以 root 身份运行它的“install”。",
  },
  "app-no-systemd": {
    en: "this machine doesn't run systemd",
    zh: "本机没有运行 systemd",
    remedyEn: "Use 'sluice run --supervise' there, or fill another root file system with --root.",
    remedyZh: "请改用“sluice run --supervise”，或用 --root 写入另一个根文件系统。",
  },
  "app-not-root": {
    en: "this needs root",
    zh: "此操作需要 root 权限",
    remedyEn: "Run it again with sudo.",
    remedyZh: "请用 sudo 重新运行。",
  },
  "app-asset-missing": {
    en: "'{name}' is missing in this program",
    zh: "程序中缺少“{name}”",
    remedyEn: "Get the program again from where it is published.",
    remedyZh: "请重新获取发布的程序。",
  },
  "app-step-failed": {
    en: "'{program}' failed: {reason}",
    zh: "执行“{program}”失败：{reason}",
    remedyEn: "See 'systemctl status {service}' and 'journalctl -u {service}'; then run this again: it goes on where it was.",
    remedyZh: "请查看“systemctl status {service}”和“journalctl -u {service}”，然后重新运行，已完成的步骤不会重复。",
  },
});

/** Makes an error of this catalogue. */
export const appError = errorFactory(appErrors);
