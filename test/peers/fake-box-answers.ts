/** Fixed parts of what the fake box answers: a device, a camera's hour, readers, log lines, findings. */
import type { Explanation } from "#api/contract/answers.ts";
import type { CameraDetails, CameraHistory, CameraView } from "#api/contract/cameras.ts";
import type { ConfigCheck, ConfigText } from "#api/contract/config.ts";
import type { DeviceView } from "#api/contract/device.ts";
import type { LogLevel, LogLine } from "#api/contract/log.ts";
import type { MemoryView } from "#api/contract/memory.ts";
import type { DoctorReport } from "#api/contract/doctor.ts";
import type { ProbeMessage } from "#api/contract/probe.ts";
import type { ReaderView } from "#api/contract/readers.ts";
import type { TokenList } from "#api/contract/session.ts";

const MIB = 1024 * 1024;
const STEP_MS = 10_000;
const STEPS = 360;

function cause(code: string, en: readonly [string, string], zh: readonly [string, string]): Explanation {
  return { code, details: {}, text: { en: en[0], zh: zh[0] }, remedy: { en: en[1], zh: zh[1] } };
}

/** A wrong password. */
export const AUTH_FAILED = cause(
  "rtsp-credentials-refused",
  ["the camera refused user and password", "Check both; they aren't tried again by themselves."],
  ["摄像机拒绝了用户名和密码", "请核对；系统不会自动重试。"],
);

/** A camera that isn't there. */
export const UNREACHABLE = cause(
  "rtsp-unreachable",
  ["the camera can't be reached (192.168.1.64:554)", "Check its power and its cable."],
  ["无法连接摄像机（192.168.1.64:554）", "请检查电源和网线。"],
);

/** A program that ended again and again. */
export const SAFE_MODE = cause(
  "health-safe-mode",
  [
    "safe mode: the program ended 5 times within 5 minutes (SIGSEGV)",
    "Cameras are tried again by themselves after 10 quiet minutes. Look at the log for why it ended; undo the last change.",
  ],
  [
    "安全模式：程序在 5 分钟内异常退出 5 次（SIGSEGV）",
    "平稳运行 10 分钟后会自动重新接入摄像机。请查看日志了解原因，并撤销最近的改动。",
  ],
);

/** A machine. */
export const DEVICE: DeviceView = {
  host: "shop-3",
  version: "v0.2.0",
  nodeVersion: "v24.21.0",
  startedAt: 0,
  now: 0,
  processCpu: 0.12,
  machineCpu: 0.21,
  temperatureCelsius: 48.3,
  memory: { totalBytes: 1024 * MIB, availableBytes: 610 * MIB },
  network: [
    {
      name: "eth0",
      addresses: ["192.168.1.10", "fe80::21e:6ff:fe33:1"],
      receivedBytes: 9.1e9,
      sentBytes: 22.4e9,
      linkMbits: 1000,
    },
    { name: "wlan0", addresses: ["192.168.4.1"], receivedBytes: null, sentBytes: null, linkMbits: null },
  ],
  services: { rtsp: 8554, rtsps: 8322, hls: 8888, webrtc: 8889, api: null, metrics: null },
  certificates: [
    { service: "rtsps", fingerprint: Array.from({ length: 32 }, () => "5A").join(":"), expires: Date.UTC(2027, 8, 1) },
  ],
};

/** Its memory. */
export const MEMORY: MemoryView = {
  budgetBytes: 96 * MIB,
  committedBytes: 21 * MIB,
  relief: [],
  reliefCause: null,
  usedBytes: 41 * MIB,
  pools: [
    { name: "rings", usedBytes: 30 * MIB, highWaterBytes: 38 * MIB, refusals: 0 },
    { name: "sockets", usedBytes: 3 * MIB, highWaterBytes: 9 * MIB, refusals: 0 },
    { name: "readers", usedBytes: 0, highWaterBytes: 0, refusals: 2 },
    { name: "hls", usedBytes: 8 * MIB, highWaterBytes: 12 * MIB, refusals: 0 },
  ],
  streams: [],
  process: { rssBytes: 118 * MIB, heapUsedBytes: 31 * MIB, externalBytes: 44 * MIB },
};

