/**
 * What the monitor looks at, and who provides it: the hub and the cameras as they are, and through narrow interfaces what
 * only `app` can reach (protocols, the machine).
 */
import type { Clock } from "#base/clock.ts";
import type { CameraBoard } from "#cameras/camera-board.ts";
import type { SchemaSet } from "#config/read-value.ts";
import type { ConfigStore } from "#config/store/config-store.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { HealthView } from "../views.ts";
import type { DeviceView } from "../contract/device.ts";
import type { ReaderView } from "../contract/readers.ts";

/** A reader of some protocol, without what its player says of itself. */
export type ReaderRecord = Omit<ReaderView, "experience">;

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
