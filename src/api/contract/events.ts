/**
 * The one stream that keeps a page up to date.
 *
 * - `GET /api/events` (viewer): server-sent events. `?camera=NAME` adds that camera's details; `?only=events` leaves states out.
 * - `GET /api/events/list` (viewer), `?after=ID`: `EventList`, for scripts that poll
 *
 * Messages of the stream, by `event:`
 * - `snapshot` (`Snapshot`), first on every connection, with what happened since `Last-Event-ID` (all that is kept, where that
 *   id is unknown), and its `id:` the newest
 * - `change` (`Change`), at most once a second, only what differs from what was sent before; without `id:`
 * - `happened` (`EventRecord`), with its id
 * A comment goes out every 15 s, so that a dead connection shows.
 */
import type { Explanation } from "./answers.ts";
import type { CameraDetails, CameraFigures, CameraState, CameraView } from "./cameras.ts";
import type { DeviceView, HealthReport } from "./device.ts";
import type { MemoryView } from "./memory.ts";

/** Everything a page shows. Lists of cameras are in the order of the configuration. */
export interface Snapshot {
  readonly now: number;
  readonly device: DeviceView;
  readonly health: HealthReport;
  readonly memory: MemoryView;
  readonly cameras: readonly CameraView[];
  /** The one asked for by `?camera=`; null for none or an unknown one. */
  readonly camera: CameraDetails | null;
  /** Oldest first. */
  readonly events: readonly EventRecord[];
  /** Events between `Last-Event-ID` and the first of `events` are no longer kept. */
  readonly missedEvents: boolean;
  /** ETag of the configuration in force. */
  readonly configEtag: string;
}

/** What differs from the messages before: parts that aren't there have stayed the same. */
export interface Change {
  readonly now: number;
  readonly device?: DeviceView;
  readonly health?: HealthReport;
  readonly memory?: MemoryView;
  /** Cameras that changed in more than their figures, or are new, each one whole. */
  readonly cameras?: readonly CameraView[];
  /** New figures by name, of cameras that are not among `cameras`. */
  readonly figures?: Readonly<Record<string, CameraFigures>>;
  /** Names of those that are gone. */
  readonly removed?: readonly string[];
  /** All names, where their order changed. */
  readonly order?: readonly string[];
  readonly camera?: CameraDetails | null;
  readonly configEtag?: string;
}

/** Answer of `GET /api/events/list`. */
export interface EventList {
  readonly events: readonly EventRecord[];
  /** For `?after=` of the next request. */
  readonly newest: string;
  readonly missedEvents: boolean;
}

/** Something that happened. Ids are opaque; a restart of the process begins with new ones. */
export type EventRecord = Happening & { readonly id: string; readonly at: number };

/** What can happen. Readers that come and go are counted in `CameraView.readers`, not told one by one. */
export type Happening =
  | {
      readonly kind: "camera-state";
      readonly camera: string;
      readonly from: CameraState["kind"];
      readonly state: CameraState;
      readonly cause: Explanation | null;
      /** Coming back to `live`: how long there was no picture. */
      readonly outageMs: number | null;
    }
  | { readonly kind: "camera-added" | "camera-removed" | "camera-changed"; readonly camera: string }
  | { readonly kind: "publisher-joined" | "publisher-left"; readonly camera: string; readonly type: string }
  | { readonly kind: "reader-kicked"; readonly camera: string; readonly protocol: string; readonly address: string }
  | {
      readonly kind: "config-applied";
      readonly by: ConfigOrigin;
      readonly etag: string;
      /** Names of the paths that were added, changed or removed; the first ones. */
      readonly paths: readonly string[];
    }
  | { readonly kind: "config-refused"; readonly by: ConfigOrigin; readonly errors: number; readonly first: Explanation | null }
  /** A job of the schedule failed, was late or missed, or is still running; what went well is in `GET /api/jobs`. */
  | { readonly kind: "job"; readonly job: string; readonly cause: Explanation }
  | { readonly kind: "problem" | "problem-over"; readonly problem: string; readonly cause: Explanation };

/** Where a configuration came from. */
export type ConfigOrigin = "start" | "file" | "signal" | "api" | "rollback";
