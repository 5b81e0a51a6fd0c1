/** How the API shows sessions, in MediaMTX's words; counters only grow. */
import { isIPv6 } from "node:net";
import type { UdpEndpoint } from "#base/network.ts";
import type { Session } from "./session.ts";

/** A session. */
export interface WebRtcSessionView {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly remoteAddr: string;
  readonly peerConnectionEstablished: boolean;
  /** `host/udp/192.168.1.2/8189`; "" before the first check. */
  readonly localCandidate: string;
  readonly remoteCandidate: string;
  readonly state: "read" | "publish";
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  /** True while the viewer's link carries key pictures only. */
  readonly keyPicturesOnly: boolean;
  readonly inboundBytes: number;
  readonly inboundRTPPackets: number;
  readonly inboundRTPPacketsLost: number;
  readonly inboundRTPPacketsJitter: number;
  readonly inboundRTCPPackets: number;
  readonly outboundBytes: number;
  readonly outboundRTPPackets: number;
  readonly outboundRTPPacketsReportedLost: number;
  readonly outboundRTCPPackets: number;
  readonly outboundFramesDiscarded: number;
}

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
  const { transport: protocol, endpoint } = remote;
  return {
    remoteAddr: printEndpoint(endpoint),
    localCandidate: `host/${protocol}/${String(localPorts[protocol])}`,
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
