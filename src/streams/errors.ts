/** What can go wrong between a path and those who read or publish it. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the hub's failures. */
export const streamErrors = defineErrors({
  "path-name-invalid": {
    en: "path name '{path}' is not valid: {reason}",
    zh: "路径名“{path}”无效：{reason}",
    remedyEn: "Use letters, digits, '_', '-', '.', and '/' between parts; no leading or trailing slash, no '..'.",
    remedyZh: "请使用字母、数字、“_”“-”“.”，各部分之间用“/”分隔；首尾不要有斜杠，不要使用“..”。",
  },
  "path-not-configured": {
    en: "path '{path}' is not configured",
    zh: "路径“{path}”未配置",
    remedyEn: "Add it under 'paths:' in the configuration, or check the spelling in the address.",
    remedyZh: "请在配置文件的“paths:”下添加该路径，或检查地址拼写。",
  },
  "path-disabled": {
    en: "path '{path}' is switched off",
    zh: "路径“{path}”已停用",
    remedyEn: "Set 'enable: true' for this path in the configuration.",
    remedyZh: "请在配置中将该路径设为“enable: true”。",
  },
  "path-no-stream": {
    en: "no stream is available on path '{path}'",
    zh: "路径“{path}”上没有可用的视频流",
    remedyEn: "Check that the camera is on and reachable, or that somebody is publishing to this path.",
    remedyZh: "请检查摄像机是否通电并可访问，或是否有设备正在向该路径推流。",
  },
  "path-source-timeout": {
    en: "source of path '{path}' has timed out",
    zh: "路径“{path}”的视频源启动超时",
    remedyEn: "Check the camera's power, network and password; 'sourceOnDemandStartTimeout' says how long to wait.",
    remedyZh: "请检查摄像机的电源、网络和密码；等待时间由“sourceOnDemandStartTimeout”决定。",
  },
  "path-redirect": {
    en: "path '{path}' is served at another address",
    zh: "路径“{path}”由另一地址提供",
    remedyEn: "Players follow the redirect by themselves; if yours does not, use the address it points to.",
    remedyZh: "播放器会自动跳转；如果没有跳转，请直接使用目标地址。",
  },
  "path-max-readers": {
    en: "maximum reader count reached on path '{path}' ({max})",
    zh: "路径“{path}”的观看人数已达上限（{max}）",
    remedyEn: "Close another viewer, or raise 'maxReaders' of this path (0 means no limit).",
    remedyZh: "请关闭其他观看端，或提高该路径的“maxReaders”（0 表示不限制）。",
  },
  "path-not-publishable": {
    en: "path '{path}' does not take publishers",
    zh: "路径“{path}”不接受推流",
    remedyEn: "Only a path with 'source: publisher' and without 'publish: false' can be published to.",
    remedyZh: "只有“source: publisher”且未设置“publish: false”的路径才能推流。",
  },
  "path-already-published": {
    en: "someone is already publishing to path '{path}'",
    zh: "已有设备正在向路径“{path}”推流",
    remedyEn: "Stop the other publisher, or set 'overridePublisher: true' to let the newest one win.",
    remedyZh: "请停止另一推流端，或设置“overridePublisher: true”让最新的推流生效。",
  },
  "path-too-many": {
    en: "too many paths are in use ({max})",
    zh: "正在使用的路径过多（上限 {max}）",
    remedyEn: "Wait until unused paths are closed, or configure fewer wildcard paths.",
    remedyZh: "请等待闲置路径关闭，或减少通配路径配置。",
  },
  "path-removed": {
    en: "path '{path}' was removed or changed in the configuration",
    zh: "路径“{path}”已在配置中删除或更改",
    remedyEn: "Connect again.",
    remedyZh: "请重新连接。",
  },
  "reader-kicked": {
    en: "the reader of path '{path}' was ended by an administrator",
    zh: "管理员已断开路径“{path}”的读者",
    remedyEn: "Nothing to do; it may connect again.",
    remedyZh: "无需处理，可重新连接。",
  },
  "publisher-replaced": {
    en: "another publisher took over path '{path}'",
    zh: "另一推流端接管了路径“{path}”",
    remedyEn: "Publish to another path, or set 'overridePublisher: false'.",
    remedyZh: "请推流到其他路径，或设置“overridePublisher: false”。",
  },
  "stream-source-gone": {
    en: "the source of path '{path}' did not come back in time",
    zh: "路径“{path}”的视频源未能及时恢复",
    remedyEn: "Check the camera; players may connect again at any time. 'sourceGrace' says how long they are kept.",
    remedyZh: "请检查摄像机；播放器可随时重新连接。保留时间由“sourceGrace”决定。",
  },
  "stream-tracks-changed": {
    en: "the tracks of path '{path}' changed",
    zh: "路径“{path}”的音视频轨道已改变",
    remedyEn: "Connect again to get the new tracks.",
    remedyZh: "请重新连接以获取新的轨道。",
  },
  "stream-reader-stalled": {
    en: "the reader took no data for {seconds} s",
    zh: "观看端已 {seconds} 秒未接收数据",
    remedyEn: "The viewer's network or program is stuck; 'writeTimeout' says how long to wait.",
    remedyZh: "观看端的网络或程序卡住；等待时间由“writeTimeout”决定。",
  },
  "stream-reader-gone": {
    en: "the reader's connection failed: {reason}",
    zh: "观看端连接中断：{reason}",
    remedyEn: "Nothing to do here: the viewer closed its program or lost its network.",
    remedyZh: "服务端无需处理：观看端关闭了程序或网络中断。",
  },
  "stream-memory-full": {
    en: "the media memory budget of {bytes} bytes is used up",
    zh: "媒体内存预算（{bytes} 字节）已用完",
    remedyEn: "Raise 'memory.budget', or use fewer cameras, lower bitrates or shorter key-frame intervals.",
    remedyZh: "请提高“memory.budget”，或减少摄像机、降低码率、缩短关键帧间隔。",
  },
  "stream-reader-refused": {
    en: "no memory for another viewer of path '{path}': the budget of {bytes} bytes is spoken for ({cause})",
    zh: "内存不足，无法再接纳路径“{path}”的观看者：预算 {bytes} 字节已被占用（{cause}）",
    remedyEn: "Close another viewer, raise 'memory.budget', or stop what else runs on the machine; those who watch already stay.",
    remedyZh: "请关闭其他观看端、提高“memory.budget”，或停止设备上的其他程序；已在观看的不受影响。",
  },
  "stream-reader-shed": {
    en: "the viewer of path '{path}' took no data for {seconds} s while memory was short",
    zh: "内存紧张时，路径“{path}”的观看端 {seconds} 秒未接收数据",
    remedyEn: "The viewer's network or program is too slow; it may connect again.",
    remedyZh: "观看端的网络或程序太慢，可重新连接。",
  },
  "stream-closed": {
    en: "the server is stopping",
    zh: "服务正在停止",
    remedyEn: "Connect again when it has restarted.",
    remedyZh: "请在服务重启后重新连接。",
  },
});

/** Makes an error of the hub. */
export const streamError = errorFactory(streamErrors);
