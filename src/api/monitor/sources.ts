/**
 * What the monitor looks at, and who provides it: the hub and the cameras as they are, and through narrow interfaces what
 * only `app` can reach (protocols, the machine).
 */
import type { Clock } from "#base/clock.ts";
import type { CameraBoard } from "#cameras/camera-board.ts";
import type { SchemaSet } from "#config/read-value.ts";
import type { ConfigStore } from "#config/store/config-store.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { HealthView } from "../contract.ts";
import type { DeviceView } from "../contract/device.ts";

/** A reader of some protocol, in that protocol's words. */
export interface ReaderRecord {
  readonly id: string;
  readonly path: string;
  readonly protocol: string;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly address: string;
  readonly user: string;
  readonly userAgent: string;
  readonly transport: string | null;
  readonly outboundBytes: number;
  readonly drops: number;
  readonly reportedLost: number;
}

/** The readers of one protocol. */
export interface ReaderSource {
  list(): readonly ReaderRecord[];
  /** Ends a reader; false where there is none of this id. */
  kick(id: string): boolean;
}

/** See the head of this file. */
export interface MonitorSources {
  readonly clock: Clock;
  readonly paths: Pick<PathRegistry, "list" | "find" | "budget" | "streamLimit" | "admission" | "ladder">;
  readonly cameras: CameraBoard;
  readonly store: ConfigStore;
  /** Keys of a path, for printing what is configured. */
  readonly pathOptions: SchemaSet;
  /** Those of the protocols that are served now. */
  readonly readers: () => readonly ReaderSource[];
  readonly device: () => DeviceView;
  readonly processMemory: () => { readonly rssBytes: number; readonly heapUsedBytes: number; readonly externalBytes: number };
  readonly health: HealthView;
  /** Name of the path that `--demo` adds. */
  readonly demoPath: string;
}
