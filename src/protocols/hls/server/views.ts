/** Sessions and muxers as the API and the metrics show them, in MediaMTX's words. */
import type { HlsMuxerView, HlsSessionView } from "#base/views/clients.ts";
import type { MuxerEntry } from "./muxer-table.ts";
import type { HlsSession } from "./session.ts";

/** Shows a session. */
export function viewSession({ origin, bytes }: HlsSession): HlsSessionView {
  const { id, created, address, path, query, user, userAgent, isCdn } = origin;
  return { id, created, remoteAddr: address, path, query, user, userAgent, isCDN: isCdn, outboundBytes: bytes };
}

/** Shows a muxer. */
export function viewMuxer({ path, muxer, lastRequest, bytes }: MuxerEntry): HlsMuxerView {
  return { path, created: muxer.created, lastRequest, outboundBytes: bytes, outboundFramesDiscarded: muxer.discarded };
}
