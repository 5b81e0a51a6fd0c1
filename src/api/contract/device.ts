/**
 * The box itself, and whether all is well.
 *
 * - `GET /api/device` (viewer): `DeviceView`
 * - `GET /api/health` (viewer): `HealthReport`
 */
import type { CameraMark } from "#cameras/camera-state.ts";
import type { Explanation } from "./answers.ts";

/** Answer of `GET /api/device`. What this machine doesn't tell is null. */
export interface DeviceView {
  /** Name of the machine. */
  readonly host: string;
  readonly version: string;
  readonly nodeVersion: string;
  readonly startedAt: number;
  /** The box's own clock: the page dates things by it, not by the browser's. */
  readonly now: number;
  /** Share of one processor that this process takes, 0…; over the last seconds. */
  readonly processCpu: number;
  /** Share of all processors in use, 0…1. */
  readonly machineCpu: number | null;
  readonly temperatureCelsius: number | null;
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number } | null;
  readonly network: readonly NetworkInterfaceView[];
  /** Where streams are served, for links: the page puts its own host name before them. */
  readonly services: ServicePorts;
  /** What is served over TLS now, and by which certificates. */
  readonly certificates: readonly CertificateView[];
}

/** The certificate of a TLS listener. */
export interface CertificateView {
  readonly service: "rtsps" | "hls" | "webrtc" | "api" | "metrics" | "web";
  /** SHA-256, hex with colons, as browsers show it. */
  readonly fingerprint: string;
  /** Ms since 1970. */
  readonly expires: number;
}

/** A network interface with an address. */
export interface NetworkInterfaceView {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly receivedBytes: number | null;
  readonly sentBytes: number | null;
  readonly linkMbits: number | null;
}

/** Ports of what is served; null where it isn't. HLS and WHEP are served below `/live/<path>/` of the page's own port too. */
export interface ServicePorts {
  readonly rtsp: number | null;
  readonly rtsps: number | null;
  readonly hls: number | null;
  readonly webrtc: number | null;
  readonly api: number | null;
  readonly metrics: number | null;
}

/** Answer of `GET /api/health`: the sentence of truth and the problem cards are made from it alone. */
export interface HealthReport {
  readonly at: number;
  /** Cameras by mark, without those that are sub-streams of another. `off` doesn't count as a problem. */
  readonly cameras: Readonly<Record<CameraMark, number>>;
  /** Nothing of the box itself is among `problems`. */
  readonly boxHealthy: boolean;
  /** The worst first. */
  readonly problems: readonly Problem[];
}

/** Something that isn't well. It goes from the report when its cause does. */
export interface Problem {
  /** The same for as long as it lasts: `camera:gate`, `box:disk`. */
  readonly id: string;
  readonly severity: "critical" | "warning";
  /** The camera; null for the box. */
  readonly camera: string | null;
  readonly since: number;
  readonly cause: Explanation;
  /** The one action that helps, where the page has it. */
  readonly action: "edit-camera" | "open-camera" | "open-configuration" | "open-device" | "open-log" | null;
}
