/** `sluice doctor`: looks at everything that commonly goes wrong, and says what to do about it. */
import { networkInterfaces } from "node:os";
import { readFileSync } from "node:fs";
import type { Machine } from "../machine.ts";
import type { Config } from "#config/config.ts";
import { loadConfig } from "#config/load.ts";
import { defaultsOf } from "#config/read-value.ts";
import type { Problem } from "#config/syntax/node.ts";
import { diskChecks } from "#health/checks/disk.ts";
import { hostChecks } from "#health/checks/host.ts";
import type { HealthCheck } from "#health/health-check.ts";
import { HostFacts } from "#platform/host/host-facts.ts";
import { MemoryFacts } from "#platform/host/memory-facts.ts";
import { findPortHolder } from "#platform/port-holder.ts";
import { SystemChanges } from "#platform/system-changes.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { probeCamera } from "#protocols/rtsp/probe.ts";
import { budgetFor } from "#streams/memory/automatic-budget.ts";
import { pathOptions } from "#streams/options.ts";
import type { Command, CommandContext } from "../command.ts";
import { checkCameras, type CameraQuestion, type CamerasView } from "../doctor/cameras.ts";
import { doctorError } from "../doctor/errors.ts";
import { unwell, well, type Finding } from "../doctor/finding.ts";
import { checkFirewall, type FirewallView } from "../doctor/firewall.ts";
import { checkPorts, wantedPorts, type PortsView } from "../doctor/listeners.ts";
import { exitCodeOf, printJson, printReport } from "../doctor/report.ts";
import { openMachine } from "../machine.ts";
import { createSchema } from "../schema.ts";
import { BUILT_AT } from "../version.ts";

/** A camera answers within this or isn't there, milliseconds. */
const CONNECT_MS = 3000;
/** How long a camera's media is watched, milliseconds. */
const WATCH_MS = 2500;

/** See the head of this file. */
export const doctor: Command = {
  name: "doctor",
  options: [
    {
      name: "--config",
      value: "FILE",
      summary: { en: "the configuration; otherwise the usual places", zh: "配置文件；省略时在默认位置查找" },
    },
    { name: "--camera", value: "URL", summary: { en: "look at this camera too", zh: "同时检查此摄像机" } },
    { name: "--json", summary: { en: "print the report as JSON", zh: "以 JSON 格式输出报告" } },
  ],
  summary: { en: "look for what commonly goes wrong", zh: "诊断常见问题" },
  description: {
    en: "Configuration, ports, firewall, cameras (one try with each one's password), clock, names, disk, memory. Exits with 2 when\nsomething doesn't work.",
    zh: "检查配置、端口、防火墙、摄像机（各用其密码尝试一次）、时钟、域名、磁盘和内存。有故障时退出码为 2。",
  },
  run: async (context) => {
    const findings = await diagnose(context);
    context.stdout(context.options.has("--json") ? printJson(findings) : printReport(findings, context.language));
    return exitCodeOf(findings);
  },
};

async function diagnose(context: CommandContext): Promise<readonly Finding[]> {
  const { folder, environment, options } = context;
  const schema = createSchema();
  const { config, problems } = await loadConfig({ schema, file: options.get("--config"), folder, environment });
  const machine = openMachine(environment);
  const findings = [...configurationFindings(problems), ...(await hostFindings(machine, folder))];
  if (config !== undefined) {
    const ports = wantedPorts(config, schema);
    findings.push(
      ...(await checkPorts(ports, portsView(machine))),
      checkFirewall(ports, firewallView()),
      ...accessFindings(config),
    );
  }
  return [...findings, ...(await checkCameras(camerasOf(config, options.get("--camera")), camerasView(machine, context)))];
}

function configurationFindings(problems: readonly Problem[]): readonly Finding[] {
  const subject = "configuration";
  if (problems.length === 0) return [well(subject, { en: "no errors", zh: "没有错误" })];
  return problems.map(({ error, severity, origin, path }) => {
    const place =
      origin.kind === "file" ? `${subject} ${String(origin.line)}:${String(origin.column)}` : `${subject} ${path}`.trim();
    return unwell(place, error, { state: severity === "error" ? "failed" : "warning", command: "sluice check" });
  });
}

