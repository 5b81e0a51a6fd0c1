/** MediaMTX's families for what exists here: names, labels and older names are its own, so that its dashboards go on. */
import type { PathView } from "../views.ts";
import type {
  HlsMuxerView,
  HlsSessionView,
  RtspConnectionView,
  RtspSessionView,
  WebRtcSessionView,
} from "#base/views/clients.ts";
import type { ItemKind, ItemValue } from "./item-families.ts";

type Traffic = Pick<RtspConnectionView, "inboundBytes" | "outboundBytes">;

const inboundBytes: ItemValue<Traffic> = {
  name: "inbound_bytes",
  help: "Bytes received.",
  of: (item) => item.inboundBytes,
  old: ["bytes_received"],
};
const outboundBytes: ItemValue<Traffic> = {
  name: "outbound_bytes",
  help: "Bytes sent.",
  of: (item) => item.outboundBytes,
  old: ["bytes_sent"],
};

const sessionLabels = (item: { id: string; path: string; remoteAddr: string; state: string }) => ({
  id: item.id,
  path: item.path,
  remoteAddr: item.remoteAddr,
  state: item.state,
});

/** Writes values down shortly: the name, older ones after it. */
function valuesOf<T>() {
  return ([name, ...old]: readonly [string, ...string[]], help: string, of: (item: T) => number): ItemValue<T> => ({
    name,
    help,
    of,
    old,
  });
}

/** Paths. */
export function pathKind(items: readonly PathView[]): ItemKind<PathView> {
  return {
    type: "paths",
    help: "A path, whether anything flows or not.",
    items,
    labels: (path) => ({ name: path.name, state: path.ready ? "ready" : "notReady" }),
    path: (path) => path.name,
    values: [
      inboundBytes,
      outboundBytes,
      {
        name: "inbound_frames_in_error",
        help: "Frames received that couldn't be read.",
        of: (path) => path.stream?.inboundInError ?? 0,
      },
    ],
  };
}

/** Readers of a path by their kind. */
export interface PathReaders {
  readonly path: PathView;
  readonly readerType: string;
  readonly count: number;
}

/** How many readers of which kind each path has. */
export function readersOf(paths: readonly PathView[]): readonly PathReaders[] {
  return paths.flatMap((path) => {
    const kinds = Map.groupBy(path.readers, (reader) => reader.type);
    return [...kinds].map(([readerType, readers]) => ({ path, readerType, count: readers.length }));
  });
}

/** Connections of an RTSP server; `prefix` is `rtsp` or `rtsps`. */
export function rtspConnectionKind(prefix: string, items: readonly RtspConnectionView[]): ItemKind<RtspConnectionView> {
  return {
    type: `${prefix}_conns`,
    help: "A connection to the RTSP server.",
    items,
    labels: ({ id }) => ({ id }),
    one: { parameter: `${prefix}_conn`, of: ({ id }) => id },
    values: [inboundBytes, outboundBytes],
  };
}

