/** What a service is: something that is opened from the configuration and what was opened before it, and closed again. */
import type { HealthCheck } from "#api/contract.ts";
import type { HostGuard } from "#api/http/host-guard.ts";
import type { MountedProtocol } from "#api/protocol-mount.ts";
import type { Logger } from "#base/log.ts";
import type { Config } from "#config/config.ts";
import type { RtspServer } from "#protocols/rtsp/server.ts";
import type { WebRtcServer } from "#protocols/webrtc/server.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { UserAccounts } from "./users/accounts.ts";
import type { UserAuthenticator } from "./users/authenticator.ts";
import type { Machine } from "./machine.ts";

/** What services are opened with. */
export interface ServiceContext {
  readonly config: Config;
  readonly machine: Machine;
  readonly log: Logger;
  readonly registry: PathRegistry;
  readonly authenticator: UserAuthenticator;
  readonly accounts: UserAccounts;
  /** Names that the HTTP listeners answer to. */
  readonly hosts: HostGuard;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** RTSP port of the command line. */
  readonly rtspPort: number | undefined;
  readonly portFallback: boolean;
  /** Health of everything that is open. */
  readonly check: () => readonly HealthCheck[];
  /** What was opened before. */
  readonly opened: { rtsp?: RtspServer; hls?: MountedProtocol; webrtc?: MountedProtocol; webrtcServer?: WebRtcServer };
}

/** A service that is open. */
export interface RunningService {
  readonly name: string;
  check(): HealthCheck;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A line of the table. */
export interface Service {
  readonly name: string;
  wanted(config: Config): boolean;
  open(context: ServiceContext): Promise<RunningService>;
}
