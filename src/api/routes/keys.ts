/** `/v3/auth/jwks/refresh`: the keys of tokens, fetched again at once. Does nothing where no tokens are asked for, as in MediaMTX. */
import type { FastifyInstance } from "fastify";
import { sendOk } from "../replies.ts";

/** Adds the route. */
export function addKeyRoute(server: FastifyInstance, refresh: () => Promise<void>): void {
  server.post("/v3/auth/jwks/refresh", async (_request, reply) => {
    await refresh();
    return sendOk(reply);
  });
}
