/**
 * `/v3/config`: the configuration in MediaMTX's shapes. Writes go to the file; `If-Match` with the `ETag` of an answer guards
 * against changes in between, `?dryRun=1` only checks. `Sluice-Saved: memory` says that there is no file to keep a change in.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { printValues } from "#config/print-value.ts";
import type { Config } from "#config/config.ts";
import type { ConfigSchema } from "#config/schema.ts";
import type { ConfigStore, LoadedConfig } from "#config/store/config-store.ts";
import { fillSecrets } from "#config/store/secrets.ts";
import { editYaml } from "#config/store/yaml-editor.ts";
import type { YamlEdit } from "#config/store/yaml-editor.ts";
import {
  addEdits,
  deleteEdits,
  globalEdits,
  patchEdits,
  pathDefaultsEdits,
  readSettings,
  replaceEdits,
  verifySettings,
} from "../configuration/json-edits.ts";
import { takeJson } from "../configuration/json-body.ts";
import { apiError } from "../errors.ts";
import { paginate } from "../pagination.ts";
import { sendOk } from "../replies.ts";

/** Largest body: a path has a few kilobytes of settings, and a configuration can't be larger than this. */
const MAX_BODY_BYTES = 512 * 1024;

/** The configuration, and what it may hold. */
export interface Configuration {
  readonly store: ConfigStore;
  readonly schema: ConfigSchema;
}

interface ByName {
  readonly Params: { readonly "*": string };
}

/** What a write does to the text, and which settings must hold afterwards. */
interface Write {
  readonly edits: (before: LoadedConfig) => readonly YamlEdit[];
  readonly verify?: (after: LoadedConfig) => void;
}

/** Adds the routes. */
export function addConfigurationRoutes(server: FastifyInstance, configuration: Configuration): void {
  void server.register((scope, _options, done) => {
    takeJson(scope);
    addReads(scope, configuration);
    addGlobalWrites(scope, configuration);
    addPathWrites(scope, configuration);
    done();
  });
}

function addReads(server: FastifyInstance, { store, schema }: Configuration): void {
  const path = (config: Config, name: string) => ({ name, ...printValues(schema.pathKnown, config.valuesOf(name) ?? {}) });
  const tag = (reply: FastifyReply): Config => {
    void reply.header("ETag", `"${store.etag}"`);
    return store.inForce.config;
  };
  server.get("/v3/config/global/get", (_request, reply) => printValues(schema.globalKnown, tag(reply).values));
  // MediaMTX has a name there too, an empty one.
  server.get("/v3/config/pathdefaults/get", (_request, reply) => ({
    name: "",
    ...printValues(schema.pathKnown, tag(reply).pathDefaults),
  }));
  server.get<{ Querystring: Readonly<Record<string, unknown>> }>("/v3/config/paths/list", (request, reply) => {
    const config = tag(reply);
    const names = config.paths.map(({ name }) => name).sort((a, b) => (a < b ? -1 : 1));
    const { items, ...page } = paginate(names, request.query);
    return { ...page, items: items.map((name) => path(config, name)) };
  });
  server.get<ByName>("/v3/config/paths/get/*", (request, reply) => {
    const name = nameOf(request);
    const config = tag(reply);
    if (config.valuesOf(name) === undefined) throw apiError("api-path-config-not-found");
    return path(config, name);
  });
}

function addGlobalWrites(server: FastifyInstance, configuration: Configuration): void {
  const { store, schema } = configuration;
  server.patch("/v3/config/global/patch", { bodyLimit: MAX_BODY_BYTES }, (request, reply) => {
    const body = readSettings(request.body);
    return write(
      store,
      { request, reply },
      {
        edits: ({ config }) => globalEdits(schema, config, body),
        verify: ({ config }) => verifySettings(body, schema.globalKnown, config.values),
      },
    );
  });
  server.patch("/v3/config/pathdefaults/patch", { bodyLimit: MAX_BODY_BYTES }, (request, reply) => {
    const body = readSettings(request.body);
    return write(
      store,
      { request, reply },
      {
        edits: ({ config }) => pathDefaultsEdits(schema, config, body),
        verify: ({ config }) => verifySettings(body, schema.pathKnown, config.pathDefaults),
      },
    );
  });
}

function addPathWrites(server: FastifyInstance, { store, schema }: Configuration): void {
  const options = { bodyLimit: MAX_BODY_BYTES };
  const makers = { add: addEdits, patch: patchEdits, replace: replaceEdits };
  const change = (kind: keyof typeof makers) => (request: FastifyRequest<ByName>, reply: FastifyReply) => {
    const [name, body] = [nameOf(request), readSettings(request.body)];
    return write(
      store,
      { request, reply },
      {
        edits: (before) => makers[kind](schema, before, { name, body }),
        verify: ({ config }) => verifySettings(body, schema.pathKnown, config.valuesOf(name)),
      },
    );
  };
  server.post<ByName>("/v3/config/paths/add/*", options, change("add"));
  server.patch<ByName>("/v3/config/paths/patch/*", options, change("patch"));
  server.post<ByName>("/v3/config/paths/replace/*", options, change("replace"));
  server.delete<ByName>("/v3/config/paths/delete/*", (request, reply) => {
    const name = nameOf(request);
    return write(store, { request, reply }, { edits: (before) => deleteEdits(before, name) });
  });
}

async function write(
  store: ConfigStore,
  call: { request: FastifyRequest; reply: FastifyReply },
  { edits, verify }: Write,
): Promise<FastifyReply> {
  const { request, reply } = call;
  const outcome = await store.change({
    by: "api",
    ifMatch: request.headers["if-match"],
    dryRun: isDryRun(request),
    edit: (before) => fillSecrets(editYaml(before.text, edits(before)), before.text),
    ...(verify && { verify }),
  });
  void reply.header("ETag", `"${outcome.etag}"`);
  if (outcome.saved === "memory") void reply.header("Sluice-Saved", "memory");
  return sendOk(reply);
}

/** Whether a request only wants to know what would happen. */
function isDryRun(request: FastifyRequest): boolean {
  const query = request.query as Readonly<Record<string, unknown>>; // Fastify's parser makes nothing else
  return ["1", "true", "yes", ""].includes(String(query["dryRun"]));
}

function nameOf(request: FastifyRequest<ByName>): string {
  const name = request.params["*"];
  if (name === "") throw apiError("api-bad-name");
  return name;
}
