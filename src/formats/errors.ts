/**
 * Failures of the wire formats: what a peer sent that can't be read or is larger than its limit. The remedies are written for
 * the person who runs the camera or the player at the other end.
 */
import { defineErrors, errorFactory } from "#base/errors.ts";

const CHECK_PEER_EN = "Check that the other end speaks RTSP on this port, and update its firmware or software.";
const CHECK_PEER_ZH = "请确认对端在该端口上使用的是 RTSP 协议,并升级其固件或软件。";

/** Catalogue of the formats layer. Codes `rtsp-…` concern RTSP messages, `sdp-…` session descriptions. */
export const formatErrors = defineErrors({
  "rtsp-start-line-malformed": {
    en: "The first line of a message is neither an RTSP request nor a response: {line}",
    zh: "消息首行既不是 RTSP 请求也不是响应:{line}",
    remedyEn: CHECK_PEER_EN,
    remedyZh: CHECK_PEER_ZH,
  },
  "rtsp-header-malformed": {
    en: "A header line of an RTSP message can't be read: {line}",
    zh: "RTSP 消息中有无法识别的头部行:{line}",
    remedyEn: CHECK_PEER_EN,
    remedyZh: CHECK_PEER_ZH,
  },
  "rtsp-content-length-malformed": {
    en: "Content-Length of an RTSP message is not a number: {value}",
    zh: "RTSP 消息的 Content-Length 不是数字:{value}",
    remedyEn: CHECK_PEER_EN,
    remedyZh: CHECK_PEER_ZH,
  },
  "rtsp-url-too-long": {
    en: "The URL of an RTSP request is longer than {limit} bytes",
    zh: "RTSP 请求的 URL 超过 {limit} 字节",
    remedyEn: "Shorten the URL: the path and its query must fit.",
    remedyZh: "请缩短 URL,使路径和查询参数不超过该长度。",
  },
  "rtsp-too-many-headers": {
    en: "An RTSP message has more than {limit} header lines",
    zh: "RTSP 消息的头部行数超过 {limit}",
    remedyEn: CHECK_PEER_EN,
    remedyZh: CHECK_PEER_ZH,
  },
  "rtsp-header-name-too-long": {
    en: "A header name of an RTSP message is longer than {limit} bytes",
    zh: "RTSP 消息的头部名称超过 {limit} 字节",
    remedyEn: CHECK_PEER_EN,
    remedyZh: CHECK_PEER_ZH,
  },
  "rtsp-header-value-too-long": {
    en: "The value of an RTSP header is longer than {limit} bytes",
    zh: "RTSP 头部的值超过 {limit} 字节",
    remedyEn: CHECK_PEER_EN,
    remedyZh: CHECK_PEER_ZH,
  },
  "rtsp-head-too-large": {
    en: "The header of an RTSP message is larger than {limit} bytes",
    zh: "RTSP 消息头部超过 {limit} 字节",
    remedyEn: CHECK_PEER_EN,
    remedyZh: CHECK_PEER_ZH,
  },
  "rtsp-body-too-large": {
    en: "The body of an RTSP message is {bytes} bytes; {limit} are allowed",
    zh: "RTSP 消息正文为 {bytes} 字节,上限为 {limit} 字节",
    remedyEn: "Offer fewer media or shorter parameters in the session description.",
    remedyZh: "请减少会话描述中的媒体数量或缩短其参数。",
  },
  "rtsp-garbage": {
    en: "{bytes} bytes in the RTSP stream are neither a message nor a media frame",
    zh: "RTSP 数据流中有 {bytes} 字节既不是消息也不是媒体帧",
    remedyEn: "If it happens again with a camera, update its firmware or use UDP transport for it.",
    remedyZh: "若某台摄像机反复出现此问题,请升级其固件或改用 UDP 传输。",
  },
  "rtsp-url-invalid": {
    en: "This is not a usable RTSP URL: {url} ({reason})",
    zh: "RTSP URL 不可用:{url}({reason})",
    remedyEn: "Write it as rtsp://user:password@host:port/path; escape special characters of the password as %XX.",
    remedyZh: "请写成 rtsp://用户名:密码@主机:端口/路径,密码中的特殊字符请用 %XX 转义。",
  },
  "sdp-too-large": {
    en: "The session description is {bytes} bytes; {limit} are allowed",
    zh: "会话描述为 {bytes} 字节,上限为 {limit} 字节",
    remedyEn: "Offer fewer media or shorter parameters in the session description.",
    remedyZh: "请减少会话描述中的媒体数量或缩短其参数。",
  },
  "sdp-no-media": {
    en: "The session description offers no media",
    zh: "会话描述中没有任何媒体",
    remedyEn: "Check the path of the URL and that the stream is switched on in the camera.",
    remedyZh: "请检查 URL 的路径,并确认摄像机已启用该码流。",
  },
  "jsep-offer-invalid": {
    en: "The WebRTC offer can't be used: {reason}",
    zh: "无法使用该 WebRTC 会话请求（offer）：{reason}",
    remedyEn: "Send the offer of a browser's RTCPeerConnection, or update the WHIP or WHEP client.",
    remedyZh: "请发送浏览器 RTCPeerConnection 生成的 offer，或更新 WHIP/WHEP 客户端。",
  },
});

/** Makes an error of this layer. */
export const formatError = errorFactory(formatErrors);
