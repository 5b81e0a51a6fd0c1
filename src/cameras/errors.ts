/** What can go wrong with a camera whatever protocol it speaks. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the cameras' failures. */
export const cameraErrors = defineErrors({
  "camera-stalled": {
    en: "the camera is connected but has sent no {media} for {seconds} s",
    zh: "摄像机已连接，但已 {seconds} 秒没有发送{mediaZh}",
    remedyEn:
      "It is reconnected by itself. If this repeats, restart the camera, check its network, or set 'stallTimeout' for cameras with very few frames.",
    remedyZh: "系统会自动重连。如反复出现，请重启摄像机、检查其网络；帧率极低的摄像机请设置“stallTimeout”。",
  },
  "camera-no-key-frame": {
    en: "the camera sends, but no key frame came for 10 s: new viewers see no picture",
    zh: "摄像机在发送数据，但 10 秒内没有关键帧：新观看者看不到画面",
    remedyEn: "Set the key frame interval in the camera to 1–2 seconds, and switch 'smart' coding (H.264+, H.265+) off.",
    remedyZh: "请将摄像机的关键帧间隔设为 1–2 秒，并关闭智能编码（H.264+、H.265+）。",
  },
  "camera-unexpected": {
    en: "the connection to the camera failed unexpectedly: {reason}",
    zh: "与摄像机的连接意外失败：{reason}",
    remedyEn: "It is tried again by itself. Please report this with the log.",
    remedyZh: "系统会自动重试。请附上日志反馈此问题。",
  },
  "camera-restarted": {
    en: "the camera is pulled anew, as the schedule says",
    zh: "按计划任务重新拉取该摄像机",
    remedyEn: "Nothing to do: the job is in 'schedule'.",
    remedyZh: "无需处理：该任务在“schedule”中设置。",
  },
  "camera-closed": {
    en: "the camera is no longer pulled",
    zh: "已停止拉取该摄像机",
    remedyEn: "Nothing to do: the path was closed, changed or is not in use.",
    remedyZh: "无需处理：路径已关闭、更改或无人使用。",
  },
});

/** Makes an error of the cameras. */
export const cameraError = errorFactory(cameraErrors);
