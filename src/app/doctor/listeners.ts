/** Whether each listener's address exists and its port is free, held by us, or by somebody else. */
import type { SluiceError } from "#base/errors.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Config } from "#config/config.ts";
import type { ConfigSchema, ListenerRule } from "#config/schema.ts";
import { doctorError } from "./errors.ts";
import { unwell, well, type Finding } from "./finding.ts";

/** A port that should be reachable. */
export interface WantedPort {
  readonly key: string;
  readonly transport: "tcp" | "udp";
  readonly address: ListenAddress;
}

/** What is asked of the machine. */
export interface PortsView {
  /** This process: where it is the server itself, what it holds is well. */
  readonly ownPid: number;
  /** The process that holds it, where that can be seen. */
  holder(protocol: "tcp" | "udp", port: number): Promise<{ readonly pid: number; readonly name: string } | undefined>;
  /** The service a process belongs to; undefined where there is none. */
  serviceOf(pid: number): string | undefined;
  /** Opens and closes it. Why it can't be opened; undefined when it could. */
  refusal(wanted: WantedPort): Promise<SluiceError | undefined>;
  /** Numeric addresses of this machine. */
  addresses(): readonly string[];
}

const OURS = /^sluice/;

/** Ports that this configuration listens on. */
export function wantedPorts(config: Config, schema: ConfigSchema): readonly WantedPort[] {
  const values = config.slice(schema.global);
  return schema.parts.listeners
    .filter((rule) => rule.active(values))
    .map((rule) => ({ key: rule.key, transport: rule.transport, address: addressOf(values, rule) }))
    .filter(({ address }) => address.port !== 0);
}

/** Looks at each. */
export async function checkPorts(ports: readonly WantedPort[], view: PortsView): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const wanted of ports) findings.push(await checkPort(wanted, view));
  return findings;
}

async function checkPort(wanted: WantedPort, view: PortsView): Promise<Finding> {
  const { key, transport, address } = wanted;
  const { host, port } = address;
  const subject = `port ${String(port)}/${transport}`;
  if (host !== undefined && isNumeric(host) && !view.addresses().includes(host)) {
    return unwell(subject, doctorError("doctor-address-missing", { details: { address: host, key, port } }));
  }
  const refusal = await view.refusal(wanted);
  if (refusal === undefined) return well(subject, { en: `free (${key})`, zh: `空闲（${key}）` });
  const holder = await view.holder(transport, port);
  if (holder !== undefined && (holder.pid === view.ownPid || OURS.test(holder.name))) {
    return well(subject, {
      en: `Sluice listens (process ${String(holder.pid)})`,
      zh: `Sluice 正在监听（进程 ${String(holder.pid)}）`,
    });
  }
  if (refusal.code === "port-not-allowed") return unwell(subject, refusal);
  const service = holder === undefined ? undefined : view.serviceOf(holder.pid);
  const name =
    holder === undefined ? "?" : `${holder.name} (${[`pid ${String(holder.pid)}`, service].filter(Boolean).join(", ")})`;
  const command =
    service === undefined
      ? holder === undefined
        ? `sudo ss -lp 'sport = :${String(port)}'`
        : undefined
      : `sudo systemctl stop ${service}`;
  return unwell(subject, doctorError("doctor-port-taken", { details: { port, transport, holder: name, key } }), {
    ...(command === undefined ? {} : { command }),
  });
}

function addressOf(values: Readonly<Record<string, unknown>>, rule: ListenerRule): ListenAddress {
  return values[rule.key] as ListenAddress; // ListenerRule names keys declared with listenAddressOption
}

function isNumeric(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(":");
}
