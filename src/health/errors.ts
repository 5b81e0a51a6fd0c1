/** What isn't well with the box itself. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of the box's health. */
export const healthErrors = defineErrors({
  "health-no-answer": {
    en: "the check '{check}' doesn't answer",
    zh: "检查项“{check}”没有响应",
    remedyEn: "If it stays so, restart the box; then report this with the log.",
    remedyZh: "如持续出现，请重启设备，并附上日志反馈。",
  },
  "health-check-broken": {
    en: "the check '{check}' could not be made: {reason}",
    zh: "检查项“{check}”无法执行：{reason}",
    remedyEn: "Nothing else is affected. Please report this with the log.",
    remedyZh: "其他功能不受影响。请附上日志反馈。",
  },
  "health-event-loop-slow": {
    en: "the program reacts up to {lagMs} ms late",
    zh: "程序响应延迟高达 {lagMs} 毫秒",
    remedyEn: "The processor is too busy: pull fewer or smaller streams, or serve fewer viewers.",
    remedyZh: "处理器过于繁忙：请减少视频路数、降低码率或减少观看人数。",
  },
  "health-memory-tight": {
    en: "{percent} % of the media memory is in use",
    zh: "媒体内存已使用 {percent}%",
    remedyEn: "Raise 'memory.budget' where the machine has room, lower the cameras' bitrate, or serve fewer viewers.",
    remedyZh: "如设备内存充足，请增大“memory.budget”；否则请降低摄像机码率或减少观看人数。",
  },
  "health-memory-short": {
    en: "memory is short ({cause}); let go of, step by step: {steps}",
    zh: "内存不足（{cause}），已逐步采取措施：{steps}",
    remedyEn: "Cameras go on. Stop what else runs on the machine, serve fewer viewers, or give the machine more memory.",
    remedyZh: "摄像机不受影响。请停止设备上的其他程序、减少观看人数，或为设备增加内存。",
  },
  "health-memory-pressure": {
    en: "the machine is short of memory: work waited for it {percent} % of the time",
    zh: "设备内存紧张：有 {percent}% 的时间在等待内存",
    remedyEn: "Stop what else runs on the machine, or lower 'memory.budget'.",
    remedyZh: "请停止设备上的其他程序，或减小“memory.budget”。",
  },
  "health-hot": {
    en: "the processor is at {celsius} °C",
    zh: "处理器温度为 {celsius} °C",
    remedyEn: "Give the box air: clean it, move it out of the sun, or add a heat sink or fan.",
    remedyZh: "请改善散热：清理灰尘、避免日晒，或加装散热片、风扇。",
  },
  "health-throttled": {
    en: "the processor is slowed down because it is too hot",
    zh: "处理器因过热已降频",
    remedyEn: "Give the box air: clean it, move it out of the sun, or add a heat sink or fan.",
    remedyZh: "请改善散热：清理灰尘、避免日晒，或加装散热片、风扇。",
  },
  "health-under-voltage": {
    en: "the power supply is too weak: the voltage dropped",
    zh: "供电不足：电压过低",
    remedyEn: "Use the power supply and cable made for this board.",
    remedyZh: "请使用与开发板匹配的电源和电源线。",
  },
  "health-disk-full": {
    en: "{folder} has {freeMib} MiB left",
    zh: "{folder} 仅剩 {freeMib} MiB 空间",
    remedyEn: "Make room: settings can't be saved without it. Streams go on.",
    remedyZh: "请清理空间，否则无法保存设置；视频不受影响。",
  },
  "health-disk-read-only": {
    en: "{folder} can't be written to",
    zh: "{folder} 无法写入",
    remedyEn: "Settings can't be saved. If the disk or card is old, replace it; else check how it is mounted.",
    remedyZh: "无法保存设置。若存储卡或磁盘已老化请更换，否则请检查挂载方式。",
  },
  "health-disk-worn": {
    en: "the built-in storage has used {percent} % of its life",
    zh: "内置存储寿命已消耗 {percent}%",
    remedyEn: "Save the configuration, and plan to replace the board or its storage.",
    remedyZh: "请备份配置，并计划更换存储或主板。",
  },
  "health-link-down": {
    en: "no network cable or no link on {interface}",
    zh: "{interface} 未接网线或没有连接",
    remedyEn: "Check the cable and the switch at both ends.",
    remedyZh: "请检查网线两端和交换机。",
  },
  "health-link-slow": {
    en: "{interface} runs at {mbits} Mbit/s only",
    zh: "{interface} 仅以 {mbits} Mbit/s 运行",
    remedyEn: "A cable or a plug is often broken when the speed is that low: change the cable, then the port of the switch.",
    remedyZh: "速率过低通常是网线或接头损坏，请更换网线或交换机端口。",
  },
  "health-address-conflict": {
    en: "another device uses the address {address} of {interface}",
    zh: "另一台设备占用了 {interface} 的地址 {address}",
    remedyEn: "Give one of them another address; with DHCP restart both.",
    remedyZh: "请为其中一台更换地址；若使用 DHCP，请重启两台设备。",
  },
  "health-address-claimed": {
    en: "the device {hardware} uses the address {address} of {interface} too",
    zh: "设备 {hardware} 也在使用 {interface} 的地址 {address}",
    remedyEn: "Give one of them another address; with DHCP restart both.",
    remedyZh: "请为其中一台更换地址；若使用 DHCP，请重启两台设备。",
  },
  "health-dns": {
    en: "names can't be looked up: {reason}",
    zh: "域名解析失败：{reason}",
    remedyEn: "Cameras given by address go on. Check the DNS server of this box's network settings.",
    remedyZh: "以 IP 地址接入的摄像机不受影响。请检查本机网络设置中的 DNS 服务器。",
  },
  "health-clock-unset": {
    en: "the clock isn't set: it says {time}",
    zh: "时钟未校准：当前显示 {time}",
    remedyEn: "Connect the box to a time server (NTP), or set the clock; times in pictures and logs are wrong until then.",
    remedyZh: "请连接时间服务器（NTP）或手动校时；在此之前画面和日志时间不准。",
  },
  "health-clock-unsynchronised": {
    en: "the clock follows no time server",
    zh: "时钟未与时间服务器同步",
    remedyEn: "Check that a time service runs (timedatectl) and that its server can be reached.",
    remedyZh: "请检查时间同步服务（timedatectl）是否运行、服务器是否可达。",
  },
  "health-descriptors": {
    en: "{used} of {limit} file descriptors are in use",
    zh: "文件描述符已用 {used} / {limit}",
    remedyEn: "Raise the limit (LimitNOFILE of the unit, ulimit -n), or serve fewer viewers.",
    remedyZh: "请提高上限（服务单元的 LimitNOFILE 或 ulimit -n），或减少观看人数。",
  },
  "health-configuration": {
    en: "the configuration was changed but has {errors} error(s); the former one is in force",
    zh: "配置已修改但有 {errors} 处错误，仍在使用之前的配置",
    remedyEn: "Run 'sluice check' on the file, or mend it on the page.",
    remedyZh: "请用“sluice check”检查该文件，或在网页上修改。",
  },
  "health-safe-mode": {
    en: "safe mode: the program ended {starts} times within 5 minutes ({reason})",
    zh: "安全模式：程序在 5 分钟内异常退出 {starts} 次（{reason}）",
    remedyEn:
      "Cameras are tried again by themselves after 10 quiet minutes. Look at the log for why it ended; undo the last change.",
    remedyZh: "平稳运行 10 分钟后会自动重新接入摄像机。请查看日志了解原因，并撤销最近的改动。",
  },
});

/** Makes an error of this catalogue. */
export const healthError = errorFactory(healthErrors);
