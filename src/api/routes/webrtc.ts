/** `/v3/webrtcsessions`: who watches or publishes over WebRTC. */
import type { FastifyInstance } from "fastify";
import type { WebRtcSessionView, WebRtcView } from "#base/views/clients.ts";
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

/** Adds the routes; they are there while the server runs. */
export function addWebRtcRoutes(server: FastifyInstance, running: () => WebRtcView | undefined): void {
  const webrtc: WebRtcView = {
    sessions: () => running()?.sessions() ?? [],
    kick: (id) => running()?.kick(id) ?? false,
  };
  addWhileRunning(
    server,
    () => running() !== undefined,
    (routes) => addRoutes(routes, webrtc),
  );
}

function addRoutes(server: FastifyInstance, webrtc: WebRtcView): void {
  server.get<Query>("/v3/webrtcsessions/list", (request) => {
    const { items, ...page } = paginate(webrtc.sessions(), request.query);
    return { ...page, items: items.map(printSession) };
  });
  server.get<ById>("/v3/webrtcsessions/get/:id", (request, reply) => {
    const { id } = request.params;
    if (!UUID.test(id)) return sendError(reply, 400, apiError("api-bad-id"));
    const found = webrtc.sessions().find((session) => session.id === id);
    return found === undefined ? sendError(reply, 404, apiError("api-session-not-found")) : printSession(found);
  });
  server.post<ById>("/v3/webrtcsessions/kick/:id", (request, reply) => {
    const { id } = request.params;
    if (!UUID.test(id)) return sendError(reply, 400, apiError("api-bad-id"));
    return webrtc.kick(id) ? sendOk(reply) : sendError(reply, 404, apiError("api-session-not-found"));
  });
}

/** A session, with the names of MediaMTX's older versions too. */
function printSession(session: WebRtcSessionView): object {
  return {
    ...session,
    created: printTime(session.created),
    bytesReceived: session.inboundBytes,
    bytesSent: session.outboundBytes,
    rtpPacketsReceived: session.inboundRTPPackets,
    rtpPacketsSent: session.outboundRTPPackets,
    rtpPacketsLost: session.inboundRTPPacketsLost,
    rtpPacketsJitter: session.inboundRTPPacketsJitter,
    rtcpPacketsReceived: session.inboundRTCPPackets,
    rtcpPacketsSent: session.outboundRTCPPackets,
  };
}
