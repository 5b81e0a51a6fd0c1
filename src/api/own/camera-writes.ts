/** Cameras added, changed, removed and put in order: each is an entry of the configuration. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { parseRtspUrl, printHost, type RtspUrl } from "#formats/rtsp-message/url.ts";
import type { LoadedConfig } from "#config/store/config-store.ts";
import { storeError } from "#config/store/errors.ts";
import { fillSecrets } from "#config/store/secrets.ts";
import { editYaml, plainValues } from "#config/store/yaml-editor.ts";
import type { PlainValue, YamlEdit } from "#config/store/yaml-editor.ts";
import { addEdits, deleteEdits, patchEdits, readSettings } from "../configuration/json-edits.ts";
import type { Settings } from "../configuration/json-edits.ts";
import type { ConfigChange } from "../contract/config.ts";
import { apiError } from "../errors.ts";
import { changed } from "./config-text.ts";
import type { OwnApi } from "./parts.ts";

const admin = { config: { role: "admin" } } as const;

interface ByName {
  readonly Params: { readonly name: string };
}

/** Adds the routes. */
export function addCameraWrites(server: FastifyInstance, api: OwnApi): void {
  const { schema } = api.configuration;
  server.post("/api/cameras", admin, async (request, reply) => {
    const fields = readSettings(request.body);
    const name = textField(fields, "name");
    if (name === undefined || name === "") throw apiError("api-bad-name");
    void reply.code(201);
    return write(api, { request, reply }, (before) => addEdits(schema, before, { name, body: settingsOf(fields, undefined) }));
  });
  server.patch<ByName>("/api/cameras/:name", admin, (request, reply) => {
    const { name } = request.params;
    const fields = readSettings(request.body);
    return write(api, { request, reply }, (before) => {
      const path = before.config.paths.find((candidate) => candidate.name === name);
      if (path === undefined) throw apiError("api-camera-not-found");
      const body = settingsOf(fields, path.source);
      const to = textField(fields, "name") ?? name;
      return [...patchEdits(schema, before, { name, body }), ...(to === name ? [] : renameEdits(before, name, to))];
    });
  });
  server.delete<ByName>("/api/cameras/:name", admin, (request, reply) => {
    const { name } = request.params;
    return write(api, { request, reply }, (before) => {
      if (before.config.valuesOf(name) === undefined) throw apiError("api-camera-not-found");
      return deleteEdits(before, name);
    });
  });
  server.put("/api/camera-order", admin, (request, reply) => {
    const names = readSettings(request.body)["names"];
    if (!isTextList(names)) throw apiError("api-bad-body", { details: { reason: "names" } });
    return write(api, { request, reply }, () => [{ kind: "order", at: ["paths"], keys: names }]);
  });
}

async function write(
  api: OwnApi,
  call: { request: FastifyRequest; reply: FastifyReply },
  edits: (before: LoadedConfig) => readonly YamlEdit[],
): Promise<ConfigChange> {
  const { request, reply } = call;
  const query = request.query as Readonly<Record<string, unknown>>; // Fastify's parser makes nothing else
  const outcome = await api.configuration.store.change({
    by: "api",
    ifMatch: request.headers["if-match"],
    dryRun: query["dryRun"] === "1",
    edit: (before) => fillSecrets(editYaml(before.text, edits(before)), before.text),
  });
  return changed(api, outcome, reply);
}

/** Fields of a camera as settings of its path; `source` is the present one. */
function settingsOf(fields: Settings, source: string | undefined): Settings {
  const settings: Record<string, PlainValue> = {};
  const known = ["name", "label", "address", "user", "password", "transport", "onDemand", "enabled", "subStream"];
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown !== undefined) throw apiError("api-unknown-field", { details: { key: unknown.slice(0, 80), hint: "" } });
  const label = textField(fields, "label");
  const subStream = textField(fields, "subStream");
  const transport = textField(fields, "transport");
  if (label !== undefined) settings["label"] = label === "" ? null : label;
  if (subStream !== undefined) settings["subStream"] = subStream === "" ? null : subStream;
  if (transport !== undefined) settings["rtspTransport"] = transport;
  if (fields["onDemand"] !== undefined) settings["sourceOnDemand"] = fields["onDemand"];
  if (fields["enabled"] !== undefined) settings["enable"] = fields["enabled"];
  const address = addressOf(fields, source);
  if (address !== undefined) settings["source"] = address;
  return settings;
}

/** The source's address with credentials; what isn't said stays, but a password stays with its host only. */
function addressOf(fields: Settings, source: string | undefined): string | undefined {
  const [address, user, password] = [textField(fields, "address"), textField(fields, "user"), textField(fields, "password")];
  if (address === undefined && user === undefined && password === undefined) return undefined;
  if (address === "" || address === "publisher") return "publisher";
  const old = source?.includes("://") === true ? parseRtspUrl(source) : undefined;
  const next = address === undefined ? old : parseRtspUrl(address.includes("://") ? address : `rtsp://${address}`);
  if (next === undefined) throw apiError("api-bad-body", { details: { reason: "address" } });
  const elsewhere = old !== undefined && (old.host !== next.host || old.port !== next.port);
  if (elsewhere && old.password !== undefined && (password ?? next.password) === undefined) {
    throw storeError("config-secret-elsewhere", { details: { key: "source" } });
  }
  return printAddress(next, [{ user, password }, next, elsewhere ? { user: old.user } : (old ?? {})]);
}

/** The address with the first user and the first password that is given. */
function printAddress(
  url: RtspUrl,
  from: readonly { readonly user?: string | undefined; readonly password?: string | undefined }[],
): string {
  const user = from.map((account) => account.user).find((given) => given !== undefined) ?? "";
  const password = from.map((account) => account.password).find((given) => given !== undefined) ?? "";
  const known = user === "" ? "" : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return `${url.scheme}://${known}${printHost(url)}${url.pathAndQuery}`;
}

/** Everything that names the path follows it. */
function renameEdits(before: LoadedConfig, from: string, to: string): readonly YamlEdit[] {
  if (before.config.valuesOf(to) !== undefined) throw storeError("config-path-exists");
  const { paths } = before.config;
  const follow = paths.filter(({ subStream }) => subStream === from).map(({ name }) => name);
  const redirect = paths.filter(({ sourceRedirect }) => sourceRedirect === `/${from}`).map(({ name }) => name);
  return [
    ...follow.map((name): YamlEdit => ({ kind: "set", at: ["paths", name, "subStream"], value: to })),
    ...redirect.map((name): YamlEdit => ({ kind: "set", at: ["paths", name, "sourceRedirect"], value: `/${to}` })),
    ...permissionEdits(before, from, to),
    { kind: "rename", at: ["paths", from], to },
  ];
}

/** Users whose permissions are limited to the path. */
function permissionEdits(before: LoadedConfig, from: string, to: string): readonly YamlEdit[] {
  const root = plainValues(before.text);
  const users = isMap(root) ? root["authInternalUsers"] : undefined;
  if (!Array.isArray(users) || !JSON.stringify(users).includes(JSON.stringify(from))) return [];
  const renamed = JSON.parse(JSON.stringify(users), (key, value: unknown) =>
    key === "path" && value === from ? to : value,
  ) as PlainValue;
  return [{ kind: "set", at: ["authInternalUsers"], value: renamed }];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTextList(value: PlainValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function textField(fields: Settings, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string")
    throw apiError("api-field-type", { details: { key: name, expected: "string", found: typeof value } });
  return value;
}
