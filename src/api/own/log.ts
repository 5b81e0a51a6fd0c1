/** `/api/log`: the newest lines, as a list, as a stream, as a file; and older ones, out of the journal. */
import type { FastifyInstance } from "fastify";
import type { LogLevel, LogLine, LogTail, OlderLog } from "../contract/log.ts";
import { apiError } from "../errors.ts";
import { lastEventId } from "./event-stream.ts";
import type { LogHistory, OwnApi } from "./parts.ts";

/** Older lines of one answer, unless told, and at most. */
const OLDER = 200;
const MAX_OLDER = 5000;

const admin = { config: { role: "admin" } } as const;
const levels: readonly LogLevel[] = ["error", "warn", "info", "debug"];

interface Query {
  readonly Querystring: Readonly<Record<string, string | undefined>>;
}

/** Adds the routes. */
export function addLogRoutes(server: FastifyInstance, { log, logHistory, streams }: OwnApi): void {
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
  server.get<Query>("/api/log/older", admin, ({ query }): Promise<OlderLog> => older(query, logHistory));
  server.get("/api/log/download", admin, async (_request, reply) => {
    void reply.type("text/plain; charset=utf-8").header("Content-Disposition", 'attachment; filename="sluice.log"');
    const tail = log.since(undefined).lines;
    const before = tail[0]?.at ?? 0;
    const kept = (await logHistory?.before({ before, lines: MAX_OLDER, level: undefined })) ?? [];
    return [...kept, ...tail].map(({ text }) => `${text}\n`).join("");
  });
}

async function older(query: Query["Querystring"], history: LogHistory | undefined): Promise<OlderLog> {
  if (history === undefined) return { lines: [], journal: false, more: false };
  const [before, limit] = [Number(query["before"] ?? "NaN"), Number(query["limit"] ?? OLDER)];
  if (!Number.isSafeInteger(before) || before < 0) throw apiError("api-bad-query", { details: { name: "before" } });
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_OLDER)
    throw apiError("api-bad-query", { details: { name: "limit" } });
  const level = levels.find((name) => name === query["level"]);
  const found = await history.before({ before, lines: limit, level: level === "debug" ? undefined : level });
  if (found === undefined) throw apiError("api-log-busy");
  return { lines: found.filter(filterOf(query)), journal: true, more: found.length >= limit };
}

function filterOf(query: Readonly<Record<string, string | undefined>>): (line: LogLine) => boolean {
  const { camera, level } = query;
  const most = levels.findIndex((name) => name === level);
  return (line) => (camera === undefined || line.camera === camera) && (most === -1 || levels.indexOf(line.level) <= most);
}
