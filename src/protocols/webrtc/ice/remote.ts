/**
 * Where the other side of a session is: an address that has proved by a check that it knows the session's password.
 */
import type { UdpDestination, UdpEndpoint } from "#base/network.ts";

/** See the head of this file. */
export interface Remote {
  /** Tells remotes apart: `udp 192.168.1.20:50000`. */
  readonly key: string;
  readonly transport: "udp" | "tcp";
  /** What of ours it comes to: the port itself, or one of a TURN server's. */
  readonly local: "host" | "relay";
  readonly endpoint: UdpEndpoint;
  /** For batches; undefined over TCP and through a relay. */
  readonly destination: UdpDestination | undefined;
  /** Bytes written and not yet with the kernel; 0 over UDP. */
  readonly pendingBytes: number;
  /** Bytes the kernel has taken so far; 0 over UDP. Who has some pending and takes none is stuck. */
  readonly takenBytes: number;
  /** Sends one packet, best effort; it may change afterwards. False where it was dropped. */
  send(packet: Buffer): boolean;
}
