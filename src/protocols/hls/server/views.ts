/** Sessions and muxers as the API and the metrics show them, in MediaMTX's words. */
import type { MuxerEntry } from "./muxer-table.ts";
import type { HlsSession } from "./session.ts";

/** A viewer. */
export interface HlsSessionView {
  readonly id: string;
  /** ms since 1970. */
  readonly created: number;
  readonly remoteAddr: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  /** A content delivery network, standing for all its viewers. */
  readonly isCDN: boolean;
  readonly outboundBytes: number;
}

/** A stream that is served. */
export interface HlsMuxerView {
  readonly path: string;
  /** ms since 1970. */
  readonly created: number;
  readonly lastRequest: number;
  readonly outboundBytes: number;
  /** Units that were lost before they came into a segment. */
  readonly outboundFramesDiscarded: number;
}

/** Shows a session. */
export function viewSession({ origin, bytes }: HlsSession): HlsSessionView {
  const { id, created, address, path, query, user, userAgent, isCdn } = origin;
  return { id, created, remoteAddr: address, path, query, user, userAgent, isCDN: isCdn, outboundBytes: bytes };
}

/** Shows a muxer. */
export function viewMuxer({ path, muxer, lastRequest, bytes }: MuxerEntry): HlsMuxerView {
  return { path, created: muxer.created, lastRequest, outboundBytes: bytes, outboundFramesDiscarded: muxer.discarded };
}
