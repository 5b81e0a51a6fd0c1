/** Axis: realm `AXIS_` and the MAC address. */
import type { CameraQuirk } from "./quirk.ts";

/** See the head of this file. */
export const axis: CameraQuirk = {
  id: "axis",
  match: { realm: /^AXIS_/i },
  credentials: {
    en: "Use a user of the camera with at least viewer rights (System, Accounts).",
    zh: "请使用摄像机“系统 - 账户”中至少具有查看权限的用户。",
  },
};
