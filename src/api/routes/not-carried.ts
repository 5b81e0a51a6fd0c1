/**
 * Routes of MediaMTX for what Sluice doesn't have: recordings, forwarding, RTMP, SRT, MoQ. They answer as MediaMTX does where
 * nobody uses them, so that a client which asks for everything finds empty lists and not a failure. Those of a protocol are
 * there while the configuration has it on, as in MediaMTX.
 */
import type { FastifyInstance } from "fastify";
import type { Config } from "#config/config.ts";
import { streamError } from "#streams/errors.ts";
import { pathNameFault, PathTable } from "#streams/path-name.ts";
import { apiError } from "../errors.ts";
import { isServedThere, notCarriedClients } from "../not-carried.ts";
import { paginate, parameterOf } from "../pagination.ts";
import type { PathsView } from "../views.ts";
import { addWhileRunning } from "./while-running.ts";

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

interface Query {
  readonly Querystring: Readonly<Record<string, unknown>>;
}

/** Adds the routes. */
export function addNotCarriedRoutes(server: FastifyInstance, config: () => Config, paths: PathsView): void {
  addRecordingRoutes(server, config);
  addForwardRoutes(server, paths);
  for (const kind of notCarriedClients) {
    const clients = kind.replace("_", "");
    const notFound = kind === "moq_sessions" ? "api-session-not-found" : "api-connection-not-found";
    addWhileRunning(
      server,
      () => isServedThere(kind, config()),
      (routes) => {
        const find = ({ params }: { params: { readonly id: string } }): never => {
          throw apiError(UUID.test(params.id) ? notFound : "api-bad-id");
        };
        routes.get<Query>(`/v3/${clients}/list`, ({ query }) => paginate([], query));
        routes.get<{ Params: { readonly id: string } }>(`/v3/${clients}/get/:id`, find);
        routes.post<{ Params: { readonly id: string } }>(`/v3/${clients}/kick/:id`, find);
      },
    );
  }
}

function addRecordingRoutes(server: FastifyInstance, config: () => Config): void {
  server.get<Query>("/v3/recordings/list", ({ query }) => paginate([], query));
  server.get<{ Params: { "*": string } }>("/v3/recordings/get/*", ({ params }) => {
    const name = params["*"];
    if (name === "") throw apiError("api-bad-name");
    requireConfigured(config(), name);
    return { name, segments: [] };
  });
  server.delete<Query>("/v3/recordings/deletesegment", ({ query }) => {
    const start = textOf(query, "start");
    if (!TIME.test(start) || Number.isNaN(Date.parse(start))) throw apiError("api-bad-time");
    requireConfigured(config(), textOf(query, "path"));
    throw apiError("api-no-recording");
  });
}

function addForwardRoutes(server: FastifyInstance, paths: PathsView): void {
  const requirePath = (name: string): void => {
    if (name === "") throw apiError("api-bad-path");
    if (paths.find(name) === undefined) throw apiError("api-path-not-found");
  };
  server.get<Query>("/v3/paths/forward/list", ({ query }) => {
    requirePath(textOf(query, "path"));
    return paginate([], query);
  });
  server.get<Query>("/v3/paths/forward/get", ({ query }) => {
    if (!UUID.test(textOf(query, "id"))) throw apiError("api-bad-id");
    requirePath(textOf(query, "path"));
    throw apiError("api-destination-not-found");
  });
}

/** Throws where no entry of the configuration serves `path`. */
function requireConfigured({ paths }: Config, path: string): void {
  const reason = pathNameFault(path);
  if (reason !== undefined) throw streamError("path-name-invalid", { details: { path, reason } });
  if (new PathTable(paths).match(path) === undefined) throw streamError("path-not-configured", { details: { path } });
}

function textOf(query: Query["Querystring"], parameter: string): string {
  const value = parameterOf(query, parameter);
  return typeof value === "string" ? value : "";
}
