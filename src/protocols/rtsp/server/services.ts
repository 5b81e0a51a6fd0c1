/** What every connection and session of one listener works with. */
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { TcpFanOut } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { RtspServerOptions } from "#protocols/rtsp/options.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { MulticastGroups } from "#protocols/rtsp/server-transport/multicast.ts";
import type { UdpPorts } from "#protocols/rtsp/server-transport/udp-ports.ts";

/** Collaborators, shared and stateless towards each other. */
export interface ServerServices {
  /** `rtsps` over TLS. */
  readonly scheme: "rtsp" | "rtsps";
  readonly options: RtspServerOptions;
  readonly registry: PathRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Direct writes to many sockets at once, where the machine has them. */
  readonly fanOut: TcpFanOut | undefined;
  /** Those of now: whoever uses them keeps what was there then. Undefined where UDP is not offered. */
  readonly ports: UdpPorts | undefined;
  /** Likewise; undefined where multicast is not offered. */
  readonly multicast: MulticastGroups | undefined;
}

/** A random UUID, version 4 (RFC 9562 §5.4), as the API's ids are. */
export function randomId(random: Random): string {
  const bytes = random.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