/** Tokens of scripts, one of them over. */
export const TOKENS: TokenList = {
  lasting: false,
  tokens: [
    { id: "1", name: "backup", role: "viewer", created: Date.UTC(2026, 5, 1), expires: null },
    { id: "2", name: "doorbell", role: "admin", created: Date.UTC(2025, 5, 1), expires: Date.UTC(2026, 5, 1) },
  ],
};

/** A configuration. */
export const CONFIG_TEXT: Omit<ConfigText, "etag"> = {
  file: "/etc/sluice/sluice.yml",
  readOnly: null,
  text: [
    "# The cameras of shop 3.",
    "logLevel: info",
    "paths:",
    "  yard:",
    "    source: rtsp://viewer:<redacted>@192.168.1.64:554/yard",
    "  till:",
    "    source: rtsp://viewer:<redacted>@192.168.1.65:554/till",
    "    sourceOnDemand: maybe",
    "",
  ].join("\n"),
  problems: [],
  inForce: true,
};

/** A check that found a mistake. */
export const CHECK_FAILED: ConfigCheck = {
  valid: false,
  problems: [
    {
      severity: "error",
      key: "paths.till.sourceOnDemand",
      line: 8,
      column: 21,
      cause: cause(
        "config-bad-boolean",
        ["'maybe' is neither yes nor no", "Write yes or no."],
        ["“maybe”既不是 yes 也不是 no", "请写 yes 或 no。"],
      ),
    },
  ],
  changes: { global: [], addedPaths: [], changedPaths: [], removedPaths: [], interrupted: [] },
};

/** A look at a camera that ends with a wrong password. */
export const PROBE_FAILED: readonly ProbeMessage[] = [
  { kind: "trying", transport: "tcp" },
  { kind: "failed", reason: "credentials-refused", cause: AUTH_FAILED, advice: null },
];

/** A look at a camera that finds it. */
export const PROBE_FOUND: readonly ProbeMessage[] = [
  { kind: "trying", transport: "tcp" },
  { kind: "watching", seconds: 3 },
  {
    kind: "found",
    report: {
      server: "IP Camera(H5)",
      make: "hikvision",
      address: "rtsp://192.168.1.70:554/stream1",
      transports: [{ name: "tcp", works: true }],
      tracks: [
        {
          kind: "video",
          codec: "H264",
          props: { width: 2560, height: 1440 },
          unitsPerSecond: 25,
          bitrate: 6_200_000,
          keyIntervalMs: 2000,
        },
        { kind: "audio", codec: "G711", props: {}, unitsPerSecond: 50, bitrate: 64_000, keyIntervalMs: null },
      ],
      oddities: [],
      suggestedName: "camera-5",
    },
  },
];

