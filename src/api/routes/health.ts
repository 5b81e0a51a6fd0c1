/** `/healthz`: 200 while everything this process is there for works, 503 with what doesn't. Says nothing secret. */
import type { FastifyInstance } from "fastify";
import type { HealthView } from "../contract.ts";

/** Adds the route. */
export function addHealthRoute(server: FastifyInstance, health: HealthView): void {
  server.get("/healthz", (_request, reply) => {
    const failed = health.check().filter((check) => !check.ok);
    const body = { status: failed.length === 0 ? "ok" : "failed", failed: failed.map(({ name, reason }) => ({ name, reason })) };
    return reply
      .code(failed.length === 0 ? 200 : 503)
      .header("Cache-Control", "no-store")
      .send(body);
  });
}
