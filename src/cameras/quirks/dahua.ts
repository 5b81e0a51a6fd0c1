/** Dahua and the makes built on it (Amcrest, Lorex, Imou): realm `Login to …`. */
import type { CameraQuirk } from "./quirk.ts";

/** See the head of this file. */
export const dahua: CameraQuirk = {
  id: "dahua",
  match: { realm: /^Login to /i },
  credentials: {
    en: "The camera keeps a user list of its own for ONVIF; use a user of the camera itself. On Imou the password is the safety code on the label.",
    zh: "该摄像机的 ONVIF 用户列表是独立的，请使用摄像机自身的用户。乐橙设备的密码为机身标签上的安全码。",
  },
  refused: {
    en: "Check channel and subtype in the address: channel=1&subtype=0 is the first camera's main stream. Close other viewers if the camera is at its limit.",
    zh: "请检查地址中的 channel 和 subtype：channel=1&subtype=0 为第一路主码流。如连接数已满，请关闭其他观看端。",
  },
};
