/** What a listener allows and believes. Looked at for each request: it may change while the listener runs. */
import type { IpRange } from "#base/ip-range.ts";

/** See the head of this file. */
export interface ListenerPolicy {
  /** Pages of which other origins may use it (CORS). */
  readonly allowOrigins: readonly string[];
  /** Proxies that are believed about their clients. */
  readonly trustedProxies: readonly IpRange[];
}

/** No other origins, no proxies. */
export const closedPolicy: ListenerPolicy = { allowOrigins: [], trustedProxies: [] };
