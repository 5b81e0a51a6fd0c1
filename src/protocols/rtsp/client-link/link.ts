/**
 * A byte stream to a camera, whatever carries it: a TCP or TLS connection, or a tunnel. Opened by `open-link.ts`.
 */
import type { SluiceError } from "#base/errors.ts";

/** Who gets what a link brings. */
export interface LinkHandler {
  /** Bytes `[start, end)`, valid during the call only. */
  bytes(buffer: Buffer, range: { readonly start: number; readonly end: number }): void;
  /** The link broke or the camera closed it; called at most once, and never after `close`. */
  closed(error: SluiceError): void;
}

/** An open byte stream. */
export interface Link {
  /** Numeric address of the camera; IPv4 stays dotted. */
  readonly remoteAddress: string;
  /** Our own address towards it. */
  readonly localAddress: string;
  /** Sends; the bytes must not be changed afterwards. Closes the link when the camera takes nothing any more. */
  write(bytes: Buffer): void;
  /** Idempotent. */
  close(): void;
}
