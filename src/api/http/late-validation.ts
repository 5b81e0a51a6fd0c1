/**
 * Fastify's own validation of bodies, loaded and compiled when the first request needs it: five routes have one, while to load and
 * compile it with each listener took a fifth of the time of a start. Nothing is serialised by schema.
 */
import type { FastifyInstance, FastifySchemaCompiler, FastifyServerOptions } from "fastify";

/** What a server is made with, so that it loads neither by itself. */
export const noCompilers: NonNullable<FastifyServerOptions["schemaController"]> = {
  compilersFactory: {
    buildValidator: (): never => {
      throw new TypeError("late validation is in its place");
    },
    buildSerializer: () => () => JSON.stringify,
  },
};

/** Has a server validate so: a request of a route with a schema waits for the library, then is validated as ever. */
export function validateLate(server: FastifyInstance): void {
  let library: FastifySchemaCompiler<unknown> | undefined;
  const load = async (): Promise<void> => {
    if (library !== undefined) return;
    const { default: compilers } = await import("@fastify/ajv-compiler");
    const compile = compilers()({}, { customOptions: {} });
    library ??= (part) => compile(part);
  };
  server.addHook("onRoute", (route) => {
    if (route.schema !== undefined) route.preValidation = [load, route.preValidation ?? []].flat();
  });
  server.setValidatorCompiler((part) => {
    let compiled: ReturnType<FastifySchemaCompiler<unknown>> | undefined;
    const validate: ReturnType<FastifySchemaCompiler<unknown>> = (data: unknown) => {
      if (library === undefined) throw new TypeError("a body is validated before the library is loaded");
      compiled ??= library(part);
      const sound = compiled(data);
      validate.errors = compiled.errors ?? null;
      return sound;
    };
    return validate;
  });
}
