/**
 * Where browsers may try to reach us: addresses of the interfaces, and hosts the operator added. Loopback is offered only to who
 * comes over loopback. Link-local IPv6 needs a scope that candidates can't carry, so it is left out.
 */
import { isIP, isIPv6 } from "node:net";
import { isLoopback } from "#base/ip-range.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { InterfaceAddress } from "#base/network.ts";
import type { IceCandidate } from "#formats/jsep/answer.ts";

/** Candidates of one answer: an answer is small, and browsers check each pair. */
const MAX_CANDIDATES = 24;
/** RFC 8445 §5.1.2.2: type preference of host candidates. */
const HOST_PREFERENCE = 126;
const MAX_LOCAL_PREFERENCE = 65_535;
/** TCP is for who can't use UDP: half the local preference (RFC 6544 §4.2). */
const TCP_PREFERENCE = 32_767;

/** What candidates are made of. */
export interface CandidateOptions {
  readonly addresses: readonly InterfaceAddress[];
  readonly fromInterfaces: boolean;
  /** Names of interfaces to use; empty = all. */
  readonly interfaces: readonly string[];
  /** Numeric addresses or names, from configuration. */
  readonly additionalHosts: readonly string[];
  /** Where media is received; `host` undefined = on every interface. */
  readonly udp: ListenAddress | undefined;
  readonly tcp: ListenAddress | undefined;
  /** Address the client came from. */
  readonly clientAddress: string;
}

/** The candidates for one client, best first. */
export function makeCandidates(options: CandidateOptions): IceCandidate[] {
  const ports = [
    { transport: "udp", bound: options.udp, highest: MAX_LOCAL_PREFERENCE },
    { transport: "tcp", bound: options.tcp, highest: TCP_PREFERENCE },
  ] as const;
  return ports.flatMap(({ transport, bound, highest }) =>
    bound === undefined
      ? []
      : hostsOf(options, bound).map((address, index) => ({
          transport,
          address,
          port: bound.port,
          type: "host" as const,
          priority: candidatePriority(HOST_PREFERENCE, index, highest),
        })),
  );
}

/** RFC 8445 §5.1.2.1, component 1: by type, then by place in the list; `highest` is the local preference of the first. */
export function candidatePriority(typePreference: number, index: number, highest = MAX_LOCAL_PREFERENCE): number {
  return typePreference * 2 ** 24 + (highest - index) * 2 ** 8 + 255;
}

/** Interfaces the port isn't bound to would lead nowhere. */
function hostsOf(options: CandidateOptions, bound: ListenAddress): string[] {
  const own = interfaceHosts(options).filter(
    (address) => bound.host === undefined || isIP(bound.host) === 0 || address === bound.host,
  );
  return [...new Set([...own, ...options.additionalHosts])].slice(0, MAX_CANDIDATES / 2);
}

function interfaceHosts(options: CandidateOptions): string[] {
  if (!options.fromInterfaces) return [];
  const local = isLoopback(options.clientAddress);
  return options.addresses
    .filter((each) => options.interfaces.length === 0 || options.interfaces.includes(each.interface))
    .filter((each) => !each.loopback || local)
    .filter((each) => isIP(each.address) !== 0 && !/^fe[89ab]/i.test(each.address))
    .sort((one, other) => rank(one, options) - rank(other, options))
    .map((each) => each.address);
}

/** Loopback first where it is offered at all, then the family the client uses. */
function rank(each: InterfaceAddress, options: CandidateOptions): number {
  if (each.loopback) return isIPv6(each.address) ? 1 : 0;
  return isIPv6(each.address) === isIPv6(options.clientAddress) ? 2 : 3;
}
