/** Hanwha (Samsung): realm `iPOLiS`, short lock-out after five tries. */
import type { CameraQuirk } from "./quirk.ts";

/** See the head of this file. */
export const hanwha: CameraQuirk = {
  id: "hanwha",
  match: { realm: /iPOLiS/i },
  lockoutMinutes: 1,
  credentials: {
    en: "After five wrong passwords the camera locks logins for 30 seconds. Use a user allowed to see the video profile.",
    zh: "输错五次密码后，摄像机会锁定登录 30 秒。请使用有权查看该视频配置的用户。",
  },
};
