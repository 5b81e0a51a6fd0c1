/**
 * What the API reads: narrow views that the hub, the servers and the application satisfy as they are. Counters start at 0
 * and only grow; times are milliseconds since 1970.
 */
import type { SluiceError } from "#base/errors.ts";
import type { HttpCredentials } from "#base/http.ts";
import type { Problem } from "#config/syntax/node.ts";
import type { RtspView, HlsView, WebRtcView } from "#base/views/clients.ts";
import type { TrackView } from "#streams/track.ts";
import type { CameraView } from "./contract/cameras.ts";
import type { NotCarriedClients } from "./not-carried.ts";
import type { PlayerKind } from "./contract/viewers.ts";

/** Version and age of this process. */
export interface ProgramView {
  readonly version: string;
  readonly startedAt: number;
}

/** A path as the hub has it. */
export interface PathView {
  readonly name: string;
  /** `name` is the configured entry that serves it: itself, `~expression` or `all_others`. */
  readonly options: { readonly name: string };
  readonly ready: boolean;
  readonly readySince: number | undefined;
  /** Undefined while nobody feeds the path; `id` is "" for pulled sources. */
  readonly source: { readonly type: string; readonly id: string } | undefined;
  readonly readers: readonly { readonly type: string; readonly id: string }[];
  readonly stream: { readonly tracks: readonly Pick<TrackView, "name" | "props">[]; readonly inboundInError: number } | undefined;
  readonly inboundBytes: number;
  readonly outboundBytes: number;
}

/** All paths, sorted by name. */
export interface PathsView {
  list(): readonly PathView[];
  find(name: string): PathView | undefined;
}

/** What a configuration was read on account of. */
export type ConfigTrigger = "file" | "signal" | "api" | "rollback";

/** Which configuration is in force, and what is wrong with the newest one where that couldn't be used. */
export interface ConfigStatusView {
  /** Absolute name; undefined where there is no file. */
  readonly file: string | undefined;
  /** Names what is in force: another content has another. */
  readonly version: string;
  readonly loadedAt: number;
  /** Changes put in force since the start, and attempts that failed. */
  readonly reloads: number;
  readonly failures: number;
  /** Why the newest configuration isn't in force; undefined when it is. */
  readonly failure: { readonly at: number; readonly problems: readonly Problem[] } | undefined;
}

/** What this process uses of the machine. */
export interface ProcessFigures {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly openFiles: number;
  /** The longest since the last question. */
  readonly eventLoopLagSeconds: number;
}

/** What the metrics are made from; servers are looked up each time, and undefined while they don't run. */
export interface MetricsView {
  readonly program: ProgramView;
  readonly paths: PathsView;
  readonly rtsp: RtspView | undefined;
  readonly rtsps: RtspView | undefined;
  readonly webrtc: Pick<WebRtcView, "sessions"> | undefined;
  readonly hls: Pick<HlsView, "sessions" | "muxers"> | undefined;
  readonly memory: {
    readonly total: number;
    uses(): readonly {
      readonly name: string;
      readonly used: number;
      readonly highWater: number;
      readonly refusals: number;
    }[];
  };
  /** What everyone needs at least, and what is let go of because memory is short. */
  readonly memoryNeed: { readonly committedBytes: number; readonly relief: readonly string[] };
  process(): ProcessFigures;
  readonly monitor: MonitorMetrics;
  /** How each part of the machine is. */
  health(): readonly { readonly check: string; readonly state: "ok" | "degraded" | "failed" }[];
  readonly config: Pick<ConfigStatusView, "reloads" | "failures" | "failure">;
  /** What MediaMTX would serve and we can't. */
  notCarried(): readonly NotCarriedClients[];
  device(): DeviceMetrics;
}

/** What the monitor knows for the metrics. */
export interface MonitorMetrics {
  cameras(): readonly Pick<CameraView, "name" | "state" | "readers" | "figures">[];
  /** Sessions to a camera that ended, by the code of why. */
  reconnectsOf(camera: string): ReadonlyMap<string, number>;
  /** What readers of a camera were too slow for so far, by protocol. */
  dropsOf(camera: string): ReadonlyMap<string, number>;
  readonly viewers: { readonly totals: ReadonlyMap<PlayerKind, ViewerTotals> };
  /** Milliseconds since 1970. */
  now(): number;
}

/** Sums over all players of the page so far, by how they play. */
export interface ViewerTotals {
  readonly players: number;
  readonly pictures: number;
  readonly firstPictureMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly errors: number;
}

/** What the machine says of itself; undefined where it doesn't. */
export interface DeviceMetrics {
  readonly temperatureCelsius: number | undefined;
  readonly power: { readonly underVoltage: boolean; readonly throttled: boolean } | undefined;
  readonly storageWearPercent: number | undefined;
}

/** Something that is well or isn't; `reason` is for people. */
export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly reason?: string;
}

/** A part of the box that is watched; `since`, ms since 1970, is when it became as it is. */
export interface BoxEntry {
  readonly name: string;
  /** Undefined when all is well. */
  readonly finding: { readonly severity: "degraded" | "failed"; readonly error: SluiceError } | undefined;
  readonly since: number;
}

/** What this process knows of its own health. */
export interface HealthView {
  /** Everything that is open. */
  check(): readonly HealthCheck[];
  /** Whether all that is wanted has been opened. */
  opened(): boolean;
  box(): readonly BoxEntry[];
  readonly config: Pick<ConfigStatusView, "failure">;
}

/** Who calls, by what credentials; `address` is numeric. */
export interface ApiAccessRequest {
  readonly action: "api" | "metrics";
  /** The permission for this will do as well. */
  readonly or?: "api" | "metrics" | undefined;
  readonly path: string;
  readonly query: string;
  readonly address: string;
  readonly userAgent: string;
  readonly credentials: HttpCredentials;
}

/** The application's user administration, as far as the API asks it. */
export interface ApiAuthenticator {
  /** False until users are configured: then only this machine itself may call. */
  readonly claimed: boolean;
  authorize(request: ApiAccessRequest, signal: AbortSignal): Promise<{ readonly kind: "granted" | "refused" }>;
}
