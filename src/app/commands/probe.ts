/** `sluice probe URL`: connects to a camera and prints what it offers, what it does, and what is odd about it. */
import type { Language } from "#base/errors.ts";
import { redactUrl } from "#base/secret.ts";
import { defaultsOf } from "#config/read-value.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { probeCamera, type ProbeReport, type ProbeStep } from "#protocols/rtsp/probe.ts";
import { pathOptions } from "#streams/options.ts";
import { ExitCode } from "../command.ts";
import type { Command } from "../command.ts";
import { openMachine } from "../machine.ts";

/** See the head of this file. */
export const probe: Command = {
  name: "probe",
  arguments: ["URL"],
  options: [{ name: "--json", summary: { en: "print the report as JSON", zh: "以 JSON 格式输出报告" } }],
  summary: { en: "look at a camera and say what it does", zh: "检测摄像机并说明其情况" },
  description: {
    en: "URL is the camera's address with user and password: rtsp://user:password@192.168.1.64/stream.\nThe password is tried once per way to log in. Takes about ten seconds.",
    zh: "URL 为含用户名和密码的摄像机地址：rtsp://用户:密码@192.168.1.64/stream。\n每种登录方式只尝试一次密码。约需十秒。",
  },
  run: async (context) => {
    const { language, stdout, stderr, signal } = context;
    const url = context.positional[0] ?? "";
    const machine = openMachine(context.environment);
    const options = { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "probe", source: url };
    const onStep = (step: ProbeStep): void => {
      stderr(`${stepText(step, language)}\n`);
    };
    const report = await probeCamera({ url, options, ...machine, signal, onStep });
    stdout(
      context.options.has("--json") ? `${JSON.stringify(report, undefined, 2)}\n` : printReport(redactUrl(url), report, language),
    );
    return ExitCode.Ok;
  },
};

function stepText(step: ProbeStep, language: Language): string {
  const zh = language === "zh";
  switch (step.kind) {
    case "trying":
      return zh ? `正在尝试 ${step.transport} …` : `trying ${step.transport} …`;
    case "watching":
      return zh ? `已收到媒体，观察 ${String(step.seconds)} 秒 …` : `media arrives; watching it for ${String(step.seconds)} s …`;
    case "failed":
      return `${step.transport}: ${step.reason} [${step.code}]`;
  }
}

function printReport(url: string, report: ProbeReport, language: Language): string {
  const zh = language === "zh";
  const unknown = zh ? "未知" : "unknown";
  const transports = report.transports.map(({ name, works }) => `${name} ${works ? "✓" : "✗"}`).join("  ");
  const rows: [string, string][] = [
    [zh ? "地址" : "address", url],
    [zh ? "设备标识" : "server", report.server ?? unknown],
    [
      zh ? "登录" : "login",
      report.authScheme === undefined ? (zh ? "不需要" : "none asked") : `${report.authScheme}, ${report.realm ?? ""}`,
    ],
    [zh ? "方法" : "methods", report.methods.join(" ") || unknown],
    [zh ? "会话" : "session", `${String(report.sessionTimeoutSeconds)} s, ${report.keepAliveMethod}`],
    [zh ? "传输" : "transports", transports],
  ];
  const width = Math.max(...rows.map(([name]) => displayWidth(name)));
  const lines = rows.map(([name, value]) => `${name}${" ".repeat(width - displayWidth(name) + 2)}${value}`);
  for (const track of report.tracks) lines.push(trackLine(track, zh));
  lines.push(report.oddities.length === 0 ? (zh ? "未发现异常" : "nothing odd") : zh ? "异常：" : "odd:");
  for (const oddity of report.oddities) lines.push(`  - ${zh ? oddity.zh : oddity.en} [${oddity.id}]`);
  // What a camera says of itself must not move the terminal's cursor.
  return `${lines.map((line) => line.replace(/\p{Cc}/gu, "?")).join("\n")}\n`;
}

function trackLine(track: ProbeReport["tracks"][number], zh: boolean): string {
  const props = Object.entries(track.props).map(([name, value]) => `${name} ${String(value)}`);
  const rate = track.unitsPerSecond === undefined ? "–" : track.unitsPerSecond.toFixed(1);
  const parts = [
    ...props,
    `${rate} ${zh ? "帧/秒" : "units/s"}`,
    `${Math.round(track.bitsPerSecond / 1000).toString()} kbit/s`,
    ...(track.kind === "video"
      ? [`${zh ? "关键帧间隔" : "key frames every"} ${track.keyIntervalSeconds?.toFixed(1) ?? "–"} s`]
      : []),
  ];
  return `${track.kind}: ${track.codec} (${parts.join(", ")})`;
}

/** Columns of a text on a terminal: Chinese characters take two. */
function displayWidth(text: string): number {
  return [...text].reduce((width, character) => width + (/[\u2e80-\uffef]/u.test(character) ? 2 : 1), 0);
}
