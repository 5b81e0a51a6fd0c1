/** What is going on: cameras, readers, memory, the box, events, and what viewers experience. */
import type { FastifyInstance } from "fastify";
import type { CameraList } from "../contract/cameras.ts";
import type { Change, EventList } from "../contract/events.ts";
import type { ReaderList } from "../contract/readers.ts";
import type { ViewerList } from "../contract/viewers.ts";
import { apiError } from "../errors.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { sendOk } from "../replies.ts";
import { lastEventId } from "./event-stream.ts";
import type { OwnApi } from "./parts.ts";
import { readViewerReport } from "./viewer-report.ts";

const viewer = { config: { role: "viewer" } } as const;
const admin = { config: { role: "admin" } } as const;

interface ByName {
  readonly Params: { readonly name: string };
}

interface Query {
  readonly Querystring: Readonly<Record<string, string | undefined>>;
}

/** Adds the routes. */
export function addWatchingRoutes(server: FastifyInstance, api: OwnApi): void {
  addCameraReads(server, api.monitor);
  addReaders(server, api.monitor);
  addBox(server, api);
  addEvents(server, api);
  addViewers(server, api.monitor);
}

function addCameraReads(server: FastifyInstance, monitor: Monitor): void {
  server.get("/api/cameras", viewer, (): CameraList => ({ now: monitor.now(), cameras: monitor.cameras() }));
  server.get<ByName>("/api/cameras/:name", viewer, ({ params }) => found(monitor.camera(params.name)));
  server.get<ByName>("/api/cameras/:name/history", viewer, ({ params }) => found(monitor.history(params.name)));
  server.post<ByName>("/api/cameras/:name/retry", admin, ({ params }, reply) => {
    if (!monitor.retry(params.name)) throw apiError("api-camera-not-found");
    return sendOk(reply);
  });
}

function addReaders(server: FastifyInstance, monitor: Monitor): void {
  server.get<Query>("/api/readers", admin, ({ query }): ReaderList => ({
    now: monitor.now(),
    readers: monitor.readers(query["camera"]),
  }));
  server.post<{ Params: { readonly id: string } }>("/api/readers/:id/kick", admin, ({ params }, reply) => {
    if (!monitor.kick(params.id)) throw apiError("api-reader-not-found");
    return sendOk(reply);
  });
}

function addBox(server: FastifyInstance, { monitor, jobs }: OwnApi): void {
  server.get("/api/memory", viewer, () => monitor.memory());
  server.get("/api/device", viewer, () => monitor.snapshot({}).device);
  server.get("/api/health", viewer, () => monitor.snapshot({}).health);
  server.get("/api/jobs", viewer, () => jobs());
}

function addEvents(server: FastifyInstance, { monitor, streams }: OwnApi): void {
  const { events } = monitor;
  server.get<Query>("/api/events/list", viewer, (request): EventList => {
    const since = events.since(lastEventId(request));
    return { events: since.events, newest: events.newest, missedEvents: since.missed };
  });
  server.get<Query>("/api/events", viewer, (request, reply) => {
    const { camera, only } = request.query;
    streams.open({ request, reply }, (send) => {
      const snapshot = monitor.snapshot({ camera, after: lastEventId(request) });
      const stops = [events.onEvent((event) => send({ event: "happened", id: event.id, data: event }))];
      if (only === "events") {
        for (const event of snapshot.events) send({ event: "happened", id: event.id, data: event });
        return stopAll(stops);
      }
      send({ event: "snapshot", id: events.newest, data: snapshot });
      stops.push(
        monitor.onChange((change) => {
          const told = camera === undefined ? change : { ...change, camera: monitor.camera(camera) ?? null };
          if (saysSomething(told)) send({ event: "change", data: told });
        }),
      );
      return stopAll(stops);
    });
  });
}

function addViewers(server: FastifyInstance, monitor: Monitor): void {
  server.get("/api/viewers", admin, (): ViewerList => ({ now: monitor.now(), viewers: monitor.viewers.list() }));
  server.post("/api/viewers", viewer, (request, reply) => {
    const report = readViewerReport(request.body);
    const address = request.socket.remoteAddress ?? "";
    monitor.viewers.take(report, { address, userAgent: String(request.headers["user-agent"] ?? "").slice(0, 200) });
    return reply.code(204).send();
  });
}

function saysSomething(change: Change): boolean {
  return Object.keys(change).length > 1;
}

function stopAll(stops: readonly (() => void)[]): () => void {
  return () => {
    for (const stop of stops) stop();
  };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw apiError("api-camera-not-found");
  return value;
}
