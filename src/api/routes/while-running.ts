/** Routes of a server that may come and go while the API runs: without it they answer as if they weren't there. */
import type { FastifyInstance } from "fastify";

/** Adds routes that are there while `running` says so. */
export function addWhileRunning(server: FastifyInstance, running: () => boolean, add: (routes: FastifyInstance) => void): void {
  void server.register((routes, _options, done) => {
    routes.addHook("onRequest", (_request, reply, next) => {
      if (running()) next();
      else reply.callNotFound();
    });
    add(routes);
    done();
  });
}
