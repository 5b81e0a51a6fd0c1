/**
 * What can go wrong between Sluice and the machine's network and files, as people meet it.
 */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Failures of opening sockets, and of files. */
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
  "http-no-answer": {
    en: "the server at {host} can't be asked: {reason}",
    zh: "无法访问服务器 {host}：{reason}",
    remedyEn: "Check its address, that it runs, and its certificate.",
    remedyZh: "请检查地址是否正确、服务器是否运行，以及其证书。",
  },
  "file-unreadable": {
    en: "'{file}' can't be read: {reason}",
    zh: "无法读取“{file}”：{reason}",
    remedyEn: "Check that the file exists and that this user may read it.",
    remedyZh: "请确认文件存在且当前用户有读取权限。",
  },
  "file-too-large": {
    en: "'{file}' is larger than {max} bytes",
    zh: "“{file}”超过 {max} 字节",
    remedyEn: "Make it smaller.",
    remedyZh: "请缩小该文件。",
  },
  "file-not-written": {
    en: "'{file}' can't be written: {reason}",
    zh: "无法写入“{file}”：{reason}",
    remedyEn: "Check the space left on the disk, and that this user may write to the folder.",
    remedyZh: "请检查磁盘剩余空间，以及当前用户对该文件夹的写入权限。",
  },
});

/** Makes an error of this catalogue. */
export const platformError = errorFactory(platformErrors);
