/**
 * IP addresses and networks as configuration writes them (`10.0.0.0/8`, `192.168.1.4`, `fd00::/8`). IPv4 addresses that
 * arrive on a dual-stack socket (`::ffff:10.0.0.1`) count as IPv4.
 */
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** A network; a single address is one of full length. */
export class IpRange {
  /** As MediaMTX prints it: always with a prefix length. */
  readonly text: string;
  readonly #list = new BlockList();

  private constructor(address: string, prefix: number) {
    this.text = `${address}/${String(prefix)}`;
    this.#list.addSubnet(address, prefix, isIPv4(address) ? "ipv4" : "ipv6");
  }

  /** Undefined where `text` is neither an address nor `address/prefix`. */
  static parse(text: string): IpRange | undefined {
    const [address = "", prefixText, ...rest] = text.split("/");
    const family = isIP(address);
    if (family === 0 || address.includes("%") || rest.length > 0) return undefined;
    const longest = family === 4 ? 32 : 128;
    if (prefixText === undefined) return new IpRange(address, longest);
    if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > longest) return undefined;
    return new IpRange(address, Number(prefixText));
  }

  /** Whether the numeric `address` lies in this network; false for anything that isn't an address. */
  contains(address: string): boolean {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && this.#list.check(plain, family === 4 ? "ipv4" : "ipv6");
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** `address` without the dual-stack prefix `::ffff:` and without a zone. */
export function plainAddress(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address.replace(/%.*$/, "");
}

/** Whether `address` can only be this machine: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  const plain = plainAddress(address);
  return plain === "::1" || (isIPv4(plain) && plain.startsWith("127."));
}

/** What counts as one neighbour: an IPv4 address, or the /64 of an IPv6 address, all of which one machine owns. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = "", tail = ""] = plain.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === "" ? [] : tail.split(":");
  const groups = [...front, ...Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0"), ...back];
  return groups.slice(0, 4).join(":");
}
