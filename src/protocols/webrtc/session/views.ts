/** How the API shows sessions, in MediaMTX's words; counters only grow. */
import { isIPv6 } from "node:net";
import type { UdpEndpoint } from "#base/network.ts";
import type { WebRtcSessionView } from "#base/views/clients.ts";
import type { Session } from "./session.ts";

const NOTHING = {
  inboundRTPPackets: 0,
  inboundRTPPacketsLost: 0,
  inboundRTPPacketsJitter: 0,
  inboundRTCPPackets: 0,
  outboundRTPPackets: 0,
  outboundRTPPacketsReportedLost: 0,
  outboundRTCPPackets: 0,
  outboundFramesDiscarded: 0,
};

/** How a session stands now. */
export function viewSession(session: Session, localPorts: { udp: number; tcp: number }): WebRtcSessionView {
  const { id, created, request, transport, reading, publishing } = session;
  return {
    id,
    created,
    ...viewTransport(session, localPorts),
    peerConnectionEstablished: session.state === "connected",
    state: request.mode,
    path: request.path,
    query: request.query,
    user: request.user,
    userAgent: request.userAgent,
    keyPicturesOnly: reading?.constrained === true,
    inboundBytes: transport.inboundBytes,
    outboundBytes: (reading?.statistics.bytes ?? 0) + transport.outboundRtcpBytes,
    ...NOTHING,
    ...viewReading(session),
    ...publishing?.statistics,
  };
}

function viewTransport({ request, transport }: Session, localPorts: { udp: number; tcp: number }) {
  const { remote } = transport;
  if (remote === undefined) {
    return { remoteAddr: printEndpoint({ address: request.address, port: 0 }), localCandidate: "", remoteCandidate: "" };
  }
  const { transport: protocol, endpoint, local } = remote;
  return {
    remoteAddr: printEndpoint(endpoint),
    localCandidate: `${local}/${protocol}/${String(localPorts[protocol])}`,
    remoteCandidate: `prflx/${protocol}/${endpoint.address}/${String(endpoint.port)}`,
  };
}

function viewReading({ reading }: Session): Partial<typeof NOTHING> {
  if (reading === undefined) return {};
  const { statistics } = reading;
  return {
    inboundRTCPPackets: statistics.inboundRtcpPackets,
    outboundRTPPackets: statistics.packets,
    outboundRTPPacketsReportedLost: statistics.reportedLost,
    outboundRTCPPackets: statistics.rtcpPackets,
    outboundFramesDiscarded: statistics.discardedPackets,
  };
}

function printEndpoint({ address, port }: UdpEndpoint): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${String(port)}`;
}
