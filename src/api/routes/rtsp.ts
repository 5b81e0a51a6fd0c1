/** `/v3/rtspconns`, `/v3/rtspsessions` and their TLS twins: who is connected to an RTSP server. */
import type { FastifyInstance } from "fastify";
import type { RtspConnectionView, RtspSessionView, RtspView } from "#base/views/clients.ts";
import { apiError } from "../errors.ts";
import { paginate } from "../pagination.ts";
import { printTime, sendError, sendOk } from "../replies.ts";
import { addWhileRunning } from "./while-running.ts";

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface Query {
  readonly Querystring: Readonly<Record<string, unknown>>;
}

interface ById {
  readonly Params: { readonly id: string };
}

/** Adds the routes of one server, `rtsp` or `rtsps`; they are there while it runs. */
export function addRtspRoutes(server: FastifyInstance, name: string, running: () => RtspView | undefined): void {
  const rtsp: RtspView = {
    connections: () => running()?.connections() ?? [],
    sessions: () => running()?.sessions() ?? [],
    kick: (id) => running()?.kick(id) ?? false,
  };
  addWhileRunning(
    server,
    () => running() !== undefined,
    (routes) => addRoutes(routes, name, rtsp),
  );
}

function addRoutes(server: FastifyInstance, name: string, rtsp: RtspView): void {
  server.get<Query>(`/v3/${name}conns/list`, (request) => {
    const { items, ...page } = paginate(rtsp.connections(), request.query);
    return { ...page, items: items.map(printConnection) };
  });
  server.get<ById>(`/v3/${name}conns/get/:id`, (request, reply) => {
    const { id } = request.params;
    if (!UUID.test(id)) return sendError(reply, 400, apiError("api-bad-id"));
    const found = rtsp.connections().find((connection) => connection.id === id);
    return found === undefined ? sendError(reply, 404, apiError("api-connection-not-found")) : printConnection(found);
  });
  server.get<Query>(`/v3/${name}sessions/list`, (request) => {
    const { items, ...page } = paginate(rtsp.sessions(), request.query);
    return { ...page, items: items.map(printSession) };
  });
  server.get<ById>(`/v3/${name}sessions/get/:id`, (request, reply) => {
    const { id } = request.params;
    if (!UUID.test(id)) return sendError(reply, 400, apiError("api-bad-id"));
    const found = rtsp.sessions().find((session) => session.id === id);
    return found === undefined ? sendError(reply, 404, apiError("api-session-not-found")) : printSession(found);
  });
  server.post<ById>(`/v3/${name}sessions/kick/:id`, (request, reply) => {
    const { id } = request.params;
    if (!UUID.test(id)) return sendError(reply, 400, apiError("api-bad-id"));
    return rtsp.kick(id) ? sendOk(reply) : sendError(reply, 404, apiError("api-session-not-found"));
  });
}

/** A connection, with the names of MediaMTX's older versions too. */
function printConnection(connection: RtspConnectionView): object {
  const { inboundBytes, outboundBytes } = connection;
  return { ...connection, created: printTime(connection.created), bytesReceived: inboundBytes, bytesSent: outboundBytes };
}

/** A session, with the names of MediaMTX's older versions too. */
function printSession(session: RtspSessionView): object {
  return {
    ...session,
    created: printTime(session.created),
    bytesReceived: session.inboundBytes,
    bytesSent: session.outboundBytes,
    rtpPacketsReceived: session.inboundRTPPackets,
    rtpPacketsSent: session.outboundRTPPackets,
    rtpPacketsLost: session.inboundRTPPacketsLost,
    rtpPacketsInError: session.inboundRTPPacketsInError,
    rtpPacketsJitter: session.inboundRTPPacketsJitter,
    rtcpPacketsReceived: session.inboundRTCPPackets,
    rtcpPacketsSent: session.outboundRTCPPackets,
    rtcpPacketsInError: session.inboundRTCPPacketsInError,
  };
}
