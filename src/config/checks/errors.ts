/** Contradictions between settings that are each well-formed, and values only their meaning can refuse. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of failures of paths, users and listeners. */
export const checkErrors = defineErrors({
  "config-path-name": {
    en: "'{name}' can't be the name of a path: {reason}",
    zh: "“{name}”不能作为路径名：{reasonZh}",
    remedyEn: "Use letters, digits, '_', '-', '.', and '/' between parts; begin with '~' for a regular expression.",
    remedyZh: "请使用字母、数字、“_”“-”“.”，各部分之间用“/”分隔；正则表达式请以“~”开头。",
  },
  "config-bad-regex": {
    en: "'{value}' is not a valid regular expression: {reason}",
    zh: "“{value}”不是有效的正则表达式：{reason}",
    remedyEn: "Check brackets and backslashes; '~^cam' matches every name that begins with cam.",
    remedyZh: "请检查括号和反斜杠；“~^cam”匹配所有以 cam 开头的名称。",
  },
  "config-all-others-twice": {
    en: "'{name}' and '{other}' both stand for all other paths",
    zh: "“{name}”与“{other}”都代表其余所有路径",
    remedyEn: "Keep one of them.",
    remedyZh: "请只保留一个。",
  },
  "config-bad-source": {
    en: "'{value}' is not a source",
    zh: "“{value}”不是有效的视频源",
    remedyEn: "Write publisher, redirect, or an address such as rtsp://user:password@192.168.1.20:554/stream1.",
    remedyZh: "请写 publisher、redirect，或地址，例如 rtsp://用户:密码@192.168.1.20:554/stream1。",
  },
  "config-bad-source-url": {
    en: "the source's address can't be understood",
    zh: "无法识别视频源地址",
    remedyEn: "Write {scheme}://user:password@host:port/path; put it in quotes if it contains ' #' or ': '.",
    remedyZh: "请写成 {scheme}://用户:密码@主机:端口/路径；如含“ #”或“: ”，请加引号。",
  },
  "config-source-password": {
    en: "the source's address has a user name but no password",
    zh: "视频源地址中有用户名但没有密码",
    remedyEn: "Write {scheme}://user:password@host/…; for an empty password, {scheme}://user:@host/….",
    remedyZh: "请写成 {scheme}://用户:密码@主机/……；密码为空时写成 {scheme}://用户:@主机/……。",
  },
  "config-queue-size": {
    en: "writeQueueSize must be a power of two, not {value}",
    zh: "writeQueueSize 必须是 2 的幂，而不是 {value}",
    remedyEn: "Write 512 or leave the line out: here queues are limited in bytes by memory.budget.",
    remedyZh: "请写 512 或删去此行：本程序的队列按字节限制，见 memory.budget。",
  },
  "config-source-user": {
    en: "the source's address has a password but no user name",
    zh: "视频源地址中有密码但没有用户名",
    remedyEn: "Write {scheme}://user:password@host/…",
    remedyZh: "请写成 {scheme}://用户:密码@主机/……",
  },
  "config-source-not-carried": {
    en: "sources of the kind '{scheme}' are not pulled yet: this path stays without a stream",
    zh: "暂不支持“{scheme}”类型的视频源：该路径不会有视频",
    remedyEn: "Use the camera's RTSP address, or let it publish to this path over RTSP.",
    remedyZh: "请改用摄像机的 RTSP 地址，或让其通过 RTSP 推流到该路径。",
  },
  "config-redirect-missing": {
    en: "source is redirect, but sourceRedirect is empty",
    zh: "source 为 redirect，但 sourceRedirect 为空",
    remedyEn: "Set sourceRedirect to /otherpath or to an RTSP URL.",
    remedyZh: "请将 sourceRedirect 设为 /其他路径 或 RTSP 地址。",
  },
  "config-redirect-unused": {
    en: "sourceRedirect has no effect: source is not redirect",
    zh: "sourceRedirect 不起作用：source 不是 redirect",
    remedyEn: "Set 'source: redirect', or delete sourceRedirect.",
    remedyZh: "请设置“source: redirect”，或删除 sourceRedirect。",
  },
  "config-bad-redirect": {
    en: "'{value}' is neither /path nor an RTSP URL",
    zh: "“{value}”既不是 /路径 也不是 RTSP 地址",
    remedyEn: "Write /otherpath, or rtsp://host:8554/path.",
    remedyZh: "请写 /其他路径，或 rtsp://主机:8554/路径。",
  },
  "config-on-demand-publisher": {
    en: "sourceOnDemand has no effect on a path that is published to",
    zh: "由客户端推流的路径不能使用 sourceOnDemand",
    remedyEn: "Set source to the camera's address, or delete sourceOnDemand.",
    remedyZh: "请将 source 设为摄像机地址，或删除 sourceOnDemand。",
  },
  "config-pattern-on-demand": {
    en: "a path that stands for many names can pull its source on demand only",
    zh: "代表多个名称的路径只能按需拉流",
    remedyEn: "Add 'sourceOnDemand: yes'.",
    remedyZh: "请添加“sourceOnDemand: yes”。",
  },
  "config-bad-fingerprint": {
    en: "this is not a SHA-256 fingerprint",
    zh: "这不是 SHA-256 指纹",
    remedyEn: "Write 64 hexadecimal digits, with or without colons.",
    remedyZh: "请写 64 位十六进制数字，可带冒号。",
  },
  "config-user-empty": {
    en: "a user without a name is not possible",
    zh: "用户名不能为空",
    remedyEn: "Set 'user' to a name, or to any for everybody.",
    remedyZh: "请将 user 设为用户名；所有人请写 any。",
  },
  "config-any-password": {
    en: "user any stands for everybody and can't have a password",
    zh: "用户 any 代表所有人，不能设置密码",
    remedyEn: "Give the user a name, or delete the password.",
    remedyZh: "请改用具体用户名，或删除密码。",
  },
  "config-bad-hash": {
    en: "what follows '{kind}' is not a hash of that kind",
    zh: "“{kind}”后面不是有效的哈希值",
    remedyEn: "Write {example}.",
    remedyZh: "请写成 {example}。",
  },
  "config-digest-hashed": {
    en: "digest authentication needs the password itself, but that of user '{user}' is stored as a hash",
    zh: "摘要认证（digest）需要明文密码，但用户“{user}”的密码是哈希值",
    remedyEn: "Write the password in plain text, or set 'rtspAuthMethods: [basic]'.",
    remedyZh: "请改用明文密码，或设置“rtspAuthMethods: [basic]”。",
  },
  "config-any-may": {
    en: "everybody on the network may {actions} without a password (user any)",
    zh: "网络上的任何人都可以不用密码进行：{actions}（用户 any）",
    remedyEn: "If that is not what you want, give 'user' a name and set 'pass', or limit 'ips'.",
    remedyZh: "如果不希望这样，请设置用户名和密码，或用 ips 限制来源。",
  },
  "config-auth-address": {
    en: "authMethod is {method}, but {key} is empty",
    zh: "authMethod 为 {method}，但 {key} 为空",
    remedyEn: "Set {key} to your server's address, or use 'authMethod: internal'.",
    remedyZh: "请将 {key} 设为认证服务器的地址，或使用“authMethod: internal”。",
  },
  "config-auth-url": {
    en: "this is not an address of a web server",
    zh: "这不是有效的 HTTP 地址",
    remedyEn: "Write http://host:port/path or https://host/path.",
    remedyZh: "请写 http://主机:端口/路径 或 https://主机/路径。",
  },
  "config-auth-claim": {
    en: "authJWTClaimKey is empty: no token could permit anything",
    zh: "authJWTClaimKey 为空：任何令牌都不会有权限",
    remedyEn: "Write the name of the claim with the permissions, or delete the key: it is mediamtx_permissions then.",
    remedyZh: "请填写保存权限的声明名称，或删除该键（默认为 mediamtx_permissions）。",
  },
  "config-auth-digest": {
    en: "digest authentication needs the password itself, and with authMethod {method} nobody here knows it",
    zh: "摘要认证（digest）需要明文密码，而 authMethod 为 {method} 时本机不知道密码",
    remedyEn: "Set 'rtspAuthMethods: [basic]', or use 'authMethod: internal'.",
    remedyZh: "请设置“rtspAuthMethods: [basic]”，或使用“authMethod: internal”。",
  },
  "config-old-credentials": {
    en: "'{key}' no longer grants anything",
    zh: "“{key}”已不再起作用",
    remedyEn: "Add a user under authInternalUsers with the permission for this path.",
    remedyZh: "请在 authInternalUsers 下添加拥有该路径权限的用户。",
  },
  "config-udp-pair": {
    en: "rtpAddress must have an even port and rtcpAddress the next one; these are {rtp} and {rtcp}",
    zh: "rtpAddress 的端口必须为偶数，rtcpAddress 为其后一个端口；现在是 {rtp} 和 {rtcp}",
    remedyEn: "Use for example :8000 and :8001.",
    remedyZh: "例如 :8000 和 :8001。",
  },
  "config-same-port": {
    en: "{key} and {other} would both listen on port {port}",
    zh: "{key} 与 {other} 使用了相同的端口 {port}",
    remedyEn: "Give one of them another port.",
    remedyZh: "请为其中一个更换端口。",
  },
});

/** Makes an error of this catalogue. */
export const checkError = errorFactory(checkErrors);
