/** Sessions and connections as the control API and the metrics show them; names and words are MediaMTX's. */
import { printHost } from "#formats/rtsp-message/url.ts";
import type { UdpEndpoint } from "#base/network.ts";
import type { Connection } from "./connection.ts";
import type { Session } from "./session.ts";

/** A session. Bytes are those of RTP and RTCP. */
export interface RtspSessionView {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly remoteAddr: string;
  readonly state: "idle" | "read" | "publish";
  readonly path: string;
  readonly query: string;
  readonly user: string;
  readonly userAgent: string;
  readonly transport: "UDP" | "UDP-multicast" | "TCP" | null;
  readonly profile: "AVP" | null;
  /** Ids of its connections. */
  readonly conns: readonly string[];
  readonly inboundBytes: number;
  readonly inboundRTPPackets: number;
  readonly inboundRTPPacketsLost: number;
  readonly inboundRTPPacketsInError: number;
  readonly inboundRTPPacketsJitter: number;
  readonly inboundRTCPPackets: number;
  readonly inboundRTCPPacketsInError: number;
  readonly outboundBytes: number;
  readonly outboundRTPPackets: number;
  readonly outboundRTPPacketsReportedLost: number;
  readonly outboundRTPPacketsDiscarded: number;
  readonly outboundRTCPPackets: number;
}

/** A connection. */
export interface RtspConnectionView {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly remoteAddr: string;
  /** Id of its session; of several, the first. */
  readonly session: string | null;
  readonly tunnel: "none" | "http" | "websocket";
  readonly inboundBytes: number;
  readonly outboundBytes: number;
}

const TRANSPORTS = { tcp: "TCP", udp: "UDP", multicast: "UDP-multicast" } as const;

/** How a session stands now. */
export function viewSession(session: Session): RtspSessionView {
  const { reading, publishing } = session;
  const read = reading?.statistics;
  const published = publishing?.statistics;
  const transport = reading?.transport ?? publishing?.transport;
  return {
    id: session.id,
    created: session.created,
    remoteAddr: printEndpoint(session.peer),
    state: stateOf(session),
    path: session.pathName,
    query: session.query,
    user: session.client.user,
    userAgent: session.client.userAgent,
    transport: transport === undefined ? null : TRANSPORTS[transport],
    profile: transport === undefined ? null : "AVP",
    conns: session.home === undefined ? [] : [session.home.id],
    inboundBytes: (published?.inboundBytes ?? 0) + (read?.inboundBytes ?? 0),
    inboundRTPPackets: published?.inboundRTPPackets ?? 0,
    inboundRTPPacketsLost: published?.inboundRTPPacketsLost ?? 0,
    inboundRTPPacketsInError: published?.inboundRTPPacketsInError ?? 0,
    inboundRTPPacketsJitter: published?.inboundRTPPacketsJitter ?? 0,
    inboundRTCPPackets: published?.inboundRTCPPackets ?? read?.inboundRtcpPackets ?? 0,
    inboundRTCPPacketsInError: published?.inboundRTCPPacketsInError ?? 0,
    outboundBytes: read?.bytes ?? published?.outboundBytes ?? 0,
    outboundRTPPackets: read?.packets ?? 0,
    outboundRTPPacketsReportedLost: read?.reportedLost ?? 0,
    outboundRTPPacketsDiscarded: read?.discardedPackets ?? 0,
    outboundRTCPPackets: read?.rtcpPackets ?? published?.outboundRtcpPackets ?? 0,
  };
}

/** How a connection stands now. */
export function viewConnection(connection: Connection): RtspConnectionView {
  const { id, created, peer, sessions, channel, inboundBytes, outboundBytes } = connection;
  return {
    id,
    created,
    remoteAddr: printEndpoint(peer),
    session: sessions[0]?.id ?? null,
    tunnel: channel.tunnel,
    inboundBytes,
    outboundBytes,
  };
}

function stateOf(session: Session): RtspSessionView["state"] {
  if (session.state === "playing") return "read";
  return session.state === "recording" ? "publish" : "idle";
}

function printEndpoint({ address, port }: UdpEndpoint): string {
  return printHost({ host: address, port });
}
