/** `/api/config`: the configuration as text, checked, saved, rolled back, exported and imported. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { fileJsonSchema } from "#config/reference/json-schema.ts";
import type { ConfigOutcome } from "#config/store/config-store.ts";
import { storeError } from "#config/store/errors.ts";
import { isSealed } from "#config/store/sealed-text.ts";
import { fillSecrets, maskText } from "#config/store/secrets.ts";
import type { ConfigProblem } from "../contract/answers.ts";
import type { ConfigChange, ConfigCheck, ConfigHistory, ConfigText } from "../contract/config.ts";
import { readSettings } from "../configuration/json-edits.ts";
import { apiError } from "../errors.ts";
import { explainProblems } from "../explain.ts";
import { failureOf } from "../failures.ts";
import type { OwnApi } from "./parts.ts";

/** A configuration is 256 KiB at most; in JSON, escapes may double it, as base64 and line ends do an encrypted one. */
const MAX_BODY_BYTES = 600 * 1024;

const admin = { config: { role: "admin" }, bodyLimit: MAX_BODY_BYTES } as const;

/** Adds the routes. */
export function addConfigTextRoutes(server: FastifyInstance, api: OwnApi): void {
  const { store, schema } = api.configuration;
  server.get("/api/config", admin, (_request, reply) => readText(api, reply));
  server.get("/api/config/schema", admin, () => fileJsonSchema(schema));
  server.post("/api/config/check", admin, (request) => check(api, textOf(request)));
  server.put("/api/config", admin, (request, reply) => save(api, { request, reply }, textOf(request)));
  server.get("/api/config/export", admin, async (_request, reply) => {
    const { text } = await store.onDisk();
    void reply.type("application/yaml").header("Content-Disposition", 'attachment; filename="sluice.yml"');
    return maskText(text);
  });
  server.post("/api/config/export", admin, async (request, reply) => {
    const { text } = await store.onDisk();
    const sealed = await api.sealed.seal(text, passphraseOf(request) ?? "");
    void reply.type("application/json").header("Cache-Control", "no-store");
    void reply.header("Content-Disposition", 'attachment; filename="sluice-configuration.json"');
    return reply.send(sealed);
  });
  server.post("/api/config/import", admin, async (request, reply) =>
    save(api, { request, reply }, await importedText(api, request)),
  );
  server.get("/api/config/history", admin, () => history(api));
  server.post("/api/config/rollback", admin, (request, reply) => rollBack(api, { request, reply }));
}

async function readText({ configuration: { store } }: OwnApi, reply: FastifyReply): Promise<ConfigText> {
  const disk = await store.onDisk();
  const writable = await store.writable();
  void reply.header("ETag", `"${disk.etag}"`);
  return {
    file: store.file ?? null,
    readOnly: store.file === undefined ? "no-file" : writable ? null : "not-writable",
    text: maskText(disk.text),
    etag: disk.etag,
    problems: explainProblems(disk.problems),
    inForce: disk.inForce,
  };
}

/** What a text would do. */
async function check(api: OwnApi, text: string): Promise<ConfigCheck> {
  const { store } = api.configuration;
  try {
    const outcome = await store.change({
      by: "api",
      dryRun: true,
      overDisk: true,
      edit: ({ text: known }) => fillSecrets(text, known),
    });
    return { valid: true, problems: explainProblems(outcome.problems), changes: api.difference(outcome.config) };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    const whole: ConfigProblem[] = explainProblems([
      { severity: "error", error: failure.error, origin: { kind: "built-in" }, path: "" },
    ]).slice();
    const problems = failure.problems === undefined ? whole : explainProblems(failure.problems);
    const changes = { global: [], addedPaths: [], changedPaths: [], removedPaths: [], interrupted: [] };
    return { valid: false, problems, changes };
  }
}

async function save(
  api: OwnApi,
  call: { request: FastifyRequest; reply: FastifyReply },
  text: string,
): Promise<ConfigChange | ConfigCheck> {
  const { request, reply } = call;
  const query = request.query as Readonly<Record<string, unknown>>; // Fastify's parser makes nothing else
  if (query["dryRun"] === "1") return check(api, text);
  const ifMatch = request.headers["if-match"];
  const outcome = await api.configuration.store.change({
    by: "api",
    ifMatch,
    // Without a tag, only the configuration in force is replaced; with one, the very text it names.
    overDisk: ifMatch !== undefined,
    edit: ({ text: known }) => fillSecrets(text, known),
  });
  return changed(api, outcome, reply);
}

/** The answer of every write. */
export function changed({ configuration: { store } }: OwnApi, outcome: ConfigOutcome, reply: FastifyReply): ConfigChange {
  void reply.header("ETag", `"${outcome.etag}"`);
  return {
    status: "ok",
    etag: outcome.etag,
    saved: outcome.saved,
    file: store.file ?? null,
    problems: explainProblems(outcome.problems),
    restartNeeded: outcome.restartNeeded,
  };
}

async function history({ configuration: { store } }: OwnApi): Promise<ConfigHistory> {
  const backups = await store.history();
  return {
    backups: backups.map(({ text, savedAt }) => {
      const etag = store.etagOf(text);
      return { id: etag, savedAt: Math.round(savedAt), bytes: Buffer.byteLength(text), etag };
    }),
  };
}

async function rollBack(api: OwnApi, call: { request: FastifyRequest; reply: FastifyReply }): Promise<ConfigChange> {
  const { store } = api.configuration;
  const id = readSettings(call.request.body ?? {})["id"];
  const backups = await store.history();
  const backup = id === undefined ? backups[0] : backups.find(({ text }) => store.etagOf(text) === id);
  if (backup === undefined) throw storeError("config-no-backup");
  const ifMatch = call.request.headers["if-match"];
  const outcome = await store.change({ by: "rollback", ifMatch, overDisk: true, edit: () => backup.text });
  return changed(api, outcome, call.reply);
}

/** The text of an export, whichever it is. */
async function importedText({ sealed }: OwnApi, request: FastifyRequest): Promise<string> {
  const text = textOf(request);
  return isSealed(text) ? sealed.open(text, passphraseOf(request) ?? "") : text;
}

function passphraseOf(request: FastifyRequest): string | undefined {
  const passphrase = readSettings(request.body)["passphrase"];
  if (passphrase === undefined || typeof passphrase === "string") return passphrase;
  throw apiError("api-bad-body", { details: { reason: "passphrase" } });
}

function textOf(request: FastifyRequest): string {
  const text = readSettings(request.body)["text"];
  if (typeof text !== "string") throw apiError("api-bad-body", { details: { reason: "text" } });
  return text;
}
