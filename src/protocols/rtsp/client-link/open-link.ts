/** Opens the byte stream to a camera: plain or encrypted, bare or in a tunnel, as its address says. */
import type { Clock } from "#base/clock.ts";
import type { Network } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { ClientAuthentication } from "#protocols/rtsp/client/authentication.ts";
import { openHttpTunnel } from "./http-tunnel.ts";
import type { Link, LinkHandler } from "./link.ts";
import { openSocketLink } from "./socket-link.ts";
import type { Target } from "#protocols/rtsp/client/target.ts";
import { openWebSocketTunnel } from "./websocket-tunnel.ts";

/** What links are opened with. */
export interface LinkOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly authentication: ClientAuthentication;
  readonly fingerprint: string;
  readonly connectTimeoutMs: number;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

/** Opens a link to `target`. Rejects with the client's errors. */
export function openLink(target: Target, options: LinkOptions, handler: LinkHandler): Promise<Link> {
  const { host, port, secure, path } = target;
  const connection = { ...options, host, port, secure, path };
  switch (target.carrier) {
    case "socket":
      return openSocketLink(connection, handler);
    case "http":
      return openHttpTunnel(connection, handler);
    case "websocket":
      return openWebSocketTunnel(connection, handler);
  }
}
