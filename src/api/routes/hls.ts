/** `/v3/hlsmuxers`, `/v3/hlssessions`: which streams are served over HLS, and to whom. */
import type { FastifyInstance } from "fastify";
import type { HlsMuxerView, HlsSessionView, HlsView } from "#base/views/clients.ts";
import { apiError } from "../errors.ts";
import { paginate } from "../pagination.ts";
import { addWhileRunning } from "./while-running.ts";
import { printTime, sendError, sendOk } from "../replies.ts";

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface Query {
  readonly Querystring: Readonly<Record<string, unknown>>;
}

interface ById {
  readonly Params: { readonly id: string };
}

interface ByPath {
  readonly Params: { readonly "*": string };
}

/** Adds the routes; they are there while the server runs. */
export function addHlsRoutes(server: FastifyInstance, running: () => HlsView | undefined): void {
  const hls: HlsView = {
    muxers: () => running()?.muxers() ?? [],
    sessions: () => running()?.sessions() ?? [],
    kick: (id) => running()?.kick(id) ?? false,
  };
  addWhileRunning(
    server,
    () => running() !== undefined,
    (routes) => addRoutes(routes, hls),
  );
}

function addRoutes(server: FastifyInstance, hls: HlsView): void {
  server.get<Query>("/v3/hlsmuxers/list", (request) => {
    const { items, ...page } = paginate(hls.muxers(), request.query);
    return { ...page, items: items.map(printMuxer) };
  });
  server.get<ByPath>("/v3/hlsmuxers/get/*", (request, reply) => {
    const found = hls.muxers().find(({ path }) => path === request.params["*"]);
    return found === undefined ? sendError(reply, 404, apiError("api-muxer-not-found")) : printMuxer(found);
  });
  server.get<Query>("/v3/hlssessions/list", (request) => {
    const { items, ...page } = paginate(hls.sessions(), request.query);
    return { ...page, items: items.map(printSession) };
  });
  server.get<ById>("/v3/hlssessions/get/:id", (request, reply) => {
    const { id } = request.params;
    if (!UUID.test(id)) return sendError(reply, 400, apiError("api-bad-id"));
    const found = hls.sessions().find((session) => session.id === id);
    return found === undefined ? sendError(reply, 404, apiError("api-session-not-found")) : printSession(found);
  });
  server.post<ById>("/v3/hlssessions/kick/:id", (request, reply) => {
    const { id } = request.params;
    if (!UUID.test(id)) return sendError(reply, 400, apiError("api-bad-id"));
    return hls.kick(id) ? sendOk(reply) : sendError(reply, 404, apiError("api-session-not-found"));
  });
}

/** A muxer, with the names of MediaMTX's older versions too. */
function printMuxer(muxer: HlsMuxerView): object {
  const { created, lastRequest, outboundBytes } = muxer;
  return { ...muxer, created: printTime(created), lastRequest: printTime(lastRequest), bytesSent: outboundBytes };
}

function printSession(session: HlsSessionView): object {
  return { ...session, created: printTime(session.created) };
}
