/**
 * The machine's network: UDP on the native module where it is there and on the runtime's sockets where it isn't, TCP and TLS
 * on the runtime's. What the system refuses at opening becomes an error that says what to do.
 */
import { lookup } from "node:dns/promises";
import { isIP, type Server, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { codeOf, messageOf } from "#base/errors.ts";
import type {
  InterfaceAddress,
  Network,
  SrtpFanOut,
  TcpConnectOptions,
  TcpFanOut,
  TcpListenOptions,
  UdpBindOptions,
  UdpSocket,
} from "#base/network.ts";
import { platformError } from "./errors.ts";
import { findPortHolder, type PortHolder } from "./port-holder.ts";
import type { NativeModule } from "./native.ts";
import { connectTcp, limitSendBuffer, listenTcp, NativeFanOut } from "./tcp.ts";
import { bindDgramUdp } from "./udp-dgram.ts";
import { NativeSrtp } from "./srtp-native.ts";
import { NativeUdp } from "./udp-native.ts";

/** What the network is made of. */
export interface NetworkParts {
  /** The native module, where it is there (see `loadNative`). */
  readonly native?: NativeModule | undefined;
  /** Whether the kernel may segment UDP batches (default); needs the native module. */
  readonly segmentation?: boolean;
}

/** Makes the network. */
export function createNetwork(parts: NetworkParts = {}): Network {
  return new SystemNetwork(parts);
}

class SystemNetwork implements Network {
  readonly fanOut: TcpFanOut | undefined;
  readonly srtp: SrtpFanOut | undefined;
  readonly #native: NativeModule | undefined;
  readonly #udp: NativeUdp | undefined;

  constructor(parts: NetworkParts) {
    const { native, segmentation = true } = parts;
    this.#native = native;
    this.fanOut = native === undefined ? undefined : new NativeFanOut(native);
    this.#udp = native === undefined ? undefined : new NativeUdp(native, { segmentation });
    this.srtp = native === undefined ? undefined : new NativeSrtp(native);
  }

  async bindUdp(options: UdpBindOptions): Promise<UdpSocket> {
    const asked = { protocol: "UDP", address: options.address, port: options.port } as const;
    try {
      if (options.address !== "") return await this.#bind({ ...options, address: await numeric(options.address) });
      try {
        return await this.#bind({ ...options, address: "::" });
      } catch (error) {
        if (!isFamilyMissing(error)) throw error;
        return await this.#bind({ ...options, address: "0.0.0.0" });
      }
    } catch (error) {
      throw await explainBindError(error, asked);
    }
  }

  async #bind(options: UdpBindOptions): Promise<UdpSocket> {
    return this.#udp === undefined ? bindDgramUdp(options) : this.#udp.bind(options);
  }

  connectTcp(options: TcpConnectOptions): Socket {
    return connectTcp(options);
  }

  async listenTcp(options: TcpListenOptions): Promise<Server> {
    try {
      return await listenTcp(options);
    } catch (error) {
      throw await explainBindError(error, { protocol: "TCP", address: options.host ?? "", port: options.port });
    }
  }

  resolve(host: string): Promise<string> {
    return numeric(host);
  }

  addresses(): readonly InterfaceAddress[] {
    return Object.entries(networkInterfaces()).flatMap(([name, entries = []]) =>
      entries.map(({ address, internal }) => ({ interface: name, address, loopback: internal })),
    );
  }

  limitSendBuffer(socket: Socket | Server, bytes: number): void {
    if (this.#native !== undefined) limitSendBuffer(this.#native, socket, bytes);
  }
}

async function numeric(address: string): Promise<string> {
  return isIP(address) === 0 ? (await lookup(address)).address : address;
}

/** Whether the machine has no IPv6 at all. */
function isFamilyMissing(error: unknown): boolean {
  return ["EAFNOSUPPORT", "EADDRNOTAVAIL", "EINVAL"].includes(codeOf(error));
}

/** Turns the system's refusal to bind into an error a person can act on; anything else is returned as it is. */
async function explainBindError(
  error: unknown,
  asked: { protocol: "TCP" | "UDP"; address: string; port: number },
): Promise<Error> {
  const options = { details: asked, cause: error };
  switch (codeOf(error)) {
    case "EADDRINUSE": {
      const holder = await findPortHolder({ protocol: asked.protocol === "TCP" ? "tcp" : "udp", port: asked.port });
      return platformError("port-in-use", { cause: error, details: { ...asked, ...holderDetails(holder) }, retryable: true });
    }
    case "EACCES":
    case "EPERM":
      return platformError("port-not-allowed", options);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return platformError("address-not-available", { ...options, retryable: true });
    default:
      return error instanceof Error ? error : new Error(messageOf(error));
  }
}

function holderDetails(holder: PortHolder | undefined): Readonly<Record<string, string | number>> {
  if (holder === undefined) return { holderEn: "", holderZh: "" };
  const who = `${holder.name} (pid ${String(holder.pid)})`;
  return { process: holder.name, pid: holder.pid, holderEn: ` by ${who}`, holderZh: `：${who}` };
}
