/**
 * What a service is: something that is opened from the configuration and what was opened before it, follows changes of its
 * options, and is closed again.
 */
import type { HealthCheck, HealthView, MetricsView } from "#api/views.ts";
import type { HostGuard } from "#api/http/host-guard.ts";
import type { MountedProtocol } from "#api/protocol-mount.ts";
import type { Logger } from "#base/log.ts";
import type { OptionSet } from "#base/option.ts";
import type { Config } from "#config/config.ts";
import type { HlsServer } from "#protocols/hls/server.ts";
import type { RtspServer } from "#protocols/rtsp/server.ts";
import type { WebRtcServer } from "#protocols/webrtc/server.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { Certificates } from "./certificates/certificates.ts";
import type { UserAccounts } from "./users/accounts.ts";
import type { UserAuthenticator } from "./users/authenticator.ts";
import type { Machine } from "./machine.ts";
import type { OwnApi } from "#api/own/parts.ts";
import type { ConfigReloader } from "./reload/config-reloader.ts";

/** What services offer each other. */
export interface OpenedServices {
  readonly rtsp?: RtspServer;
  readonly hls?: MountedProtocol;
  readonly webrtc?: MountedProtocol;
  readonly webrtcServer?: WebRtcServer;
  readonly hlsServer?: HlsServer;
  /** Where this machine reaches the listeners that carry the API. */
  readonly webUrl?: string;
  readonly apiUrl?: string;
}

/** What services are opened with. */
export interface ServiceContext {
  readonly config: Config;
  readonly machine: Machine;
  readonly log: Logger;
  readonly registry: PathRegistry;
  readonly authenticator: UserAuthenticator;
  readonly accounts: UserAccounts;
  readonly certificates: Certificates;
  /** Names that the HTTP listeners answer to. */
  readonly hosts: HostGuard;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** RTSP port of the command line. */
  readonly rtspPort: number | undefined;
  readonly portFallback: boolean;
  /** Knows which configuration is in force, and puts another in force. */
  readonly reloader: ConfigReloader;
  /** Sluice's own API, for the listeners that carry it. */
  readonly own: OwnApi;
  /** What the metrics show, for the listeners that carry them. */
  readonly metrics: MetricsView;
  /** How well all is. */
  readonly health: HealthView;
  /** What was opened before, as it is now: look at it when it is needed, for a reload may put another in its place. */
  readonly opened: OpenedServices;
}

/** A change that is ready and can still be taken back; one of the two is called, once. */
export interface PreparedChange {
  /** Makes it the one in force. Can't fail. */
  commit(): void;
  /** Leaves everything as it was before. */
  rollback(): Promise<void>;
}

/** A service that is open. */
export interface RunningService {
  readonly name: string;
  /** What the others find under `opened`. */
  readonly shares?: OpenedServices;
  check(): HealthCheck;
  /**
   * Takes over changed options (`keys`) while it runs. Resolves with undefined where it must be opened anew, as it is where
   * this isn't there; rejects where the change isn't possible, having changed nothing.
   */
  reconfigure?(config: Config, keys: readonly string[]): Promise<PreparedChange | undefined>;
  /** Takes nobody new, and resolves when those it has are done; it is closed after a while all the same. */
  drain?(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A line of the table. */
export interface Service {
  readonly name: string;
  /** What it is opened with: a change in one of these concerns it, and no other does. */
  readonly options: readonly OptionSet[];
  wanted(config: Config): boolean;
  open(context: ServiceContext): Promise<RunningService>;
}
