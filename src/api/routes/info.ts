/** `/v3/info`: which program this is, since when it runs, and which configuration it runs with. */
import type { FastifyInstance } from "fastify";
import type { ConfigStatusView, ProgramView } from "../views.ts";
import { printTime } from "../replies.ts";

/** Problems that are shown; whoever has more reads the first ones anyway. */
const MAX_PROBLEMS = 20;

/** Adds the route. */
export function addInfoRoute(server: FastifyInstance, program: ProgramView, config: ConfigStatusView): void {
  server.get("/v3/info", () => ({
    version: program.version,
    started: printTime(program.startedAt),
    configuration: {
      file: config.file ?? null,
      version: config.version,
      loaded: printTime(config.loadedAt),
      reloads: config.reloads,
      failures: config.failures,
      failed: config.failure === undefined ? null : printFailure(config.failure),
    },
  }));
}

function printFailure({ at, problems }: NonNullable<ConfigStatusView["failure"]>): object {
  const errors = problems.filter(({ severity }) => severity === "error");
  return {
    at: printTime(at),
    errors: errors.slice(0, MAX_PROBLEMS).map(({ error, origin, path }) => ({
      code: error.code,
      error: error.message,
      remedy: error.remedy("en"),
      key: path,
      ...(origin.kind === "file" ? { file: origin.file, line: origin.line, column: origin.column } : {}),
    })),
  };
}
