/** The report of `sluice status`, for people and for programs, and its exit code. */
import type { CameraView } from "#api/contract/cameras.ts";
import type { CameraMark } from "#cameras/camera-state.ts";
import type { Problem } from "#api/contract/device.ts";
import type { Language } from "#base/errors.ts";
import { ExitCode } from "../command.ts";
import type { Bilingual } from "../command.ts";
import type { ServerState, ServiceState } from "./server-state.ts";

const MIB = 1024 * 1024;
/** Cameras and problems that are listed. */
const MAX_LISTED = 256;

const texts = {
  running: {
    en: "Sluice {version} is running for {age} (process {pid})",
    zh: "Sluice {version} 正在运行，已运行 {age}（进程 {pid}）",
  },
  notRunning: { en: "Sluice is not running", zh: "Sluice 没有运行" },
  noAnswer: { en: "Sluice (process {pid}) doesn't answer: {reason}", zh: "Sluice（进程 {pid}）没有应答：{reason}" },
  start: {
    en: "Start it with 'sluice run', or as a service with 'systemctl start sluice'.",
    zh: "请运行“sluice run”，或以服务方式启动：“systemctl start sluice”。",
  },
  wait: {
    en: "Where a service manager watches it, it is restarted by itself; otherwise end it and start it again.",
    zh: "若由服务管理器监视，它会自动重启；否则请结束后重新启动。",
  },
  configuration: { en: "configuration {file}", zh: "配置文件 {file}" },
  noConfiguration: { en: "no configuration file", zh: "没有配置文件" },
  memory: { en: "media memory {used} of {budget} MiB, process {rss} MiB", zh: "媒体内存 {used} / {budget} MiB，进程 {rss} MiB" },
  well: { en: "all is well", zh: "一切正常" },
  cameras: { en: "cameras:", zh: "摄像机：" },
  camera: { en: "{mbits} Mbit/s, {readers} reader(s)", zh: "{mbits} Mbit/s，{readers} 个观看者" },
  service: {
    en: "systemd says: {active} ({sub}), result {result}, restarted {restarts} time(s)",
    zh: "systemd 状态：{active}（{sub}），结果 {result}，已重启 {restarts} 次",
  },
} satisfies Readonly<Record<string, Bilingual>>;

const marks: Readonly<Record<CameraMark, string>> = { live: "✓", degraded: "!", working: "…", "needs-you": "✗", off: "-" };
/** The page has the same words, in `web/i18n`, from where nothing can be imported: a test holds both together. */
export const stateWords: Readonly<Record<CameraView["state"]["kind"], Bilingual>> = {
  discovered: { en: "discovered", zh: "已发现" },
  "needs-activation": { en: "needs activation", zh: "需要激活" },
  "needs-credentials": { en: "wrong user or password", zh: "用户名或密码错误" },
  "locked-out": { en: "locked out", zh: "已被锁定" },
  probing: { en: "looking at it", zh: "正在探测" },
  connecting: { en: "connecting", zh: "正在连接" },
  live: { en: "live", zh: "正常" },
  degraded: { en: "live, not in order", zh: "有画面但异常" },
  stalled: { en: "no picture", zh: "收不到画面" },
  offline: { en: "offline", zh: "离线" },
  disabled: { en: "off", zh: "已关闭" },
  unsupported: { en: "not supported", zh: "不支持" },
};

/** The worst there is, in the words of the exit code. */
function worstOf(state: ServerState): "ok" | "warning" | "failed" {
  if (state.kind !== "running") return "failed";
  const severities = state.health.problems.map(({ severity }) => severity);
  return severities.includes("critical") ? "failed" : severities.length > 0 ? "warning" : "ok";
}

/** The exit code: by the worst. A warning alone is no failure. */
export function statusExitCode(state: ServerState): number {
  return worstOf(state) === "failed" ? ExitCode.Failed : ExitCode.Ok;
}

