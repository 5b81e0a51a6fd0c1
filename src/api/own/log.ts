/** `/api/log`: the newest lines, as a list, as a stream, as a file. */
import type { FastifyInstance } from "fastify";
import type { LogLevel, LogLine, LogTail } from "../contract/log.ts";
import { lastEventId } from "./event-stream.ts";
import type { OwnApi } from "./parts.ts";

const admin = { config: { role: "admin" } } as const;
const levels: readonly LogLevel[] = ["error", "warn", "info", "debug"];

interface Query {
  readonly Querystring: Readonly<Record<string, string | undefined>>;
}

/** Adds the routes. */
export function addLogRoutes(server: FastifyInstance, { log, streams }: OwnApi): void {
  server.get<Query>("/api/log", admin, (request): LogTail => {
    const { lines, missed } = log.since(lastEventId(request));
    const limit = Number(request.query["limit"] ?? lines.length);
    const wanted = lines.filter(filterOf(request.query));
    return { lines: limit >= 0 ? wanted.slice(Math.max(0, wanted.length - limit)) : wanted, newest: log.newest, missed };
  });
  server.get<Query>("/api/log/stream", admin, (request, reply) => {
    const wanted = filterOf(request.query);
    streams.open({ request, reply }, (send) => {
      const tell = (line: LogLine): void => {
        if (wanted(line)) send({ event: "line", id: line.id, data: line });
      };
      const { lines, missed } = log.since(lastEventId(request));
      if (missed) send({ event: "missed", data: {} });
      for (const line of lines) tell(line);
      return log.onLine(tell);
    });
  });
  server.get("/api/log/download", admin, (_request, reply) => {
    void reply.type("text/plain; charset=utf-8").header("Content-Disposition", 'attachment; filename="sluice.log"');
    return log
      .since(undefined)
      .lines.map(({ text }) => `${text}\n`)
      .join("");
  });
}

function filterOf(query: Readonly<Record<string, string | undefined>>): (line: LogLine) => boolean {
  const { camera, level } = query;
  const most = levels.findIndex((name) => name === level);
  return (line) => (camera === undefined || line.camera === camera) && (most === -1 || levels.indexOf(line.level) <= most);
}
