/** What every session works with. */
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Network, SrtpFanOut } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { DtlsIdentity } from "#protocols/webrtc/dtls/certificate.ts";
import type { IceServer } from "#protocols/webrtc/ice/ice-server.ts";
import type { WebRtcOptions } from "#protocols/webrtc/options.ts";
import type { PathRegistry } from "#streams/path-registry.ts";

/** Collaborators, shared and stateless towards each other. */
export interface SessionServices {
  readonly options: WebRtcOptions;
  readonly registry: PathRegistry;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly ice: IceServer;
  readonly srtp: SrtpFanOut;
  readonly identity: DtlsIdentity;
}

/** A random UUID, version 4 (RFC 9562 §5.4): ids of the API, and secrets in the addresses of sessions. */
export function randomId(random: Random): string {
  const bytes = random.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
