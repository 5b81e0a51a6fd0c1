/** What callers of the API are refused with. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the API's failures. */
export const apiErrors = defineErrors({
  "api-not-claimed": {
    en: "only this machine itself may call while no users are configured",
    zh: "尚未配置用户，只允许本机访问",
    remedyEn: "Add a user with the permission for the action api under authInternalUsers, or call from this machine.",
    remedyZh: "请在 authInternalUsers 下添加拥有 api 权限的用户，或在本机上访问。",
  },
  "api-authentication": {
    en: "authentication error",
    zh: "身份验证失败",
    remedyEn: "Send the name and password of a user with the permission for the action api.",
    remedyZh: "请使用拥有 api 权限的用户名和密码。",
  },
  "api-bad-page": {
    en: "invalid {parameter}: '{value}'",
    zh: "参数 {parameter} 无效：“{value}”",
    remedyEn: "page counts from 0, itemsPerPage from 1.",
    remedyZh: "page 从 0 开始，itemsPerPage 从 1 开始。",
  },
  "api-bad-name": {
    en: "invalid name",
    zh: "名称无效",
    remedyEn: "Put the path's name at the end of the address.",
    remedyZh: "请在地址末尾写上路径名称。",
  },
  "api-bad-path": {
    en: "invalid path",
    zh: "路径无效",
    remedyEn: "Name the path in the address: ?path=NAME.",
    remedyZh: "请在地址中写明路径：?path=名称。",
  },
  "api-bad-time": {
    en: "invalid 'start' parameter: it is not a time",
    zh: "参数 start 无效：不是时间",
    remedyEn: "Write it like 2026-01-31T08:00:00Z.",
    remedyZh: "请写成 2026-01-31T08:00:00Z 的形式。",
  },
  "api-no-recording": {
    en: "there is no such segment: nothing is recorded",
    zh: "没有该片段：未进行录像",
    remedyEn: "Recording is to come.",
    remedyZh: "录像尚未支持。",
  },
  "api-destination-not-found": {
    en: "forward destination not found",
    zh: "没有该转推目标",
    remedyEn: "Forwarding is to come; let the other server pull from this one.",
    remedyZh: "转推尚未支持，可由对方服务器从本机拉流。",
  },
  "api-bad-id": {
    en: "invalid id",
    zh: "ID 无效",
    remedyEn: "Use an id from the list, a UUID.",
    remedyZh: "请使用列表中的 ID（UUID）。",
  },
  "api-path-not-found": {
    en: "path not found",
    zh: "路径不存在",
    remedyEn: "See /v3/paths/list for the paths there are.",
    remedyZh: "现有路径见 /v3/paths/list。",
  },
  "api-connection-not-found": {
    en: "connection not found",
    zh: "连接不存在",
    remedyEn: "It may have ended; ask for the list again.",
    remedyZh: "连接可能已结束，请重新获取列表。",
  },
  "api-muxer-not-found": {
    en: "this path is not being served over HLS",
    zh: "该路径当前没有通过 HLS 提供",
    remedyEn: "Look at /v3/hlsmuxers/list; a path is served from its first viewer on.",
    remedyZh: "请查看 /v3/hlsmuxers/list；路径从第一位观看者开始提供。",
  },
  "api-session-not-found": {
    en: "session not found",
    zh: "会话不存在",
    remedyEn: "It may have ended; ask for the list again.",
    remedyZh: "会话可能已结束，请重新获取列表。",
  },
  "api-no-route": {
    en: "there is nothing at {method} {path}",
    zh: "{method} {path} 不存在",
    remedyEn: "Check method and path of the request.",
    remedyZh: "请检查请求的方法和路径。",
  },
  "api-bad-address": {
    en: "the address of the request can't be read",
    zh: "无法解析请求地址",
    remedyEn: "Write special characters as % and two hexadecimal digits.",
    remedyZh: "特殊字符请写成 % 加两位十六进制数。",
  },
  "api-body-too-large": {
    en: "the body of the request is larger than {max} bytes",
    zh: "请求正文超过 {max} 字节",
    remedyEn: "Send less.",
    remedyZh: "请减少内容。",
  },
  "api-client-gone": {
    en: "the client has left",
    zh: "客户端已断开",
    remedyEn: "Nothing to do; it may try again.",
    remedyZh: "无需处理，客户端可重试。",
  },
  "api-origin": {
    en: "pages of {origin} may not do this here",
    zh: "来自 {origin} 的页面无权执行此操作",
    remedyEn: "Add the origin to the AllowOrigins of this listener, or open the page from this server.",
    remedyZh: "请将该来源加入此监听端口的 AllowOrigins，或从本服务器打开页面。",
  },
  "api-bad-body": {
    en: "the body of the request can't be used: {reason}",
    zh: "请求正文无法使用：{reason}",
    remedyEn: "Send a JSON object.",
    remedyZh: "请发送 JSON 对象。",
  },
  "api-unknown-field": {
    en: 'json: unknown field "{key}"{hint}',
    zh: "未知字段“{key}”{hint}",
    remedyEn: "See /v3/config/global/get and /v3/config/pathdefaults/get for the fields there are.",
    remedyZh: "可用字段见 /v3/config/global/get 与 /v3/config/pathdefaults/get。",
  },
  "api-field-type": {
    en: "json: {key} must be of type {expected}, not {found}",
    zh: "{key} 的类型应为 {expected}，而不是 {found}",
    remedyEn: "Send the value in the type that GET answers with.",
    remedyZh: "请使用 GET 返回的类型。",
  },
  "api-path-config-not-found": {
    en: "path configuration not found",
    zh: "没有该路径的配置",
    remedyEn: "See /v3/config/paths/list for the paths there are.",
    remedyZh: "已配置的路径见 /v3/config/paths/list。",
  },
  "api-role": {
    en: "this needs the role {role}",
    zh: "此操作需要 {role} 角色",
    remedyEn: "Sign in as a user with that role.",
    remedyZh: "请使用具有该角色的用户登录。",
  },
  "api-too-often": {
    en: "too many wrong credentials: try again in {seconds} s",
    zh: "错误次数过多，请在 {seconds} 秒后重试",
    remedyEn: "Wait. From another address the right password works at once.",
    remedyZh: "请稍候。从其他地址使用正确的密码可立即登录。",
  },
  "api-claim-code": {
    en: "that isn't the code",
    zh: "认领码不正确",
    remedyEn: "The code is in the log of this start, behind 'claim code'. Codes of earlier starts don't count any more.",
    remedyZh: "认领码在本次启动的日志中（claim code 之后）。之前启动时的认领码已失效。",
  },
  "api-host": {
    en: "this server doesn't answer to the name {host}",
    zh: "本服务器不接受主机名 {host}",
    remedyEn: "Use its address, or add the name to allowedHosts in the configuration.",
    remedyZh: "请使用 IP 地址访问，或在配置的 allowedHosts 中添加该名称。",
  },
  "api-page-not-built": {
    en: "the page isn't built",
    zh: "网页尚未构建",
    remedyEn: "Run 'scripts/web' in the source folder, then start Sluice again.",
    remedyZh: "请在源代码目录中运行“scripts/web”，然后重新启动 Sluice。",
  },
  "api-part-not-well": {
    en: "{name} is not well: {reason}",
    zh: "{name} 异常：{reason}",
    remedyEn: "The log says more.",
    remedyZh: "详情请查看日志。",
  },
  "api-camera-not-found": {
    en: "there is no camera of this name",
    zh: "没有该名称的摄像机",
    remedyEn: "See /api/cameras for those there are; a name is one encoded segment (yard%2Fgate).",
    remedyZh: "现有摄像机见 /api/cameras；名称须编码为一段（yard%2Fgate）。",
  },
  "api-reader-not-found": {
    en: "there is no reader of this id",
    zh: "没有该 ID 的读者",
    remedyEn: "It may have left; ask for the list again.",
    remedyZh: "它可能已离开，请重新获取列表。",
  },
  "api-streams-busy": {
    en: "more than {max} event streams are open",
    zh: "已打开的事件流超过 {max} 个",
    remedyEn: "Close pages that nobody looks at; each keeps one open.",
    remedyZh: "请关闭无人查看的页面，每个页面都会占用一个。",
  },
  "api-log-busy": {
    en: "the journal is being read for somebody else",
    zh: "正在为其他请求读取系统日志",
    remedyEn: "Ask again in a moment.",
    remedyZh: "请稍后再试。",
  },
  "api-bad-query": {
    en: "the value of '{name}' in the address can't be used",
    zh: "地址中“{name}”的值无效",
    remedyEn: "Use a whole number that isn't negative; /api/openapi.json says more.",
    remedyZh: "请使用非负整数；详见 /api/openapi.json。",
  },
  "api-probe-busy": {
    en: "this camera is being looked at already, or {max} others are",
    zh: "该摄像机正在检测中，或已有 {max} 个检测在进行",
    remedyEn: "Wait until one has ended; it takes about ten seconds.",
    remedyZh: "请等待其中一个结束，约需十秒。",
  },
  "api-probe-forbidden": {
    en: "{host} is not the address of a camera on the network",
    zh: "{host} 不是网络中摄像机的地址",
    remedyEn:
      "Use the camera's own address. This machine itself, link-local and multicast addresses can only be written into the file.",
    remedyZh: "请使用摄像机自己的地址。本机、链路本地和组播地址只能写在配置文件中。",
  },
  "api-probe-unresolved": {
    en: "there is no address for the name {host}",
    zh: "无法解析名称 {host}",
    remedyEn: "Check the spelling, or use the camera's numeric address.",
    remedyZh: "请检查拼写，或使用摄像机的数字地址。",
  },
  "api-doctor-busy": {
    en: "the doctor is looking already",
    zh: "诊断正在进行中",
    remedyEn: "Wait until it is through; it takes some seconds.",
    remedyZh: "请等待其结束，约需数秒。",
  },
  "api-doctor-too-long": {
    en: "the doctor wasn't through after {seconds} s",
    zh: "诊断在 {seconds} 秒内未能完成",
    remedyEn: "Run 'sluice doctor' on the box; it takes as long as it needs.",
    remedyZh: "请在设备上运行“sluice doctor”，不限时长。",
  },
  "api-internal": {
    en: "internal error",
    zh: "内部错误",
    remedyEn: "The log says more.",
    remedyZh: "详情请查看日志。",
  },
});

/** Makes an error of this catalogue. */
export const apiError = errorFactory(apiErrors);
