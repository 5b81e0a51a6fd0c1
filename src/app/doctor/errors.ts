/** What the doctor finds. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the doctor's own findings; others come from the parts it asks. */
export const doctorErrors = defineErrors({
  "doctor-port-taken": {
    en: "another program holds port {port}/{transport}: {holder}",
    zh: "端口 {port}/{transport} 已被其他程序占用：{holder}",
    remedyEn: "Stop that program, or give Sluice another port with '{key}'.",
    remedyZh: "请停止该程序，或用“{key}”为 Sluice 更换端口。",
  },
  "doctor-address-missing": {
    en: "this machine has no address {address} ({key})",
    zh: "本机没有地址 {address}（{key}）",
    remedyEn: "Use an address of this machine, or only a port (':{port}') to listen on all of them.",
    remedyZh: "请使用本机地址，或只写端口（“:{port}”）以监听全部地址。",
  },
  "doctor-firewall-blocks": {
    en: "the firewall ({firewall}) lets nothing in on {ports}",
    zh: "防火墙（{firewall}）未放行 {ports}",
    remedyEn: "Open these ports for your own network.",
    remedyZh: "请为内网放行这些端口。",
  },
  "doctor-firewall-unseen": {
    en: "the firewall's rules can't be read without root",
    zh: "没有 root 权限，无法读取防火墙规则",
    remedyEn: "Run this again with sudo.",
    remedyZh: "请用 sudo 重新运行。",
  },
  "doctor-camera-no-route": {
    en: "{host} can't be reached: {reason}",
    zh: "无法连接 {host}：{reason}",
    remedyEn: "Check that the camera has power, is on this network, and that its address is right.",
    remedyZh: "请检查摄像机是否通电、是否在同一网络、地址是否正确。",
  },
  "doctor-camera-port-closed": {
    en: "{host} answers, but nothing listens on port {port}",
    zh: "{host} 有响应，但端口 {port} 未开放",
    remedyEn: "Switch RTSP on in the camera's settings or its app, and compare the port with what is set there.",
    remedyZh: "请在摄像机设置或其手机应用中开启 RTSP，并核对端口。",
  },
  "doctor-publish-closed": {
    en: "path '{path}' takes publishers, but no user may publish from other machines",
    zh: "路径“{path}”接受推流，但没有允许从其他机器推流的用户",
    remedyEn: "Add a user with the permission 'publish' to authInternalUsers, and publish with its name and password.",
    remedyZh: "请在 authInternalUsers 中添加带 publish 权限的用户，并用其用户名和密码推流。",
  },
  "doctor-not-claimed": {
    en: "no users are configured: only this machine itself is served",
    zh: "尚未配置用户，仅本机可以访问",
    remedyEn: "Add users under authInternalUsers, or open the page and follow it.",
    remedyZh: "请在 authInternalUsers 中添加用户，或打开网页按提示操作。",
  },
});

/** Makes an error of this catalogue. */
export const doctorError = errorFactory(doctorErrors);
