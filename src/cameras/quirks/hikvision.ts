/** Hikvision and the makes built on it (HiLook, Annke, LaView, EZVIZ): realm `IP Camera(…)`, lock-out by address for half an hour. */
import type { CameraQuirk } from "./quirk.ts";

/** See the head of this file. */
export const hikvision: CameraQuirk = {
  id: "hikvision",
  match: { realm: /^(IP Camera\(|Hikvision|HikvisionDS)/i },
  lockoutMinutes: 30,
  credentials: {
    en: "After several wrong passwords the camera locks this address out for about 30 minutes. The ONVIF user is not the camera's own user; on EZVIZ the user is admin and the password is the verification code on the label.",
    zh: "多次输错密码后，摄像机会将本机地址锁定约 30 分钟。ONVIF 用户与摄像机自身用户不同；萤石设备的用户名为 admin，密码为机身标签上的验证码。",
  },
  refused: {
    en: "Check the channel number in the address: 101 is the first camera's main stream, 102 its sub stream. On EZVIZ, switch RTSP on in the app (LAN live view).",
    zh: "请检查地址中的通道号：101 为第一路主码流，102 为子码流。萤石设备需在手机应用的“局域网预览”中开启 RTSP。",
  },
};
