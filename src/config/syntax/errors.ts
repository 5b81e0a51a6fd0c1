/** What can be wrong with a configuration file before anyone looks at its keys. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of failures to read a file or its YAML. */
export const syntaxErrors = defineErrors({
  "config-not-found": {
    en: "there is no file '{file}'",
    zh: "文件“{file}”不存在",
    remedyEn: "Check the spelling, or leave --config out to use the usual places.",
    remedyZh: "请检查文件名；也可以省略 --config，使用默认位置。",
  },
  "config-unreadable": {
    en: "'{file}' can't be read: {reason}",
    zh: "无法读取“{file}”：{reason}",
    remedyEn: "Check that it is a file and that this user may read it.",
    remedyZh: "请确认它是文件，并且当前用户有读取权限。",
  },
  "config-too-large": {
    en: "the file is larger than {limit} KiB",
    zh: "文件超过 {limit} KiB",
    remedyEn: "Check that this is the configuration; use a path with a regular expression instead of thousands of single ones.",
    remedyZh: "请确认这是配置文件；大量路径可以用一条正则表达式路径代替。",
  },
  "config-not-utf8": {
    en: "the file is not UTF-8 text",
    zh: "文件不是 UTF-8 文本",
    remedyEn: "Save it as plain text in UTF-8.",
    remedyZh: "请在编辑器中以 UTF-8 纯文本保存。",
  },
  "config-encrypted": {
    en: "this is no text but base64, as MediaMTX encrypts its configuration (MTX_CONFKEY)",
    zh: "这不是文本而是 base64，可能是 MediaMTX 加密的配置（MTX_CONFKEY）",
    remedyEn: "Decrypt it and name the plain file, which its user alone may read; single secrets can come from ${NAME}.",
    remedyZh: "请先解密，再使用明文文件（只允许其用户读取）；个别密码可用 ${NAME} 从环境变量读取。",
  },
  "config-control-character": {
    en: "there is a control character ({character}) here",
    zh: "此处有控制字符（{character}）",
    remedyEn: "Delete it; it often comes from copying out of another program.",
    remedyZh: "请删除它；通常是从其他程序复制时带入的。",
  },
  "config-too-complex": {
    en: "the file has more than {limit} {what}",
    zh: "文件中的{whatZh}超过 {limit}",
    remedyEn: "Simplify it; use pathDefaults for what all paths share.",
    remedyZh: "请精简；各路径相同的设置请放在 pathDefaults 中。",
  },
  "config-tab": {
    en: "the line is indented with a tab",
    zh: "本行使用了制表符（Tab）缩进",
    remedyEn: "Indent with spaces only.",
    remedyZh: "请只用空格缩进。",
  },
  "config-missing-space": {
    en: "there is no space after '{mark}'",
    zh: "“{mark}”后面缺少空格",
    remedyEn: "Write '{fixed}'.",
    remedyZh: "请写成“{fixed}”。",
  },
  "config-wide-character": {
    en: "'{found}' is a full-width or special character, not '{wanted}'",
    zh: "“{found}”是全角或特殊字符，应为“{wanted}”",
    remedyEn: "Type it again with the keyboard set to English.",
    remedyZh: "请切换到英文输入法后重新输入。",
  },
  "config-missing-colon": {
    en: "there is no ':' after '{key}'",
    zh: "“{key}”后面缺少冒号",
    remedyEn: "Write 'key: value', or 'key:' with its settings indented below.",
    remedyZh: "请写成“键: 值”，或“键:”并在下面缩进书写其设置。",
  },
  "config-indentation": {
    en: "the indentation doesn't fit the lines around it",
    zh: "缩进与前后行不一致",
    remedyEn: "Settings of the same level start in the same column; those of a deeper level start two spaces further right.",
    remedyZh: "同级设置应从同一列开始，下一级再向右缩进两个空格。",
  },
  "config-unclosed-quote": {
    en: "the quote that opens here is never closed",
    zh: "此处的引号没有闭合",
    remedyEn: "Put the same quote at the end of the text.",
    remedyZh: "请在文本末尾加上相同的引号。",
  },
  "config-after-quote": {
    en: "there is text after the closing quote",
    zh: "右引号后面还有内容",
    remedyEn: "Put the whole value inside one pair of quotes.",
    remedyZh: "请把整个值放在同一对引号内。",
  },
  "config-bad-escape": {
    en: "'{escape}' means nothing inside double quotes",
    zh: "双引号中不能使用“{escape}”",
    remedyEn: "Write \\\\ for a backslash, or use single quotes.",
    remedyZh: "反斜杠请写成 \\\\，或改用单引号。",
  },
  "config-unclosed-bracket": {
    en: "the '{bracket}' that opens here is never closed",
    zh: "此处的“{bracket}”没有闭合",
    remedyEn: "Close it with '{closing}', or write the list one item per line with '- ' in front.",
    remedyZh: "请用“{closing}”闭合，或改为每行一项、行首加“- ”的写法。",
  },
  "config-unquoted-variable": {
    en: "inside brackets, a value with '${' needs quotes",
    zh: "方括号或花括号内含“${”的值必须加引号",
    remedyEn: "Put the whole value in double quotes.",
    remedyZh: "请给整个值加上双引号。",
  },
  "config-reserved-character": {
    en: "a value can't begin with '{character}' unless it is quoted",
    zh: "值不能以“{character}”开头，除非加引号",
    remedyEn: "Put the value in quotes.",
    remedyZh: "请给整个值加上引号。",
  },
  "config-second-colon": {
    en: "there is a second ': ' on this line",
    zh: "本行出现了第二个“: ”",
    remedyEn: "Put the value in quotes if the colon belongs to it; otherwise start a new line.",
    remedyZh: "如果冒号是值的一部分，请给值加引号；否则请换行。",
  },
  "config-unknown-alias": {
    en: "'*{name}' refers to nothing: there is no '&{name}' before it",
    zh: "“*{name}”没有对应的“&{name}”",
    remedyEn: "Define it above with '&{name}', or put the value in quotes if it is meant as text.",
    remedyZh: "请在前面用“&{name}”定义；如果只是普通文本，请加引号。",
  },
  "config-several-documents": {
    en: "a second document begins here ('---')",
    zh: "此处开始了第二个文档（“---”）",
    remedyEn: "Keep one document per file: delete the line.",
    remedyZh: "每个文件只能有一个文档，请删除该行。",
  },
  "config-yaml": {
    en: "this is not valid YAML: {reason}",
    zh: "YAML 语法错误：{reason}",
    remedyEn: "Compare the line with those around it: indentation, quotes, brackets, colons.",
    remedyZh: "请对照前后行检查缩进、引号、括号和冒号。",
  },
  "config-duplicate-key": {
    en: "'{key}' is set twice; first in line {line}",
    zh: "“{key}”重复设置，第一次在第 {line} 行",
    remedyEn: "Keep one of the two.",
    remedyZh: "请只保留一处。",
  },
});

/** Makes an error of this catalogue. */
export const syntaxError = errorFactory(syntaxErrors);
