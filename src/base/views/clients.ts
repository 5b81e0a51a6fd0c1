/**
 * Clients of the servers as the control API and the metrics show them, in MediaMTX's words: what the protocols fill in, and what
 * is read of it. Counters start at 0 and only grow; times are milliseconds since 1970.
 */

/** A client's connection to an RTSP server, in MediaMTX's words. */
export interface RtspConnectionView {
  readonly id: string;
  readonly created: number;
  /** `192.168.1.20:40112`, `[::1]:40112` */
  readonly remoteAddr: string;
  /** Id of the session that lives on it. */
  readonly session: string | null;
  readonly tunnel: "none" | "http" | "websocket";
  readonly inboundBytes: number;
  readonly outboundBytes: number;
}

/** A session of an RTSP server, in MediaMTX's words. */
export interface RtspSessionView {
  readonly id: string;
  readonly created: number;
  readonly remoteAddr: string;
  readonly state: "idle" | "read" | "publish";
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  /** Null before the first SETUP. */
  readonly transport: "UDP" | "UDP-multicast" | "TCP" | null;
  readonly profile: "AVP" | "SAVP" | null;
  /** Ids of the connections it uses. */
  readonly conns: readonly string[];
  readonly inboundBytes: number;
  readonly inboundRTPPackets: number;
  readonly inboundRTPPacketsLost: number;
  readonly inboundRTPPacketsInError: number;
  /** Mean of its tracks, ticks of their clocks. */
  readonly inboundRTPPacketsJitter: number;
  readonly inboundRTCPPackets: number;
  readonly inboundRTCPPacketsInError: number;
  readonly outboundBytes: number;
  readonly outboundRTPPackets: number;
  readonly outboundRTPPacketsReportedLost: number;
  readonly outboundRTPPacketsDiscarded: number;
  readonly outboundRTCPPackets: number;
}

/** An RTSP server; `kick` ends a session and says whether there was one. */
export interface RtspView {
  connections(): readonly RtspConnectionView[];
  sessions(): readonly RtspSessionView[];
  kick(sessionId: string): boolean;
}

/** A viewer of HLS, in MediaMTX's words. */
export interface HlsSessionView {
  readonly id: string;
  readonly created: number;
  readonly remoteAddr: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  readonly isCDN: boolean;
  readonly outboundBytes: number;
}

/** A stream that is served over HLS, in MediaMTX's words. */
export interface HlsMuxerView {
  readonly path: string;
  readonly created: number;
  readonly lastRequest: number;
  readonly outboundBytes: number;
  readonly outboundFramesDiscarded: number;
}

/** The HLS server as the API shows it. */
export interface HlsView {
  muxers(): readonly HlsMuxerView[];
  sessions(): readonly HlsSessionView[];
  kick(sessionId: string): boolean;
}

/** A session of WebRTC, in MediaMTX's words; `keyPicturesOnly` is ours. */
export interface WebRtcSessionView {
  readonly id: string;
  readonly created: number;
  readonly remoteAddr: string;
  readonly peerConnectionEstablished: boolean;
  readonly localCandidate: string;
  readonly remoteCandidate: string;
  readonly state: "read" | "publish";
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  /** The viewer's link carries no more. */
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

/** WebRTC's server; `kick` ends a session and says whether there was one. */
export interface WebRtcView {
  sessions(): readonly WebRtcSessionView[];
  kick(sessionId: string): boolean;
}
