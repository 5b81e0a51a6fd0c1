/** TP-Link, Tapo and VIGI: two clients per stream, a camera account of their own. */
import type { CameraQuirk } from "./quirk.ts";

/** See the head of this file. */
export const tpLink: CameraQuirk = {
  id: "tp-link",
  match: { realm: /^TP-LINK /i },
  maxClients: 2,
  credentials: {
    en: "Use the camera account made in the Tapo app (Advanced settings, Camera account), not the cloud login.",
    zh: "请使用在 Tapo 应用“高级设置 - 摄像机账户”中创建的账户，而不是云账户。",
  },
  refused: {
    en: "The camera serves two clients per stream: close recorders or apps that use it, or let them read from here instead.",
    zh: "该摄像机每路码流最多支持两个客户端：请关闭其他录像机或应用，或让它们改从本设备读取。",
  },
};
