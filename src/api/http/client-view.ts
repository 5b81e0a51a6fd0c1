/**
 * Who a request comes from: the peer of the connection, or, where that is a trusted proxy, the client it tells of
 * (`X-Forwarded-For`, read from the right until the first address that isn't a trusted proxy; `X-Forwarded-Proto`).
 */
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { isLoopback, plainAddress } from "#base/ip-range.ts";
import type { IpRange } from "#base/ip-range.ts";

/** Longest list of forwarders looked at; what is left of it is not believed anyway. */
const MAX_FORWARDED = 2048;

/** A client as the listener sees it. */
export interface Client {
  /** Numeric, without `::ffff:`. */
  readonly address: string;
  /** Whether it speaks TLS to us or to the proxy. */
  readonly secure: boolean;
  /**
   * Whether it is this machine itself. What comes from here through a proxy that isn't trusted need not be: the proxy says so by
   * the headers it adds, whatever is in them.
   */
  readonly local: boolean;
}

/** Reads who asks, given the proxies that are believed. */
export function clientOf(request: IncomingMessage, trustedProxies: readonly IpRange[]): Client {
  const peer = plainAddress(request.socket.remoteAddress ?? "");
  const encrypted = "encrypted" in request.socket && request.socket.encrypted === true;
  const trusted = (address: string): boolean => trustedProxies.some((range) => range.contains(address));
  if (!trusted(peer)) return { address: peer, secure: encrypted, local: isLoopback(peer) && !isForwarded(request) };
  const proto = headerText(request, "x-forwarded-proto");
  const secure = proto === "" ? encrypted : proto.split(",").at(-1)?.trim().toLowerCase() === "https";
  const forwarded = headerText(request, "x-forwarded-for").slice(-MAX_FORWARDED).split(",");
  let address = peer;
  for (const entry of forwarded.reverse()) {
    const claimed = plainAddress(entry.trim());
    if (isIP(claimed) === 0) break;
    address = claimed;
    if (!trusted(claimed)) break;
  }
  return { address, secure, local: isLoopback(address) };
}

/** Whether a proxy has passed the request on. */
function isForwarded({ headers }: IncomingMessage): boolean {
  return headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined;
}

function headerText(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(",") : value) ?? "";
}
