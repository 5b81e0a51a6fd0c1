/** `/v3/paths`: what flows where. */
import type { FastifyInstance } from "fastify";
import type { PathsView, PathView } from "../views.ts";
import { apiError } from "../errors.ts";
import { paginate } from "../pagination.ts";
import { printTime, sendError } from "../replies.ts";

/** Adds the routes. */
export function addPathRoutes(server: FastifyInstance, paths: PathsView): void {
  server.get<{ Querystring: Readonly<Record<string, unknown>> }>("/v3/paths/list", (request) => {
    const { items, ...page } = paginate(paths.list(), request.query);
    return { ...page, items: items.map(printPath) };
  });
  server.get<{ Params: { "*": string } }>("/v3/paths/get/*", (request, reply) => {
    const name = request.params["*"];
    if (name === "") return sendError(reply, 400, apiError("api-bad-name"));
    const path = paths.find(name);
    return path === undefined ? sendError(reply, 404, apiError("api-path-not-found")) : printPath(path);
  });
}

/** A path as MediaMTX prints it, with the names of its older versions too. */
function printPath(path: PathView): object {
  const { ready, inboundBytes, outboundBytes } = path;
  const readyTime = ready && path.readySince !== undefined ? printTime(path.readySince) : null;
  const tracks = ready ? (path.stream?.tracks ?? []) : [];
  const tracks2 = tracks.map((track) => ({ codec: track.name, codecProps: propsOf(track.props()) }));
  return {
    name: path.name,
    confName: path.options.name,
    available: ready,
    availableTime: readyTime,
    online: ready,
    onlineTime: readyTime,
    source: path.source === undefined ? null : { type: path.source.type, id: path.source.id },
    tracks2,
    readers: path.readers.map(({ type, id }) => ({ type, id })),
    inboundBytes,
    outboundBytes,
    inboundFramesInError: path.stream?.inboundInError ?? 0,
    ready,
    readyTime,
    tracks: tracks2.map((track) => track.codec),
    bytesReceived: inboundBytes,
    bytesSent: outboundBytes,
  };
}

/** A codec that says nothing about itself has `null`, not an empty object. */
function propsOf(props: object): object | null {
  return Object.keys(props).length === 0 ? null : props;
}