/** Lines of a probe's answer. */
export function probeLines(messages: readonly ProbeMessage[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join("");
}

/** An hour with a gap in it. */
export function historyOf(name: string, now: number): CameraHistory {
  const wave = (index: number, size: number): number => 1 + Math.sin(index / 9 + name.length) * size;
  const gap = (index: number): boolean => index > 200 && index < 224;
  const values = (make: (index: number) => number): readonly (number | null)[] =>
    Array.from({ length: STEPS }, (_, index) => (gap(index) ? null : make(index)));
  return {
    from: now - STEPS * STEP_MS,
    stepMs: STEP_MS,
    bitrate: values((index) => 4_000_000 * wave(index, 0.1)),
    fps: values((index) => (index > 300 ? 18.4 : 25)),
    lossRatio: values((index) => (index % 60 === 0 ? 0.004 : 0)),
  };
}

/** A camera with its readers and interruptions. */
export function detailsOf(camera: CameraView | undefined, now: number): CameraDetails | undefined {
  if (camera === undefined) return undefined;
  const { bitrate, fps, gop, keyframeAt } = camera.figures;
  return {
    ...camera,
    trackFigures: camera.tracks.map((track) =>
      track.kind === "video" ? { bitrate, fps, gop, keyframeAt } : { bitrate: 32_000, fps: 15.6, gop: null, keyframeAt: null },
    ),
    readerList: camera.mark === "live" ? [reader("a1", "webrtc", now), reader("b2", "rtsp", now)] : [],
    endings: [{ at: now - 40 * 60_000, cause: UNREACHABLE, outageMs: 4 * 60_000 }],
    options: {},
  };
}

function reader(id: string, protocol: "webrtc" | "rtsp", now: number): ReaderView {
  const isPage = protocol === "webrtc";
  return {
    id,
    path: "yard",
    protocol,
    type: `${protocol}Session`,
    since: now - 7 * 60_000,
    address: isPage ? "192.168.1.33:61210" : "192.168.1.40:51022",
    user: isPage ? "counter" : "",
    userAgent: isPage ? "Mozilla/5.0" : "LibVLC/3.0.21",
    transport: isPage ? "udp" : "tcp",
    outboundBytes: isPage ? 220_000_000 : 198_000_000,
    drops: isPage ? 0 : 12,
    reportedLost: 0,
    experience: isPage ? { firstPictureMs: 212, stalls: 1, stalledMs: 1400, errors: 0, reportedAt: now } : null,
  };
}

/** A few lines of a log. */
export function logLines(now: number): readonly LogLine[] {
  const line = (index: number, level: LogLevel, message: string): LogLine => ({
    id: String(index),
    at: now - (10 - index) * 1000,
    level,
    message,
    camera: index % 2 === 0 ? "yard" : null,
    fields: {},
    text: `${new Date(now - (10 - index) * 1000).toISOString()} ${level} ${message}`,
  });
  return [
    line(1, "info", "listening protocol=rtsp tcp=8554"),
    line(2, "info", "camera is live path=yard transport=tcp"),
    line(3, "warn", "reader is too slow path=yard reader=192.168.1.40:51022 drops=12"),
    line(4, "error", "camera ended path=yard error=the camera can't be reached"),
  ];
}

/** What the doctor found: something of each kind. */
export const DOCTOR_REPORT: DoctorReport = {
  at: Date.UTC(2026, 10, 25, 12, 0),
  tookMs: 3200,
  state: "failed",
  findings: [
    { ...well("configuration"), text: { en: "no errors", zh: "没有错误" } },
    well("temperature"),
    well("network-link"),
    {
      subject: "clock",
      state: "warning",
      code: "health-clock-unsynchronised",
      text: { en: "no time server has answered since the start", zh: "启动以来没有时间服务器响应" },
      remedy: { en: "Check that the box reaches a time server.", zh: "请检查设备能否访问时间服务器。" },
      command: "timedatectl timesync-status",
    },
    well("disk"),
    {
      ...well("memory"),
      text: { en: "612 MiB / 960 MiB available (media budget 240 MiB)", zh: "可用 612 MiB / 960 MiB（媒体预算 240 MiB）" },
    },
    {
      subject: "port 8554/tcp",
      state: "failed",
      code: "doctor-port-taken",
      text: {
        en: "another program holds port 8554/tcp: mediamtx (pid 611, mediamtx.service)",
        zh: "端口 8554/tcp 已被其他程序占用：mediamtx (pid 611, mediamtx.service)",
      },
      remedy: {
        en: "Stop that program, or give Sluice another port with 'rtspAddress'.",
        zh: "请停止该程序，或用“rtspAddress”为 Sluice 更换端口。",
      },
      command: "sudo systemctl stop mediamtx.service",
    },
    { ...well("camera yard"), text: { en: "live", zh: "画面正常" } },
    { ...well("camera gate"), text: { en: "plays H264", zh: "可播放 H264" } },
  ],
};

function well(subject: string): DoctorReport["findings"][number] {
  return { subject, state: "ok", code: null, text: { en: "well", zh: "正常" }, remedy: null, command: null };
}
