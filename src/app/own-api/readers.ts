/** Readers of all protocols for the API: in their protocol's words where it has a view of its sessions, as the hub knows them else. */
import type { HlsSessionView, RtspSessionView, WebRtcSessionView } from "#base/views/clients.ts";
import type { ReaderRecord, ReaderSource } from "#api/monitor/sources.ts";
import { streamError } from "#streams/errors.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { OpenedServices } from "../service.ts";

/** Those of what is open now. */
export function readerSources(opened: OpenedServices, registry: PathRegistry, now: () => number): readonly ReaderSource[] {
  const own: ReaderSource[] = [];
  for (const scheme of ["rtsp", "rtsps"] as const) {
    const view = opened.rtsp?.view(scheme);
    if (view === undefined) continue;
    const list = () => view.sessions().flatMap((session) => (session.state === "read" ? [ofRtsp(session, scheme)] : []));
    own.push({ list, kick: (id) => list().some((reader) => reader.id === id) && view.kick(id) });
  }
  const webrtc = opened.webrtcServer;
  if (webrtc !== undefined) {
    const list = () => webrtc.sessions().flatMap((session) => (session.state === "read" ? [ofWebRtc(session)] : []));
    own.push({ list, kick: (id) => list().some((reader) => reader.id === id) && webrtc.kick(id) });
  }
  const hls = opened.hlsServer;
  if (hls !== undefined) own.push({ list: () => hls.sessions().map(ofHls), kick: (id) => hls.kick(id) });
  return [...own, hubReaders(registry, now)];
}

const VIEWED = new Set(["rtspSession", "rtspsSession", "webRTCSession", "hlsSession"]);

/** Readers that no view shows. */
function hubReaders(registry: PathRegistry, now: () => number): ReaderSource {
  const since = now();
  return {
    list: () =>
      registry.list().flatMap(({ name, readers }) =>
        readers
          .filter(({ type }) => !VIEWED.has(type))
          .map(({ id, type }): ReaderRecord => {
            const protocol = type.replace(/(?:Session|Conn|Muxer)$/, "").toLowerCase();
            const unknown = {
              address: "",
              user: "",
              userAgent: "",
              transport: null,
              outboundBytes: 0,
              drops: 0,
              reportedLost: 0,
            };
            return { id, path: name, protocol, type, since, ...unknown };
          }),
      ),
    kick: (id) => {
      for (const path of registry.list()) {
        const reader = path.readers.find((candidate) => candidate.id === id && !VIEWED.has(candidate.type));
        reader?.close(streamError("reader-kicked", { details: { path: path.name } }));
        if (reader !== undefined) return true;
      }
      return false;
    },
  };
}

function ofRtsp(session: RtspSessionView, protocol: "rtsp" | "rtsps"): ReaderRecord {
  const { id, path, created, remoteAddr, user, userAgent, transport, outboundBytes } = session;
  const { outboundRTPPacketsDiscarded: drops, outboundRTPPacketsReportedLost: reportedLost } = session;
  const type = `${protocol}Session`;
  return {
    id,
    path,
    protocol,
    type,
    since: created,
    address: remoteAddr,
    user,
    userAgent,
    transport,
    outboundBytes,
    drops,
    reportedLost,
  };
}

function ofHls(session: HlsSessionView): ReaderRecord {
  const { id, path, created, remoteAddr, user, userAgent, outboundBytes } = session;
  const how = { protocol: "hls", type: "hlsSession", transport: "TCP", drops: 0, reportedLost: 0 };
  return { id, path, ...how, since: created, address: remoteAddr, user, userAgent, outboundBytes };
}

function ofWebRtc(session: WebRtcSessionView): ReaderRecord {
  const { id, path, created, remoteAddr, user, userAgent, outboundBytes, outboundFramesDiscarded: drops } = session;
  const { outboundRTPPacketsReportedLost: reportedLost } = session;
  const how = { protocol: "webrtc", type: "webRTCSession", transport: "UDP" };
  return { id, path, ...how, since: created, address: remoteAddr, user, userAgent, outboundBytes, drops, reportedLost };
}