async function hostFindings(machine: Machine, folder: string): Promise<readonly Finding[]> {
  const host = new HostFacts();
  const wallNow = (): number => machine.clock.wallNow();
  const checks: readonly HealthCheck[] = [...hostChecks(host, { wallNow, builtAt: BUILT_AT }), ...diskChecks(host, [folder])];
  const findings: Finding[] = [];
  for (const check of checks) {
    const found = await check.check();
    const state = found?.severity === "failed" ? "failed" : "warning";
    findings.push(
      found === undefined ? well(check.name, { en: "well", zh: "正常" }) : unwell(check.name, found.error, { state }),
    );
  }
  const facts = new MemoryFacts();
  const memory = facts.machine();
  const mib = (bytes: number): string => `${String(Math.round(bytes / 1024 / 1024))} MiB`;
  if (memory !== undefined) {
    const budget = budgetFor(0, { totalBytes: memory.totalBytes, limitBytes: facts.group()?.limitBytes });
    const text = `${mib(memory.availableBytes)} / ${mib(memory.totalBytes)}`;
    findings.push(
      well("memory", { en: `${text} available (media budget ${mib(budget)})`, zh: `可用 ${text}（媒体预算 ${mib(budget)}）` }),
    );
  }
  return findings;
}

function accessFindings(config: Config): readonly Finding[] {
  const { authMethod } = config.authentication;
  if (authMethod !== "internal") return [well("users", { en: `authMethod ${authMethod}`, zh: `authMethod ${authMethod}` })];
  if (config.users.length === 0) return [unwell("users", doctorError("doctor-not-claimed"), { state: "warning" })];
  const publishers = config.users.some(({ permissions }) => permissions.some(({ action }) => action === "publish"));
  const path = config.paths.find(({ source, publish, enable }) => source === "publisher" && publish && enable);
  if (publishers || path === undefined)
    return [well("users", { en: `${String(config.users.length)} configured`, zh: `已配置 ${String(config.users.length)} 个` })];
  return [unwell("users", doctorError("doctor-publish-closed", { details: { path: path.name } }), { state: "warning" })];
}

function camerasOf(config: Config | undefined, extra: string | undefined): readonly CameraQuestion[] {
  const configured = (config?.paths ?? [])
    .filter(({ source, enable, name }) => enable && /^rtsps?(\+\w+)?:\/\//.test(source) && !name.startsWith("~"))
    .map((options) => ({ name: options.name, url: options.source, options }));
  if (extra === undefined) return configured;
  const options = { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "--camera", source: extra };
  return [...configured, { name: "--camera", url: extra, options }];
}

function portsView({ network }: Machine): PortsView {
  return {
    holder: (protocol, port) => findPortHolder({ protocol, port }),
    serviceOf,
    addresses: () => Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
    isFree: async ({ transport, address }) => {
      try {
        if (transport === "udp") (await network.bindUdp({ address: address.host ?? "", port: address.port })).close();
        else (await network.listenTcp({ ...address, onConnection: (socket) => socket.destroy() })).close();
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** The last unit in the process's control group. */
function serviceOf(pid: number): string | undefined {
  try {
    return /([\w@.-]+\.service)\s*$/m.exec(readFileSync(`/proc/${String(pid)}/cgroup`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

function firewallView(): FirewallView {
  const system = new SystemChanges("/");
  const isRoot = process.getuid?.() === 0;
  const ask = (program: string, words: readonly string[]): string | undefined =>
    isRoot ? system.ask(program, words) : undefined;
  return {
    isRoot,
    ufw: () => ask("ufw", ["status"]),
    firewalld: () => ask("firewall-cmd", ["--list-all"]),
    nftables: () => ask("nft", ["list", "ruleset"]),
    iptables: () => ask("iptables", ["-S", "INPUT"]),
  };
}

function camerasView(machine: Machine, context: CommandContext): CamerasView {
  return {
    connect: (host, port) => connect(machine, { host, port }),
    probe: async ({ url, options }) => {
      const report = await probeCamera({
        ...machine,
        url,
        options,
        signal: context.signal,
        onStep: () => undefined,
        watchMs: WATCH_MS,
      });
      return { tracks: report.tracks, oddities: report.oddities.length };
    },
  };
}

function connect({ network, clock }: Machine, to: { host: string; port: number }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = network.connectTcp(to);
    const timer = clock.after("doctor", CONNECT_MS, () => {
      end("ETIMEDOUT");
    });
    const end = (reason: string | undefined): void => {
      timer.cancel();
      socket.destroy();
      resolve(reason);
    };
    socket.on("connect", () => {
      end(undefined);
    });
    socket.on("error", (error) => {
      end("code" in error && typeof error.code === "string" ? error.code : error.message);
    });
  });
}