/** For programs. The secret by which the server was asked isn't part of it. */
export function printStatusJson(state: ServerState): string {
  const { kind, ...rest } = state;
  const { server, ...parts } = "server" in rest ? rest : { ...rest, server: undefined };
  const process = server && { pid: server.pid, startedAt: server.startedAt, configuration: server.configuration };
  return `${JSON.stringify({ state: worstOf(state), running: kind, ...(process && { process }), ...parts }, undefined, 2)}\n`;
}

/** For people. */
export function printStatus(state: ServerState, language: Language): string {
  const lines = linesOf(state, (text, values = {}) => fill(text[language], values), language);
  return lines.map((line) => `${line.replace(/\p{Cc}/gu, "?")}\n`).join("");
}

type Say = (text: Bilingual, values?: Readonly<Record<string, string | number>>) => string;

function linesOf(state: ServerState, say: Say, language: Language): readonly string[] {
  switch (state.kind) {
    case "not-running":
      return [`✗ ${say(texts.notRunning)}`, ...serviceLines(state.service, say), `    ${say(texts.start)}`];
    case "no-answer": {
      const { server, reason, service } = state;
      return [`✗ ${say(texts.noAnswer, { pid: server.pid, reason })}`, ...serviceLines(service, say), `    ${say(texts.wait)}`];
    }
    case "running":
      return runningLines(state, say, language);
  }
}

function runningLines(state: ServerState & { kind: "running" }, say: Say, language: Language): readonly string[] {
  const { server, device, health, memory, cameras } = state;
  const { version } = device;
  const age = formatAge(device.now - device.startedAt, language);
  const mib = (bytes: number): number => Math.round(bytes / MIB);
  const used = { used: mib(memory.usedBytes), budget: mib(memory.budgetBytes), rss: mib(memory.process.rssBytes) };
  const { configuration: file } = server;
  return [
    say(texts.running, { version, age, pid: server.pid }),
    `  ${file === null ? say(texts.noConfiguration) : say(texts.configuration, { file })}`,
    `  ${say(texts.memory, used)}`,
    ...(health.problems.length === 0
      ? [`✓ ${say(texts.well)}`]
      : health.problems.slice(0, MAX_LISTED).flatMap(problemLines(language))),
    ...(cameras.length === 0 ? [] : [say(texts.cameras)]),
    ...cameras.slice(0, MAX_LISTED).map((camera) => cameraLine(camera, say, language)),
  ];
}

function problemLines(language: Language): (problem: Problem) => readonly string[] {
  const colon = language === "zh" ? "：" : ": ";
  return ({ id, severity, cause }) => [
    `${severity === "critical" ? "✗" : "!"} ${id.replace(":", " ")}${colon}${cause.text[language]} [${cause.code}]`,
    `    ${cause.remedy[language]}`,
  ];
}

function cameraLine(camera: CameraView, say: Say, language: Language): string {
  const { name, mark, state, figures, readers } = camera;
  const mbits = (figures.bitrate / 1e6).toFixed(1);
  const flows = mark === "live" || mark === "degraded" ? ` (${say(texts.camera, { mbits, readers: readers.total })})` : "";
  return `  ${marks[mark]} ${name}  ${stateWords[state.kind][language]}${flows}`;
}

function serviceLines(service: ServiceState | undefined, say: Say): readonly string[] {
  if (service === undefined) return [];
  const { active, sub, result, restarts, status } = service;
  return [`    ${say(texts.service, { active, sub, result, restarts })}`, ...(status === "" ? [] : [`    ${status}`])];
}

function formatAge(ms: number, language: Language): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const units = language === "zh" ? (["天", "小时", "分钟"] as const) : (["d", "h", "min"] as const);
  const parts = [days, hours, rest].map((count, index) => `${String(count)} ${units[index] ?? ""}`);
  return parts.slice(days > 0 ? 0 : hours > 0 ? 1 : 2).join(" ");
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