/** Sessions of an RTSP server. */
export function rtspSessionKind(prefix: string, items: readonly RtspSessionView[]): ItemKind<RtspSessionView> {
  const value = valuesOf<RtspSessionView>();
  return {
    type: `${prefix}_sessions`,
    help: "A session of the RTSP server.",
    items,
    labels: sessionLabels,
    path: ({ path }) => path,
    one: { parameter: `${prefix}_session`, of: ({ id }) => id },
    values: [
      inboundBytes,
      value(["inbound_rtp_packets", "rtp_packets_received"], "RTP packets received.", (s) => s.inboundRTPPackets),
      value(
        ["inbound_rtp_packets_lost", "rtp_packets_lost"],
        "RTP packets lost on their way here.",
        (s) => s.inboundRTPPacketsLost,
      ),
      value(
        ["inbound_rtp_packets_in_error", "rtp_packets_in_error"],
        "RTP packets received that couldn't be read.",
        (s) => s.inboundRTPPacketsInError,
      ),
      value(
        ["inbound_rtp_packets_jitter", "rtp_packets_jitter"],
        "Jitter of received RTP packets, mean of the tracks, ticks.",
        (s) => s.inboundRTPPacketsJitter,
      ),
      value(["inbound_rtcp_packets", "rtcp_packets_received"], "RTCP packets received.", (s) => s.inboundRTCPPackets),
      value(
        ["inbound_rtcp_packets_in_error", "rtcp_packets_in_error"],
        "RTCP packets received that couldn't be read.",
        (s) => s.inboundRTCPPacketsInError,
      ),
      outboundBytes,
      value(["outbound_rtp_packets", "rtp_packets_sent"], "RTP packets sent.", (s) => s.outboundRTPPackets),
      value(
        ["outbound_rtp_packets_reported_lost", "rtp_packets_reported_lost"],
        "RTP packets that the reader reports lost.",
        (s) => s.outboundRTPPacketsReportedLost,
      ),
      value(
        ["outbound_rtp_packets_discarded", "rtp_packets_discarded"],
        "RTP packets not sent since the reader was too slow.",
        (s) => s.outboundRTPPacketsDiscarded,
      ),
      value(["outbound_rtcp_packets", "rtcp_packets_sent"], "RTCP packets sent.", (s) => s.outboundRTCPPackets),
    ],
  };
}

/** Sessions of WebRTC. */
export function webRtcKind(items: readonly WebRtcSessionView[]): ItemKind<WebRtcSessionView> {
  const value = valuesOf<WebRtcSessionView>();
  return {
    type: "webrtc_sessions",
    help: "A session of WebRTC.",
    items,
    labels: sessionLabels,
    path: ({ path }) => path,
    one: { parameter: "webrtc_session", of: ({ id }) => id },
    values: [
      inboundBytes,
      value(["inbound_rtp_packets", "rtp_packets_received"], "RTP packets received.", (s) => s.inboundRTPPackets),
      value(
        ["inbound_rtp_packets_lost", "rtp_packets_lost"],
        "RTP packets lost on their way here.",
        (s) => s.inboundRTPPacketsLost,
      ),
      value(
        ["inbound_rtp_packets_jitter", "rtp_packets_jitter"],
        "Jitter of received RTP packets, mean of the tracks, ticks.",
        (s) => s.inboundRTPPacketsJitter,
      ),
      value(["inbound_rtcp_packets", "rtcp_packets_received"], "RTCP packets received.", (s) => s.inboundRTCPPackets),
      outboundBytes,
      value(["outbound_rtp_packets", "rtp_packets_sent"], "RTP packets sent.", (s) => s.outboundRTPPackets),
      value(["outbound_rtcp_packets", "rtcp_packets_sent"], "RTCP packets sent.", (s) => s.outboundRTCPPackets),
      value(
        ["outbound_frames_discarded"],
        "Frames not sent since the viewer's link is too slow.",
        (s) => s.outboundFramesDiscarded,
      ),
    ],
  };
}

/** Viewers over HLS. */
export function hlsSessionKind(items: readonly HlsSessionView[]): ItemKind<HlsSessionView> {
  return {
    type: "hls_sessions",
    help: "A viewer over HLS.",
    items,
    labels: ({ id, path, remoteAddr }) => ({ id, path, remoteAddr }),
    path: ({ path }) => path,
    one: { parameter: "hls_session", of: ({ id }) => id },
    values: [{ name: "outbound_bytes", help: "Bytes sent.", of: (session) => session.outboundBytes }],
  };
}

/** HLS muxers. */
export function hlsMuxerKind(items: readonly HlsMuxerView[]): ItemKind<HlsMuxerView> {
  return {
    type: "hls_muxers",
    help: "A stream that is being prepared for HLS.",
    items,
    labels: ({ path }) => ({ name: path }),
    path: ({ path }) => path,
    one: { parameter: "hls_muxer", of: ({ path }) => path },
    values: [
      { name: "outbound_bytes", help: "Bytes sent.", of: (muxer) => muxer.outboundBytes, old: ["bytes_sent"] },
      {
        name: "outbound_frames_discarded",
        help: "Frames that didn't get into a segment.",
        of: (muxer) => muxer.outboundFramesDiscarded,
      },
    ],
  };
}
