/** What can go wrong between the HLS server and its viewers. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the HLS server's failures. */
export const hlsErrors = defineErrors({
  "hls-authentication": {
    en: "authentication error",
    zh: "身份验证失败",
    remedyEn: "Give a user and a password that may read this path.",
    remedyZh: "请提供有权观看该路径的用户名和密码。",
  },
  "hls-not-found": {
    en: "there is no such file: it has left the window, or never was",
    zh: "没有该文件：它已移出播放窗口，或从未存在",
    remedyEn: "Begin with index.m3u8 of the path; players do so by themselves.",
    remedyZh: "请从该路径的 index.m3u8 开始；播放器会自动这样做。",
  },
  "hls-method": {
    en: "only GET and HEAD are answered here",
    zh: "此处仅支持 GET 和 HEAD",
    remedyEn: "Ask with GET.",
    remedyZh: "请使用 GET 请求。",
  },
  "hls-too-far-ahead": {
    en: "the playlist position asked for is too far ahead, or makes no sense",
    zh: "请求的播放列表位置过于超前或无效",
    remedyEn: "Ask for the segment after the last one that is listed; players do so by themselves.",
    remedyZh: "请请求列表中最后一个分片之后的分片；播放器会自动这样做。",
  },
  "hls-no-codec": {
    en: "nothing of path '{path}' can be carried by HLS: it has {codecs}",
    zh: "路径“{path}”中没有 HLS 可承载的内容：其编码为 {codecs}",
    remedyEn: "Set the camera to H264 or H265 and AAC or Opus, or watch over RTSP.",
    remedyZh: "请把摄像机设为 H264 或 H265 以及 AAC 或 Opus，或通过 RTSP 观看。",
  },
  "hls-no-key-unit": {
    en: "path '{path}' has sent no key frame to begin with",
    zh: "路径“{path}”尚未发送可供开始播放的关键帧",
    remedyEn: "Set the camera's key-frame interval (GOP, I-frame interval) to 1…4 s.",
    remedyZh: "请把摄像机的关键帧间隔（GOP、I 帧间隔）设为 1…4 秒。",
  },
  "hls-memory-full": {
    en: "HLS of path '{path}' needs more memory than it may have ({bytes} bytes): the key frames are {seconds} s apart or more",
    zh: "路径“{path}”的 HLS 所需内存超过允许值（{bytes} 字节）：关键帧间隔已达 {seconds} 秒或更长",
    remedyEn: "Set the camera's key-frame interval to 1…4 s, lower its bitrate, or raise 'memory.budget'.",
    remedyZh: "请把摄像机的关键帧间隔设为 1…4 秒、降低码率，或提高“memory.budget”。",
  },
  "hls-segment-too-large": {
    en: "a segment of path '{path}' grew beyond {bytes} bytes: the key frames are {seconds} s apart or more",
    zh: "路径“{path}”的一个分片超过 {bytes} 字节：关键帧间隔已达 {seconds} 秒或更长",
    remedyEn: "Set the camera's key-frame interval to 1…4 s, or raise 'hlsSegmentMaxSize'.",
    remedyZh: "请把摄像机的关键帧间隔设为 1…4 秒，或提高“hlsSegmentMaxSize”。",
  },
  "hls-directory": {
    en: "HLS segments can't be laid aside in 'hlsDirectory': {reason}",
    zh: "HLS 分片无法写入“hlsDirectory”：{reason}",
    remedyEn:
      "They stay in memory meanwhile, so windows may get shorter. Check the space left there, and that this user may write.",
    remedyZh: "在此期间分片保存在内存中，播放窗口可能变短。请检查该目录的剩余空间和写入权限。",
  },
  "hls-too-many": {
    en: "too many HLS sessions are open ({max})",
    zh: "打开的 HLS 会话过多（上限 {max}）",
    remedyEn: "Wait: sessions nobody uses end by themselves after 30 s.",
    remedyZh: "请稍候：无人使用的会话会在 30 秒后自动结束。",
  },
  "hls-kicked": {
    en: "the session was ended from outside",
    zh: "会话已被外部结束",
    remedyEn: "Somebody ended it in the page or over the API; begin again if that was a mistake.",
    remedyZh: "有人通过网页或 API 结束了该会话；如属误操作，请重新开始。",
  },
  "hls-idle": {
    en: "nobody asks for it any more",
    zh: "已无人请求",
    remedyEn: "Nothing to do: it begins again with the next viewer.",
    remedyZh: "无需处理：下一位观看者到来时会重新开始。",
  },
  "hls-settings-changed": {
    en: "the settings of HLS were changed",
    zh: "HLS 设置已更改",
    remedyEn: "Nothing to do: players begin again by themselves.",
    remedyZh: "无需处理：播放器会自行重新开始。",
  },
  "hls-stopping": {
    en: "the HLS server is stopping",
    zh: "HLS 服务正在停止",
    remedyEn: "Begin again when it has restarted.",
    remedyZh: "请在服务重启后重新开始。",
  },
});

/** Makes an error of the HLS server. */
export const hlsError = errorFactory(hlsErrors);
