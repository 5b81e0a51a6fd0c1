/**
 * What the API reads: narrow views that the hub, the servers and the application satisfy as they are. Counters start at 0
 * and only grow; times are milliseconds since 1970.
 */
import type { SluiceError } from "#base/errors.ts";
import type { HttpCredentials } from "#base/http.ts";
import type { Problem } from "#config/syntax/node.ts";
import type { TrackView } from "#streams/track.ts";
import type { CameraView } from "./contract/cameras.ts";
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

/** A client's connection to an RTSP server, in MediaMTX's words. */
export interface RtspConnectionView {
  readonly id: string;
  readonly created: number;
  /** `192.168.1.20:40112`, `[::1]:40112` */
  readonly remoteAddr: string;
  /** Id of the session that lives on it. */
  readonly session: string | null;
  readonly tunnel: "none" | "http" | "websocket";
  readonly inboundBytes: number;
  readonly outboundBytes: number;
}

/** A session of an RTSP server, in MediaMTX's words. */
export interface RtspSessionView {
  readonly id: string;
  readonly created: number;
  readonly remoteAddr: string;
  readonly state: "idle" | "read" | "publish";
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  /** Null before the first SETUP. */
  readonly transport: "UDP" | "UDP-multicast" | "TCP" | null;
  readonly profile: "AVP" | "SAVP" | null;
  /** Ids of the connections it uses. */
  readonly conns: readonly string[];
  readonly inboundBytes: number;
  readonly inboundRTPPackets: number;
  readonly inboundRTPPacketsLost: number;
  readonly inboundRTPPacketsInError: number;
  /** Mean of its tracks, ticks of their clocks. */
  readonly inboundRTPPacketsJitter: number;
  readonly inboundRTCPPackets: number;
  readonly inboundRTCPPacketsInError: number;
  readonly outboundBytes: number;
  readonly outboundRTPPackets: number;
  readonly outboundRTPPacketsReportedLost: number;
  readonly outboundRTPPacketsDiscarded: number;
  readonly outboundRTCPPackets: number;
}

/** An RTSP server; `kick` ends a session and says whether there was one. */
export interface RtspView {
  connections(): readonly RtspConnectionView[];
  sessions(): readonly RtspSessionView[];
  kick(sessionId: string): boolean;
}

/** A viewer of HLS, in MediaMTX's words. */
export interface HlsSessionView {
  readonly id: string;
  readonly created: number;
  readonly remoteAddr: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  readonly isCDN: boolean;
  readonly outboundBytes: number;
}

/** A stream that is served over HLS, in MediaMTX's words. */
export interface HlsMuxerView {
  readonly path: string;
  readonly created: number;
  readonly lastRequest: number;
  readonly outboundBytes: number;
  readonly outboundFramesDiscarded: number;
}

/** The HLS server as the API shows it. */
export interface HlsView {
  muxers(): readonly HlsMuxerView[];
  sessions(): readonly HlsSessionView[];
  kick(sessionId: string): boolean;
}

/** A session of WebRTC, in MediaMTX's words; `keyPicturesOnly` is ours. */
export interface WebRtcSessionView {
  readonly id: string;
  readonly created: number;
  readonly remoteAddr: string;
  readonly peerConnectionEstablished: boolean;
  readonly localCandidate: string;
  readonly remoteCandidate: string;
  readonly state: "read" | "publish";
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  /** The viewer's link carries no more. */
  readonly keyPicturesOnly: boolean;
  readonly inboundBytes: number;
  readonly inboundRTPPackets: number;
  readonly inboundRTPPacketsLost: number;
  readonly inboundRTPPacketsJitter: number;
  readonly inboundRTCPPackets: number;
  readonly outboundBytes: number;
  readonly outboundRTPPackets: number;
  readonly outboundRTPPacketsReportedLost: number;
  readonly outboundRTCPPackets: number;
  readonly outboundFramesDiscarded: number;
}

/** WebRTC's server; `kick` ends a session and says whether there was one. */
export interface WebRtcView {
  sessions(): readonly WebRtcSessionView[];
  kick(sessionId: string): boolean;
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
  readonly config: Pick<ConfigStatusView, "reloads" | "failures">;
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
