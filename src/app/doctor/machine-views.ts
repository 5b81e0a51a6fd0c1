/** The machine as the doctor asks it: ports, firewalls' own programs, cameras over the network. */
import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { codeOf, SluiceError } from "#base/errors.ts";
import { readSystemFile } from "#platform/host/system-files.ts";
import { findPortHolder } from "#platform/port-holder.ts";
import { SystemChanges } from "#platform/system-changes.ts";
import { probeCamera } from "#protocols/rtsp/probe.ts";
import type { Machine } from "../machine.ts";
import type { CamerasView } from "./cameras.ts";
import type { FirewallView } from "./firewall.ts";
import type { PortsView } from "./listeners.ts";
import { neighbourOf, type OwnNetwork } from "./neighbour.ts";

/** A camera answers within this or isn't there, milliseconds. */
const CONNECT_MS = 3000;
/** How long a camera's media is watched, milliseconds. */
const WATCH_MS = 2500;

/** Ports and addresses. */
export function portsView({ network }: Machine): PortsView {
  return {
    ownPid: process.pid,
    holder: (protocol, port) => findPortHolder({ protocol, port }),
    serviceOf,
    addresses: () => Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
    refusal: async ({ transport, address }) => {
      try {
        if (transport === "udp") (await network.bindUdp({ address: address.host ?? "", port: address.port })).close();
        else (await network.listenTcp({ ...address, onConnection: (socket) => socket.destroy() })).close();
        return undefined;
      } catch (error) {
        if (error instanceof SluiceError) return error;
        throw error;
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

/** Firewalls; their rules are root's to read. */
export function firewallView(): FirewallView {
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

/** Cameras over the network. */
export function camerasView(machine: Machine, signal: AbortSignal): Omit<CamerasView, "known"> {
  return {
    connect: (host, port) => connect(machine, { host, port }),
    neighbour: (host) => neighbourOf(host, { own: ownNetworks(), arp: readSystemFile("/proc/net/arp") ?? "" }),
    probe: async ({ url, options }) => {
      const report = await probeCamera({
        ...machine,
        url,
        options,
        signal,
        onStep: () => undefined,
        watchMs: WATCH_MS,
      });
      return { tracks: report.tracks, oddities: report.oddities.length };
    },
  };
}

function ownNetworks(): readonly OwnNetwork[] {
  return Object.entries(networkInterfaces()).flatMap(([name, list]) =>
    (list ?? []).flatMap(({ family, internal, address, netmask }) =>
      family === "IPv4" && !internal ? { interface: name, address, netmask } : [],
    ),
  );
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
      end(codeOf(error) || error.message);
    });
  });
}
