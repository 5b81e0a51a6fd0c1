/**
 * Why a host doesn't answer, as far as this machine knows: which network it would be in, and whether a device there has told its
 * hardware address (the kernel asks for it before it sends the first packet). IPv4; of others, and beyond a router, nothing is known.
 */
import { isIPv4 } from "node:net";

/** What is known of a host that was just asked for. */
export type Neighbour =
  /** A device in a network of ours has the address. */
  | { readonly kind: "there"; readonly hardware: string }
  /** It would be in that network of ours, and nobody has it. */
  | { readonly kind: "absent"; readonly interface: string }
  | { readonly kind: "unknown" };

/** An IPv4 address of ours. */
export interface OwnNetwork {
  readonly interface: string;
  readonly address: string;
  readonly netmask: string;
}

const UNKNOWN: Neighbour = { kind: "unknown" };
/** ATF_COM in the kernel's table: the device has answered. */
const COMPLETE = 0x2;

/** Looks for `host` in what `/proc/net/arp` holds. */
export function neighbourOf(host: string, known: { readonly own: readonly OwnNetwork[]; readonly arp: string }): Neighbour {
  if (!isIPv4(host)) return UNKNOWN;
  const ours = known.own.find(({ address, netmask }) => isSameNetwork(address, host, netmask));
  if (ours === undefined || ours.address === host) return UNKNOWN;
  for (const line of known.arp.split("\n")) {
    const [address, , flags = "0", hardware = ""] = line.trim().split(/\s+/);
    if (address === host && (Number(flags) & COMPLETE) !== 0) return { kind: "there", hardware };
  }
  return { kind: "absent", interface: ours.interface };
}

function isSameNetwork(one: string, other: string, netmask: string): boolean {
  const [a, b, mask] = [one, other, netmask].map((text) => text.split(".").map(Number)) as [number[], number[], number[]];
  return mask.every((bits, index) => ((a[index] ?? 0) & bits) === ((b[index] ?? 0) & bits));
}
