/** Answers of MediaMTX's v3, as it has them, with the names of its older versions and what we add. */
import { groupSchema } from "#config/reference/json-schema.ts";
import type { ConfigSchema } from "#config/schema.ts";
import { anyObject, flag, integer, listOf, nullable, number, record, ref, text, words } from "./shapes.ts";
import type { Shape, Shapes } from "./shapes.ts";

const time = { type: "string", format: "date-time" };
const ends = record({ type: text, id: text });
const bytes = { inboundBytes: integer, outboundBytes: integer, bytesReceived: integer, bytesSent: integer };
const inboundRtp = {
  inboundRTPPackets: integer,
  inboundRTPPacketsLost: integer,
  inboundRTPPacketsJitter: number,
  inboundRTCPPackets: integer,
};
const outboundRtp = { outboundRTPPackets: integer, outboundRTPPacketsReportedLost: integer, outboundRTCPPackets: integer };

function page(name: string): Shape {
  return record({ itemCount: integer, pageCount: integer, items: listOf(ref(name)) });
}

/** What flows where, and who is connected. */
const watched: Shapes = {
  Path: record({
    name: text,
    confName: text,
    available: flag,
    availableTime: nullable(time),
    online: flag,
    onlineTime: nullable(time),
    source: nullable(ends),
    tracks2: listOf(record({ codec: text, codecProps: nullable(anyObject) })),
    readers: listOf(ends),
    inboundFramesInError: integer,
    ready: flag,
    readyTime: nullable(time),
    tracks: listOf(text),
    ...bytes,
  }),
  PathPage: page("Path"),
  RtspConn: record({
    id: text,
    created: time,
    remoteAddr: text,
    session: nullable(text),
    tunnel: words("none", "http", "websocket"),
    ...bytes,
  }),
  RtspConnPage: page("RtspConn"),
  RtspSession: record({
    id: text,
    created: time,
    remoteAddr: text,
    state: words("idle", "read", "publish"),
    path: text,
    query: text,
    user: text,
    userAgent: text,
    transport: nullable(text),
    profile: nullable(text),
    conns: listOf(text),
    ...bytes,
    ...inboundRtp,
    ...outboundRtp,
    outboundRTPPacketsDiscarded: integer,
  }),
  RtspSessionPage: page("RtspSession"),
  HlsMuxer: record({
    path: text,
    created: time,
    lastRequest: time,
    outboundBytes: integer,
    outboundFramesDiscarded: integer,
    bytesSent: integer,
  }),
  HlsMuxerPage: page("HlsMuxer"),
  HlsSession: record({
    id: text,
    created: time,
    remoteAddr: text,
    path: text,
    query: text,
    user: text,
    userAgent: text,
    isCDN: flag,
    outboundBytes: integer,
  }),
  HlsSessionPage: page("HlsSession"),
  WebRtcSession: record({
    id: text,
    created: time,
    remoteAddr: text,
    peerConnectionEstablished: flag,
    localCandidate: text,
    remoteCandidate: text,
    state: words("read", "publish"),
    path: text,
    query: text,
    user: text,
    userAgent: text,
    ...bytes,
    ...inboundRtp,
    ...outboundRtp,
    outboundFramesDiscarded: integer,
  }),
  WebRtcSessionPage: page("WebRtcSession"),
};

/** The shapes by name. */
export function mediamtxShapes(schema: ConfigSchema): Shapes {
  const pathConf = groupSchema(schema.pathKnown, "api");
  return {
    Ok: record({ status: words("ok") }),
    Error: record({ status: words("error"), error: text }, { code: text, remedy: text }),
    Info: record({ version: text, started: time, configuration: anyObject }),
    GlobalConf: groupSchema(schema.globalKnown, "api"),
    PathConf: pathConf,
    NamedPathConf: { ...pathConf, properties: { name: text, ...(pathConf["properties"] as Shapes) }, required: ["name"] },
    PathConfPage: page("NamedPathConf"),
    EmptyPage: record({ itemCount: integer, pageCount: integer, items: listOf(anyObject) }),
    Recording: record({ name: text, segments: listOf(record({ start: time })) }),
    ...watched,
  };
}
