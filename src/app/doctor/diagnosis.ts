/** Everything the doctor looks at, in the order of its report. */
import type { Config } from "#config/config.ts";
import { defaultsOf } from "#config/read-value.ts";
import type { ConfigSchema } from "#config/schema.ts";
import type { Problem } from "#config/syntax/node.ts";
import { diskChecks } from "#health/checks/disk.ts";
import { hostChecks } from "#health/checks/host.ts";
import type { HealthCheck } from "#health/health-check.ts";
import { HostFacts } from "#platform/host/host-facts.ts";
import { MemoryFacts } from "#platform/host/memory-facts.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { budgetFor } from "#streams/memory/automatic-budget.ts";
import { pathOptions } from "#streams/options.ts";
import type { Machine } from "../machine.ts";
import { budgetOf } from "../memory/memory-watch.ts";
import { BUILT_AT } from "../version.ts";
import { checkCameras, type CameraQuestion, type KnownCamera } from "./cameras.ts";
import { doctorError } from "./errors.ts";
import { unwell, well, type Finding } from "./finding.ts";
import { checkFirewall, type FirewallView } from "./firewall.ts";
import { checkPorts, wantedPorts } from "./listeners.ts";
import { camerasView, portsView } from "./machine-views.ts";

const WELL = { en: "well", zh: "正常" } as const;

/** What is to be looked at. */
export interface Diagnosis {
  readonly machine: Machine;
  readonly schema: ConfigSchema;
  /** Undefined where it can't be read. */
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
  /** Where it would be written. */
  readonly folder: string;
  /** URL of a camera besides those of the configuration. */
  readonly camera: string | undefined;
  readonly known: KnownCamera;
  readonly firewall: FirewallView;
  readonly signal: AbortSignal;
}

/** Looks at all of it. Rejects only where `signal` ends it. */
export async function diagnose(what: Diagnosis): Promise<readonly Finding[]> {
  const { machine, schema, config, problems, folder, camera, known, firewall, signal } = what;
  const findings = [...configurationFindings(problems), ...(await hostFindings(machine, { folder, config }))];
  if (config !== undefined) {
    const ports = wantedPorts(config, schema);
    findings.push(...(await checkPorts(ports, portsView(machine))), checkFirewall(ports, firewall), ...accessFindings(config));
  }
  const cameras = await checkCameras(camerasOf(config, camera), { ...camerasView(machine, signal), known });
  signal.throwIfAborted();
  return [...findings, ...cameras];
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

async function hostFindings(
  machine: Machine,
  { folder, config }: { folder: string; config: Config | undefined },
): Promise<readonly Finding[]> {
  const host = new HostFacts();
  const wallNow = (): number => machine.clock.wallNow();
  const around = { wallNow, builtAt: BUILT_AT, claims: machine.addressClaims };
  const checks: readonly HealthCheck[] = [...hostChecks(host, around), ...diskChecks(host, [folder])];
  const findings: Finding[] = [];
  for (const check of checks) {
    const found = await check.check();
    const state = found?.severity === "failed" ? "failed" : "warning";
    findings.push(found === undefined ? well(check.name, check.unseen?.() ?? WELL) : unwell(check.name, found.error, { state }));
  }
  const facts = new MemoryFacts();
  const memory = facts.machine();
  const mib = (bytes: number): string => `${String(Math.round(bytes / 1024 / 1024))} MiB`;
  if (memory !== undefined) {
    const there = { totalBytes: memory.totalBytes, limitBytes: facts.group()?.limitBytes };
    const budget = config === undefined ? budgetFor(0, there) : budgetOf(config, facts);
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
