/**
 * One viewer: everything that a player asks for from its first playlist on. It proves itself with a secret in a cookie or in
 * the query, from one address; it ends when nothing was asked for a while, and reads its path as long as it lives.
 */
import type { SluiceError } from "#base/errors.ts";
import type { PathReader } from "#streams/source.ts";

/** Where a session comes from. */
export interface SessionOrigin {
  readonly id: string;
  /** What the player shows to be known again. */
  readonly secret: string;
  readonly path: string;
  /** As first sent, without what is ours. */
  readonly query: string;
  readonly address: string;
  readonly user: string;
  readonly userAgent: string;
  /** A content delivery network, for all its viewers. */
  readonly isCdn: boolean;
  /** ms since 1970. */
  readonly created: number;
}

/** See the head of this file. */
export class HlsSession implements PathReader {
  readonly type = "hlsSession";
  readonly origin: SessionOrigin;
  /** Monotonic ms of the last request. */
  lastRequestAt: number;
  bytes = 0;
  readonly #ended: (session: HlsSession, error: SluiceError) => void;

  constructor(origin: SessionOrigin, options: { now: number; ended: (session: HlsSession, error: SluiceError) => void }) {
    this.origin = origin;
    this.lastRequestAt = options.now;
    this.#ended = options.ended;
  }

  get id(): string {
    return this.origin.id;
  }

  /** Whether somebody who shows the secret from `address` and wants `path` is this session. */
  belongsTo(address: string, path: string): boolean {
    return this.origin.address === address && this.origin.path === path;
  }

  close(error: SluiceError): void {
    this.#ended(this, error);
  }
}
