/**
 * `/readyz`: 200 when all that is wanted is open and nothing of the box has failed, 503 with the names of what isn't so.
 * `/healthz`: 200 while everything this process is there for works, 503 with what doesn't. Says nothing secret. A configuration
 * that can't be used doesn't keep anything from working, since the former one stays in force; it is told beside.
 */
import type { FastifyInstance } from "fastify";
import type { HealthView } from "../views.ts";
import { printTime } from "../replies.ts";

/** Adds the routes. */
export function addHealthRoute(server: FastifyInstance, health: HealthView): void {
  server.get("/readyz", (_request, reply) => {
    const opening = health.opened() ? [] : ["start"];
    const closed = health.check().filter((check) => !check.ok);
    const failed = health.box().filter(({ finding }) => finding?.severity === "failed");
    const names = [...new Set([...opening, ...[...closed, ...failed].map(({ name }) => name)])];
    return reply
      .code(names.length === 0 ? 200 : 503)
      .header("Cache-Control", "no-store")
      .send({ status: names.length === 0 ? "ready" : "not ready", failed: names });
  });
  server.get("/healthz", (_request, reply) => {
    const failed = health.check().filter((check) => !check.ok);
    const { failure } = health.config;
    const body = {
      status: failed.length === 0 ? "ok" : "failed",
      failed: failed.map(({ name, reason }) => ({ name, reason })),
      configuration:
        failure === undefined
          ? { status: "ok" }
          : {
              status: "failed",
              at: printTime(failure.at),
              codes: [...new Set(failure.problems.filter(({ severity }) => severity === "error").map(({ error }) => error.code))],
            },
    };
    return reply
      .code(failed.length === 0 ? 200 : 503)
      .header("Cache-Control", "no-store")
      .send(body);
  });
}
