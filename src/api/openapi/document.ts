/** The OpenAPI 3.1 document of everything this process answers, put together from the table of calls, the shapes and the options. */
import type { FastifyInstance } from "fastify";
import type { ConfigSchema } from "#config/schema.ts";
import { mediamtxShapes } from "./mediamtx-shapes.ts";
import { operations } from "./operations.ts";
import type { Operation } from "./operations.ts";
import { ownShapes } from "./own-shapes.ts";
import { ref, text } from "./shapes.ts";
import type { Shape } from "./shapes.ts";

/** Adds the route that serves it. */
export function addOpenApiRoute(server: FastifyInstance, schema: ConfigSchema, version: string): void {
  let document: Shape | undefined;
  server.get("/api/openapi.json", { config: { role: "viewer" } }, () => (document ??= openApiDocument(schema, version)));
}

/** Makes the document. */
export function openApiDocument(schema: ConfigSchema, version: string): Shape {
  const paths: Record<string, Record<string, Shape>> = {};
  for (const operation of operations) {
    const path = (paths[templateOf(operation.path)] ??= {});
    path[operation.method.toLowerCase()] = describe(operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version,
      description:
        "Below /v3, MediaMTX's API field for field. Below /api, Sluice's own. Writes of the configuration go to the file; If-Match guards them, dryRun=1 only checks.",
    },
    security: [{ basic: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: { basic: { type: "http", scheme: "basic" }, bearer: { type: "http", scheme: "bearer" } },
      schemas: { ...mediamtxShapes(schema), ...ownShapes },
    },
  };
}

/** Fastify's `:id` and `*` in OpenAPI's braces. */
function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}").replace(/\*$/, "{name}");
}

function describe(operation: Operation): Shape {
  const { summary, role, query = [], body, path } = operation;
  const inPath = [...templateOf(path).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: text,
  }));
  const inQuery = query.map((name) => ({ name, in: "query", required: false, schema: text }));
  const guard = query.includes("dryRun") ? [{ name: "If-Match", in: "header", required: false, schema: text }] : [];
  return {
    summary,
    tags: [path.startsWith("/v3/") ? "MediaMTX" : "Sluice"],
    ...(role === undefined ? {} : { "x-role": role }),
    parameters: [...inPath, ...inQuery, ...guard],
    ...(body === undefined ? {} : { requestBody: { content: { "application/json": { schema: body } } } }),
    responses: responsesOf(operation),
  };
}

function responsesOf({ status = 200, answer, type = "application/json", path }: Operation): Shape {
  const empty = answer === undefined && type === "application/json";
  const error = { "application/json": { schema: ref(path.startsWith("/v3/") ? "Error" : "ErrorAnswer") } };
  return {
    [String(status)]: { description: "Done.", ...(empty ? {} : { content: { [type]: { schema: answer ?? text } } }) },
    default: { description: "Refused; the body says why.", content: error },
  };
}
