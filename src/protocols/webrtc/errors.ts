/** What can go wrong between WebRTC clients and us. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of WebRTC's failures. */
export const webrtcErrors = defineErrors({
  "webrtc-no-port": {
    en: "WebRTC has no port for media: webrtcLocalUDPAddress and webrtcLocalTCPAddress are both empty",
    zh: "WebRTC 没有媒体端口：webrtcLocalUDPAddress 与 webrtcLocalTCPAddress 均为空",
    remedyEn: "Leave one of the lines out (:8189 is the default), or write webrtc: no.",
    remedyZh: "请删去其中一行（默认为 :8189），或写 webrtc: no。",
  },
  "webrtc-b-frames": {
    en: "WebRTC can't carry the B-frames of path '{path}'",
    zh: "WebRTC 无法传输路径“{path}”的 B 帧",
    remedyEn: "Watch it by HLS, or switch B-frames off in the camera (profile Baseline, or 'B-frames: 0').",
    remedyZh: "请改用 HLS 观看，或在摄像机中关闭 B 帧（使用 Baseline 档次，或将 B 帧数设为 0）。",
  },
  "webrtc-no-codec": {
    en: "the client plays none of the codecs of path '{path}' ({codecs})",
    zh: "客户端无法播放路径“{path}”的任何编码（{codecs}）",
    remedyEn: "Use a browser that plays them, watch by HLS or RTSP, or set the camera to H264.",
    remedyZh: "请使用支持该编码的浏览器，改用 HLS 或 RTSP 观看，或将摄像机设为 H264。",
  },
  "webrtc-nothing-offered": {
    en: "the offer holds no audio or video that can be taken",
    zh: "会话请求（offer）中没有可接收的音频或视频",
    remedyEn: "Publish H264, H265, AV1, VP8 or VP9 video, Opus, G722 or G711 audio.",
    remedyZh: "请推送 H264、H265、AV1、VP8、VP9 视频，或 Opus、G722、G711 音频。",
  },
  "webrtc-content-type": {
    en: "the content type must be {wanted}",
    zh: "内容类型必须为 {wanted}",
    remedyEn: "Use a WHIP or WHEP client.",
    remedyZh: "请使用 WHIP 或 WHEP 客户端。",
  },
  "webrtc-method": {
    en: "the method {method} is not possible here",
    zh: "此处不支持方法 {method}",
    remedyEn: "POST an offer to the address; PATCH and DELETE go to the address of the session.",
    remedyZh: "请向该地址 POST 会话请求（offer）；PATCH 和 DELETE 应发往会话地址。",
  },
  "webrtc-session-not-found": {
    en: "there is no such session",
    zh: "没有该会话",
    remedyEn: "It has ended; start a new one.",
    remedyZh: "会话已结束；请重新开始。",
  },
  "webrtc-not-found": {
    en: "there is nothing at this address",
    zh: "该地址不存在内容",
    remedyEn: "Use http://host:port/path/ for the player, /path/publish to publish, /path/whep and /path/whip for clients.",
    remedyZh: "播放页为 http://主机:端口/路径/，推流页为 /路径/publish，客户端使用 /路径/whep 和 /路径/whip。",
  },
  "webrtc-etag": {
    en: "the session has other ICE credentials by now",
    zh: "会话的 ICE 凭据已更新",
    remedyEn: "Send the newest ETag in If-Match, or start a new session.",
    remedyZh: "请在 If-Match 中使用最新的 ETag，或重新建立会话。",
  },
  "webrtc-too-many-sessions": {
    en: "too many WebRTC sessions are open ({max})",
    zh: "WebRTC 会话过多（上限 {max}）",
    remedyEn: "Close viewers that are not needed, and find out which device opens so many sessions.",
    remedyZh: "请关闭不需要的观看端，并查明是哪台设备打开了过多会话。",
  },
  "webrtc-unauthorized": {
    en: "authentication error",
    zh: "用户名或密码缺失或错误",
    remedyEn: "Enter the user name and password that may use this path.",
    remedyZh: "请输入有权使用该路径的用户名和密码。",
  },
  "webrtc-handshake-timeout": {
    en: "the connection was not there after {seconds} s ({stage})",
    zh: "{seconds} 秒内未能建立连接（{stage}）",
    remedyEn:
      "Let UDP port 'webrtcLocalUDPAddress' through the firewall, or set 'webrtcLocalTCPAddress' or 'webrtcAdditionalHosts'.",
    remedyZh: "请在防火墙放行“webrtcLocalUDPAddress”的 UDP 端口，或设置“webrtcLocalTCPAddress”或“webrtcAdditionalHosts”。",
  },
  "webrtc-handshake-failed": {
    en: "the encrypted connection could not be made: {reason}",
    zh: "无法建立加密连接：{reason}",
    remedyEn: "Try again; if it goes on, update the browser.",
    remedyZh: "请重试；如持续出现，请更新浏览器。",
  },
  "webrtc-client-silent": {
    en: "nothing was heard of the client for {seconds} s",
    zh: "{seconds} 秒未收到客户端任何消息",
    remedyEn: "The viewer is gone or its network is down; connect again.",
    remedyZh: "观看端已离开或网络中断；请重新连接。",
  },
  "webrtc-client-left": {
    en: "the client ended the session",
    zh: "客户端结束了会话",
    remedyEn: "Nothing to do.",
    remedyZh: "无需处理。",
  },
  "webrtc-kicked": {
    en: "the session was ended by the operator",
    zh: "会话已被管理员结束",
    remedyEn: "Ask the operator of this server.",
    remedyZh: "请联系服务器管理员。",
  },
  "webrtc-publisher-silent": {
    en: "the publisher sent nothing for {seconds} s",
    zh: "推流端已 {seconds} 秒未发送数据",
    remedyEn: "Check the publisher and its network; 'readTimeout' says how long to wait.",
    remedyZh: "请检查推流端及其网络；等待时间由“readTimeout”决定。",
  },
  "webrtc-server-stopping": {
    en: "the server is stopping",
    zh: "服务正在停止",
    remedyEn: "Connect again when it has restarted.",
    remedyZh: "请在服务重启后重新连接。",
  },
});

/** Makes an error of WebRTC. */
export const webrtcError = errorFactory(webrtcErrors);
