/** Reolink: RTSP and ONVIF are off by default, and some models send badly over TCP. */
import type { CameraQuirk } from "./quirk.ts";

/** See the head of this file. */
export const reolink: CameraQuirk = {
  id: "reolink",
  match: { realm: /^BC Streaming Media/i },
  refused: {
    en: "Switch the RTSP port on in the camera (Network, Advanced, Port settings). If the picture stutters over TCP, set 'rtspTransport: udp'.",
    zh: "请在摄像机“网络 - 高级 - 端口设置”中开启 RTSP 端口。如 TCP 传输卡顿，请设置“rtspTransport: udp”。",
  },
};
