/**
 * Looks at a camera before it is added.
 *
 * - `POST /api/probe` (admin): `ProbeRequest` → `application/x-ndjson`, one `ProbeMessage` per line while it goes on, the last
 *   one `found` or `failed`. Closing the connection ends it. The password is tried once per way to log in. One at a time per
 *   address, a few in all; more are refused (429).
 */
import type { BothLanguages, Explanation } from "./answers.ts";

/** Body of `POST /api/probe`. */
export interface ProbeRequest {
  /** `192.168.1.64`, `192.168.1.64:8554/stream1`, `rtsp://…`; user and password in it are taken too. */
  readonly address: string;
  readonly user?: string;
  readonly password?: string;
}

/** One line of the answer. */
export type ProbeMessage =
  | { readonly kind: "trying"; readonly transport: string }
  | { readonly kind: "watching"; readonly seconds: number }
  | { readonly kind: "transport-failed"; readonly transport: string; readonly cause: Explanation }
  | { readonly kind: "found"; readonly report: ProbeFinding }
  | {
      readonly kind: "failed";
      readonly reason: ProbeFailure;
      readonly cause: Explanation;
      readonly advice: BothLanguages | null;
    };

/** Why a camera can't be used: the fixed causes the page has words, and something to do, for. */
export type ProbeFailure =
  | "address-invalid"
  | "address-forbidden"
  | "unreachable"
  | "port-closed"
  | "no-answer"
  | "not-rtsp"
  | "credentials-missing"
  | "credentials-refused"
  | "locked-out"
  | "forbidden"
  | "stream-not-found"
  | "too-many-clients"
  | "no-media"
  | "no-usable-track"
  | "certificate"
  | "other";

/** What was found. */
export interface ProbeFinding {
  /** What the camera calls itself. */
  readonly server: string | null;
  /** Known make: `hikvision`. */
  readonly make: string | null;
  /** The address that works, without user and password: for `NewCamera.address`. */
  readonly address: string;
  readonly transports: readonly { readonly name: string; readonly works: boolean }[];
  readonly tracks: readonly ProbedTrack[];
  /** What is odd about it, in words. */
  readonly oddities: readonly ({ readonly id: string } & BothLanguages)[];
  /** A name for the new camera, free and fit for URLs. */
  readonly suggestedName: string;
}

/** A track, as measured. */
export interface ProbedTrack {
  readonly kind: string;
  readonly codec: string;
  readonly props: Readonly<Record<string, string | number | boolean>>;
  /** Pictures or frames per second. */
  readonly unitsPerSecond: number | null;
  readonly bitrate: number;
  readonly keyIntervalMs: number | null;
}
