/** Looking at a camera for the page: RTSP's probe, within what an address that somebody types into a form may be. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { CameraProbe } from "#api/own/parts.ts";
import { IpRange, isLoopback, plainAddress } from "#base/ip-range.ts";
import { defaultsOf } from "#config/read-value.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { probeCamera } from "#protocols/rtsp/probe.ts";
import { pathOptions } from "#streams/options.ts";
import type { Machine } from "../machine.ts";

const ranges = (...texts: readonly string[]): readonly IpRange[] => texts.flatMap((text) => IpRange.parse(text) ?? []);
const linkLocal = ranges("169.254.0.0/16", "fe80::/10");
const noHost = ranges("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "ff00::/8", "::/128");

/** Makes the page's probe. `own` are addresses of this machine: probing those would be asking ourselves. */
export function createCameraProbe(machine: Machine, own: () => readonly string[]): CameraProbe {
  return {
    forbidden: async (host) => {
      const addresses = isIP(host) === 0 ? await resolved(host) : [host];
      if (addresses.length === 0) return "unresolved";
      for (const address of addresses) {
        const plain = plainAddress(embedded(address));
        if (isLoopback(plain) || own().includes(plain)) return "loopback";
        if (linkLocal.some((range) => range.contains(plain))) return "link-local";
        if (noHost.some((range) => range.contains(plain))) return "multicast";
      }
      return undefined;
    },
    run: (url, signal, onStep) => {
      const options = { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "probe", source: url };
      return probeCamera({ url, options, ...machine, signal, onStep });
    },
  };
}

async function resolved(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** An IPv4 address that was written into an IPv6 one in hexadecimal (`::ffff:7f00:1`). */
function embedded(address: string): string {
  const [high, low] =
    /^::(?:ffff:)?([\da-f]{1,4}):([\da-f]{1,4})$/i
      .exec(address)
      ?.slice(1)
      .map((part) => parseInt(part, 16)) ?? [];
  if (high === undefined || low === undefined) return address;
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
