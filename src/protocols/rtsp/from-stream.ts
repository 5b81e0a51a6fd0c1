/**
 * From a stream to one RTSP session: makes the reader for the session's transport. `play` fixes where the session begins
 * (for RTP-Info), `start` lets media flow, which must come after the response.
 */
import type { RtspReader, RtspReaderOptions } from "./egress/reader.ts";
import { TcpReader } from "./egress/tcp-reader.ts";
import { UdpReader } from "./egress/udp-reader.ts";

export type {
  ByteOutput,
  PlayPosition,
  ReaderSink,
  ReaderStatistics,
  RtspReader,
  RtspReaderOptions,
  TrackTarget,
} from "./egress/reader.ts";

/** Makes the reader of a session whose tracks are set up. */
export function createRtspReader(options: RtspReaderOptions): RtspReader {
  const { sink } = options;
  return sink.kind === "tcp" ? new TcpReader(options, sink) : new UdpReader(options, sink);
}
