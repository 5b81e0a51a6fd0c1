/** `/v3/info`: which program this is and since when it runs. */
import type { FastifyInstance } from "fastify";
import type { ProgramView } from "../contract.ts";
import { printTime } from "../replies.ts";

/** Adds the route. */
export function addInfoRoute(server: FastifyInstance, program: ProgramView): void {
  server.get("/v3/info", () => ({ version: program.version, started: printTime(program.startedAt) }));
}
