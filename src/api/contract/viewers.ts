/**
 * What players of the page report of themselves; nothing of it leaves the box. Bounded: the report unused for longest goes.
 *
 * - `POST /api/viewers` (viewer): `ViewerReport` → 204
 * - `GET /api/viewers` (admin): `ViewerList`
 */
import type { ViewerExperience } from "./readers.ts";

/** How the page plays a camera. */
export type PlayerKind = "webrtc" | "low-latency-hls" | "hls" | "still";

/** Body of `POST /api/viewers`: everything since this player began, sent at its first picture, every 10 s, and at its end. */
export interface ViewerReport {
  /** Chosen by the player, random, ≤ 64 characters: the same in all its reports. */
  readonly player: string;
  readonly camera: string;
  readonly kind: PlayerKind;
  /** Id of the session at the server (WHEP's `ID` header, HLS's session), where the player knows it. */
  readonly reader?: string;
  readonly firstPictureMs: number | null;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly errors: number;
  /** Why the player isn't at the best kind, a short word: `ice-failed`, `b-frames`, `codec`… */
  readonly fallbackReason?: string;
  readonly ended: boolean;
}

/** Answer of `GET /api/viewers`. */
export interface ViewerList {
  readonly now: number;
  readonly viewers: readonly ViewerView[];
}

/** A player's last report. */
export interface ViewerView extends ViewerExperience {
  readonly player: string;
  readonly camera: string;
  readonly kind: PlayerKind;
  readonly reader: string | null;
  readonly fallbackReason: string | null;
  readonly address: string;
  readonly userAgent: string;
  readonly since: number;
}
