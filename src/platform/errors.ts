/**
 * What can go wrong between Sluice and the machine's network, as people meet it.
 */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Failures of opening sockets. */
export const platformErrors = defineErrors({
  "port-in-use": {
    en: "{protocol} port {port} is already in use{holderEn}",
    zh: "{protocol} 端口 {port} 已被占用{holderZh}",
    remedyEn:
      "Stop that program, or take another port: --port N moves RTSP, --port-fallback takes the next free one, and every other listener has its address in the configuration.",
    remedyZh:
      "请停止占用该端口的程序，或换用其他端口：--port N 更换 RTSP 端口，--port-fallback 自动使用下一个空闲端口，其他监听地址可在配置中修改。",
  },
  "port-not-allowed": {
    en: "this user may not open {protocol} port {port}",
    zh: "当前用户无权打开 {protocol} 端口 {port}",
    remedyEn:
      "Choose a port from 1024 up, or give the program the right to low ports (CAP_NET_BIND_SERVICE, or AmbientCapabilities= in its unit).",
    remedyZh:
      "请使用 1024 及以上的端口，或授予程序使用低端口的权限（CAP_NET_BIND_SERVICE，或在服务单元中设置 AmbientCapabilities=）。",
  },
  "address-not-available": {
    en: "this machine has no address {address} to listen on ({protocol} port {port})",
    zh: "本机没有可监听的地址 {address}（{protocol} 端口 {port}）",
    remedyEn: "Use an address of this machine, or leave the address out to listen on all of them.",
    remedyZh: "请使用本机的地址，或省略地址以监听所有地址。",
  },
  "tls-fingerprint-mismatch": {
    en: "the certificate of {host} has the fingerprint {actual}, not the expected {expected}",
    zh: "{host} 的证书指纹为 {actual}，与预期的 {expected} 不符",
    remedyEn:
      "If the device got a new certificate, enter the new fingerprint; otherwise something else is answering at this address.",
    remedyZh: "如果设备更换了证书，请填写新的指纹；否则可能是其他设备在该地址应答。",
  },
});

/** Makes an error of this catalogue. */
export const platformError = errorFactory(platformErrors);
