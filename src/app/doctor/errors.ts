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
  "doctor-camera-name": {
    en: "the name {host} can't be looked up: {reason}",
    zh: "无法解析名称 {host}：{reason}",
    remedyEn: "Write the camera's IP address in place of its name, or check the DNS server that this machine asks.",
    remedyZh: "请用摄像机的 IP 地址代替名称，或检查本机使用的 DNS 服务器。",
  },
  "doctor-camera-other-network": {
    en: "this machine has no way into the network of {host}",
    zh: "本机没有通往 {host} 所在网络的路由",
    remedyEn: "Give this machine an address in the camera's network as well, or the camera one in this machine's.",
    remedyZh: "请为本机再配置一个摄像机所在网络的地址，或将摄像机改到本机所在的网络。",
  },
  "doctor-camera-absent": {
    en: "no device on {interface} has the address {host}",
    zh: "{interface} 所连网络中没有设备使用地址 {host}",
    remedyEn: "Check that the camera has power and its cable, and whether it has got another address.",
    remedyZh: "请检查摄像机的电源和网线，以及它的地址是否已改变。",
  },
  "doctor-camera-port-silent": {
    en: "a device ({hardware}) has the address {host}, but port {port} doesn't answer: {reason}",
    zh: "设备（{hardware}）使用地址 {host}，但端口 {port} 没有响应：{reason}",
    remedyEn: "Compare the port with the camera's settings, look for a firewall in it, and switch it off and on if it hangs.",
    remedyZh: "请核对摄像机设置中的端口和防火墙；如果摄像机卡死，请断电重启。",
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
