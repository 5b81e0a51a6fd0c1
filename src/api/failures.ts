/** Which HTTP status a failure has, and what is said of it. Failures that aren't the caller's business have none. */
import { SluiceError } from "#base/errors.ts";
import { ConfigRefusal } from "#config/store/config-store.ts";
import type { Problem } from "#config/syntax/node.ts";

/** Statuses of failures that are not a plain 400. */
const statuses: Readonly<Record<string, number>> = {
  "api-path-config-not-found": 404,
  "api-path-not-found": 404,
  "api-connection-not-found": 404,
  "api-session-not-found": 404,
  "api-destination-not-found": 404,
  "api-camera-not-found": 404,
  "api-reader-not-found": 404,
  "api-probe-busy": 429,
  "api-doctor-busy": 429,
  "api-doctor-too-long": 503,
  "api-streams-busy": 429,
  "api-log-busy": 429,
  "config-path-unknown": 404,
  "config-no-backup": 404,
  "config-changed-on-disk": 409,
  "config-etag-mismatch": 409,
  "config-file-broken": 409,
  "config-not-applied": 409,
  "config-overridden": 409,
  "config-seal-busy": 429,
  "config-store-busy": 429,
  "http-no-answer": 502,
  "user-key-set": 502,
  "file-not-written": 507,
  "file-unreadable": 500,
};

/** A failure to tell the caller. */
export interface Failure {
  readonly status: number;
  readonly error: SluiceError;
  /** What is wrong with a configuration, place by place. */
  readonly problems?: readonly Problem[];
}

/** What to answer for something that was thrown; undefined where only the log may know. */
export function failureOf(thrown: unknown): Failure | undefined {
  if (thrown instanceof ConfigRefusal) return { status: 400, error: thrown.error, problems: thrown.problems };
  if (!(thrown instanceof SluiceError)) return undefined;
  return { status: statuses[thrown.code] ?? 400, error: thrown };
}
