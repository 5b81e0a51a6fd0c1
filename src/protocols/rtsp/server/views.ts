/** Sessions and connections as the control API and the metrics show them; names and words are MediaMTX's. */
import { printHost } from "#formats/rtsp-message/url.ts";
import type { UdpEndpoint } from "#base/network.ts";
import type { RtspConnectionView, RtspSessionView } from "#base/views/clients.ts";
import type { Connection } from "./connection.ts";
import type { Session } from "./session.ts";

/** What a session received and sent; bytes are those of RTP and RTCP. */
type Traffic = Pick<RtspSessionView, Extract<keyof RtspSessionView, `${"in" | "out"}bound${string}`>>;

const NO_TRAFFIC: Traffic = {
  inboundBytes: 0,
  inboundRTPPackets: 0,
  inboundRTPPacketsLost: 0,
  inboundRTPPacketsInError: 0,
  inboundRTPPacketsJitter: 0,
  inboundRTCPPackets: 0,
  inboundRTCPPacketsInError: 0,
  outboundBytes: 0,
  outboundRTPPackets: 0,
  outboundRTPPacketsReportedLost: 0,
  outboundRTPPacketsDiscarded: 0,
  outboundRTCPPackets: 0,
};

const TRANSPORTS = { tcp: "TCP", udp: "UDP", multicast: "UDP-multicast" } as const;

/** How a session stands now. */
export function viewSession(session: Session): RtspSessionView {
  const { id, created, query, pathName, client, home } = session;
  const transport = session.reading?.transport ?? session.publishing?.transport;
  return {
    id,
    created,
    remoteAddr: printEndpoint(session.peer),
    state: stateOf(session),
    path: pathName,
    query,
    user: client.user,
    userAgent: client.userAgent,
    transport: transport === undefined ? null : TRANSPORTS[transport],
    profile: transport === undefined ? null : "AVP",
    conns: home === undefined ? [] : [home.id],
    ...NO_TRAFFIC,
    ...readTraffic(session),
    ...publishedTraffic(session),
  };
}

function readTraffic({ reading }: Session): Partial<Traffic> {
  if (reading === undefined) return {};
  const { statistics } = reading;
  return {
    inboundBytes: statistics.inboundBytes,
    inboundRTCPPackets: statistics.inboundRtcpPackets,
    outboundBytes: statistics.bytes,
    outboundRTPPackets: statistics.packets,
    outboundRTPPacketsReportedLost: statistics.reportedLost,
    outboundRTPPacketsDiscarded: statistics.discardedPackets,
    outboundRTCPPackets: statistics.rtcpPackets,
  };
}

function publishedTraffic({ publishing }: Session): Partial<Traffic> {
  if (publishing === undefined) return {};
  const { outboundBytes, outboundRtcpPackets, ...inbound } = publishing.statistics;
  return { ...inbound, outboundBytes, outboundRTCPPackets: outboundRtcpPackets };
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
