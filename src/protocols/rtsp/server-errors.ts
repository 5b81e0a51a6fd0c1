/** What can go wrong between the RTSP server and its clients. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the RTSP server's failures. */
export const rtspServerErrors = defineErrors({
  "rtsp-path-invalid": {
    en: "the address names no valid path: {reason}",
    zh: "地址中的路径无效：{reason}",
    remedyEn: "Use rtsp://host:port/path with letters, digits, '_', '-', '.' and '/' in the path.",
    remedyZh: "请使用 rtsp://主机:端口/路径，路径中只用字母、数字、“_”“-”“.”和“/”。",
  },
  "rtsp-request-invalid": {
    en: "the request can't be answered: {reason}",
    zh: "无法处理该请求：{reason}",
    remedyEn: "The client does not follow RTSP 1.0 (RFC 2326) here; try another client or a newer version of it.",
    remedyZh: "客户端此处不符合 RTSP 1.0（RFC 2326）；请换用其他客户端或更新版本。",
  },
  "rtsp-request-timeout": {
    en: "no complete request arrived within {seconds} s",
    zh: "{seconds} 秒内未收到完整请求",
    remedyEn: "The client's network is too slow or the client is stuck; connect again.",
    remedyZh: "客户端网络过慢或已卡住；请重新连接。",
  },
  "rtsp-connection-idle": {
    en: "the connection did nothing for {seconds} s",
    zh: "连接已空闲 {seconds} 秒",
    remedyEn: "Connect again when needed; a session keeps its connection open.",
    remedyZh: "需要时重新连接即可；有会话时连接会保持。",
  },
  "rtsp-connection-closed": {
    en: "the client closed the connection",
    zh: "客户端关闭了连接",
    remedyEn: "Nothing to do if the viewer was closed on purpose; otherwise check the client's network.",
    remedyZh: "如果是主动关闭观看端则无需处理；否则请检查客户端网络。",
  },
  "rtsp-connection-failed": {
    en: "the connection broke: {reason}",
    zh: "连接中断：{reason}",
    remedyEn: "Check the network between the client and this server.",
    remedyZh: "请检查客户端与本服务器之间的网络。",
  },
  "rtsp-client-stuck": {
    en: "the client took none of our answers for {seconds} s",
    zh: "客户端已 {seconds} 秒未接收应答",
    remedyEn: "The client is stuck or its network is down; 'writeTimeout' says how long to wait.",
    remedyZh: "客户端卡住或网络中断；等待时间由“writeTimeout”决定。",
  },
  "rtsp-too-many-requests": {
    en: "more than {max} requests wait on one connection",
    zh: "单个连接上等待处理的请求超过 {max} 个",
    remedyEn: "Wait for answers before sending more requests.",
    remedyZh: "请等待应答后再发送更多请求。",
  },
  "rtsp-too-many-connections": {
    en: "too many RTSP connections are open ({max})",
    zh: "RTSP 连接过多（上限 {max}）",
    remedyEn: "Close viewers that are not needed, and find out which device opens so many connections.",
    remedyZh: "请关闭不需要的观看端，并查明是哪台设备打开了过多连接。",
  },
  "rtsp-too-many-sessions": {
    en: "too many RTSP sessions are open ({max})",
    zh: "RTSP 会话过多（上限 {max}）",
    remedyEn: "Close viewers that are not needed, and find out which device opens so many sessions.",
    remedyZh: "请关闭不需要的观看端，并查明是哪台设备打开了过多会话。",
  },
  "rtsp-too-many-setups": {
    en: "more than {max} SETUP requests in one session",
    zh: "单个会话中的 SETUP 请求超过 {max} 个",
    remedyEn: "The client repeats itself; try another client.",
    remedyZh: "客户端重复请求；请换用其他客户端。",
  },
  "rtsp-method-not-implemented": {
    en: "the method {method} is not supported",
    zh: "不支持方法 {method}",
    remedyEn: "Use a client that follows RTSP 1.0 (RFC 2326).",
    remedyZh: "请使用符合 RTSP 1.0（RFC 2326）的客户端。",
  },
  "rtsp-session-not-found": {
    en: "there is no such session on this connection",
    zh: "此连接上没有该会话",
    remedyEn: "The session ended or belongs to another client; set the stream up again.",
    remedyZh: "会话已结束或属于其他客户端；请重新建立会话。",
  },
  "rtsp-method-not-valid": {
    en: "{method} is not possible while the session is {state}",
    zh: "会话处于 {state} 状态时不能执行 {method}",
    remedyEn: "The client sends requests in the wrong order; try another client.",
    remedyZh: "客户端请求顺序有误；请换用其他客户端。",
  },
  "rtsp-aggregate-not-allowed": {
    en: "SETUP must name one track of path '{path}'",
    zh: "SETUP 必须指明路径“{path}”的一条轨道",
    remedyEn: "The client must use the control addresses of the session description.",
    remedyZh: "客户端必须使用会话描述中的 control 地址。",
  },
  "rtsp-track-not-found": {
    en: "path '{path}' has no such track",
    zh: "路径“{path}”没有该轨道",
    remedyEn: "Ask for the description again: the stream's tracks may have changed.",
    remedyZh: "请重新获取描述：流的轨道可能已改变。",
  },
  "rtsp-track-set-up-twice": {
    en: "this track is set up already",
    zh: "该轨道已建立",
    remedyEn: "Set each track up once per session.",
    remedyZh: "每个会话中每条轨道只需建立一次。",
  },
  "rtsp-transport-unsupported": {
    en: "none of the asked transports can be used: {reason}",
    zh: "所请求的传输方式均不可用：{reason}",
    remedyEn: "Choose TCP in the client, or allow the transport in 'rtspTransports'.",
    remedyZh: "请在客户端选择 TCP，或在“rtspTransports”中允许该传输方式。",
  },
  "rtsp-udp-ports-in-use": {
    en: "another session sends to UDP ports {ports} of this client",
    zh: "另一会话正在使用该客户端的 UDP 端口 {ports}",
    remedyEn: "Choose other ports in the client, or use TCP.",
    remedyZh: "请在客户端选择其他端口，或使用 TCP。",
  },
  "rtsp-multicast-exhausted": {
    en: "all groups of 'multicastIPRange' are in use",
    zh: "“multicastIPRange”中的组播地址已全部占用",
    remedyEn: "Widen 'multicastIPRange', or use another transport.",
    remedyZh: "请扩大“multicastIPRange”，或使用其他传输方式。",
  },
  "rtsp-unauthorized": {
    en: "user name and password are missing or wrong",
    zh: "用户名或密码缺失或错误",
    remedyEn: "Enter the user name and password that may use this path.",
    remedyZh: "请输入有权使用该路径的用户名和密码。",
  },
  "rtsp-not-claimed": {
    en: "no users are configured yet, so only this machine itself is served",
    zh: "尚未配置用户，目前仅本机可访问",
    remedyEn: "Open the device's page and set a password, or configure 'authInternalUsers'.",
    remedyZh: "请打开设备页面设置密码，或配置“authInternalUsers”。",
  },
  "rtsp-description-invalid": {
    en: "the announced session description can't be used: {reason}",
    zh: "推流端发布的会话描述不可用：{reason}",
    remedyEn: "Check the publisher's codec settings; at least one track must be readable.",
    remedyZh: "请检查推流端的编码设置；至少需要一条可用轨道。",
  },
  "rtsp-session-timeout": {
    en: "nothing was heard of the client for {seconds} s",
    zh: "{seconds} 秒未收到客户端任何消息",
    remedyEn: "The viewer is gone or its network drops packets; connect again.",
    remedyZh: "观看端已离开或网络丢包；请重新连接。",
  },
  "rtsp-publisher-silent": {
    en: "the publisher sent nothing for {seconds} s",
    zh: "推流端已 {seconds} 秒未发送数据",
    remedyEn: "Check the publisher and its network; 'readTimeout' says how long to wait.",
    remedyZh: "请检查推流端及其网络；等待时间由“readTimeout”决定。",
  },
  "rtsp-torn-down": {
    en: "the client ended the session",
    zh: "客户端结束了会话",
    remedyEn: "Nothing to do.",
    remedyZh: "无需处理。",
  },
  "rtsp-publisher-paused": {
    en: "the publisher paused",
    zh: "推流端已暂停",
    remedyEn: "Start the publisher again.",
    remedyZh: "请重新启动推流端。",
  },
  "rtsp-kicked": {
    en: "the session was ended by the operator",
    zh: "会话已被管理员结束",
    remedyEn: "Ask the operator of this server.",
    remedyZh: "请联系服务器管理员。",
  },
  "rtsp-server-stopping": {
    en: "the server is stopping",
    zh: "服务正在停止",
    remedyEn: "Connect again when it has restarted.",
    remedyZh: "请在服务重启后重新连接。",
  },
  "rtsp-tunnel-refused": {
    en: "the tunnel can't be opened: {reason}",
    zh: "无法建立隧道：{reason}",
    remedyEn: "Use RTSP over TCP without a tunnel, or another client.",
    remedyZh: "请使用不带隧道的 RTSP（TCP），或换用其他客户端。",
  },
  "rtsp-ports-odd": {
    en: "rtpAddress must have an even port and rtcpAddress the next one, not {rtp} and {rtcp}",
    zh: "rtpAddress 的端口必须为偶数且 rtcpAddress 为其后一个端口，而不是 {rtp} 和 {rtcp}",
    remedyEn: "Use a pair such as ':8000' and ':8001'.",
    remedyZh: "请使用如“:8000”和“:8001”的端口对。",
  },
  "rtsp-internal": {
    en: "the request failed inside the server",
    zh: "服务器内部处理失败",
    remedyEn: "Look into the server's log and report it.",
    remedyZh: "请查看服务器日志并反馈。",
  },
});

/** Makes an error of the RTSP server. */
export const rtspServerError = errorFactory(rtspServerErrors);
