/**
 * What the hub asks of those who meet it at a path: sources it starts and stops, publishers and readers it may have to
 * close. Implemented by protocols and cameras.
 */
import type { SluiceError } from "#base/errors.ts";
import type { StreamInput } from "./input.ts";
import type { PathOptions } from "./options.ts";
import type { OpenTrack } from "./track.ts";

/** What a source gets of its path. */
export interface SourceAccess {
  readonly name: string;
  /** Address to pull from, groups of a wildcard path filled in. May hold credentials: never log it. */
  readonly url: string;
  readonly options: PathOptions;
  /** The camera answered with these tracks: feed them into what is returned, close that when the camera is lost. */
  attach(tracks: readonly OpenTrack[]): StreamInput;
}

/** A pulled source of a path. It retries by itself from `start` until `close`; both are idempotent. */
export interface Source {
  /** As MediaMTX names it: `rtspSource`. */
  readonly type: string;
  start(): void;
  /** Takes options that changed without the address or the way to it changing. */
  configure(options: PathOptions): void;
  close(): void;
}

/** Makes the source of a path, or undefined where no protocol speaks the URL's scheme. */
export interface SourceFactory {
  create(access: SourceAccess): Source | undefined;
}

/** Somebody who reads a path. */
export interface PathReader {
  readonly id: string;
  /** As MediaMTX names it: `rtspSession`… */
  readonly type: string;
  /** The hub ends it. */
  close(error: SluiceError): void;
}

/** Somebody who publishes to a path. */
export interface PathPublisher {
  readonly id: string;
  readonly type: string;
  /** The hub ends it. */
  close(error: SluiceError): void;
}
