/** Tokens of scripts through a restart of the whole process, with and without a state folder; and how well it says it is. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { statSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { printBasic } from "#formats/http-auth/basic.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir, type Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const users = "authInternalUsers:\n- user: admin\n  pass: right\n  permissions: [{action: api}]";
const admin = printBasic({ user: "admin", password: "right" });

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function start(t: Cleanup, env: Readonly<Record<string, string>>) {
  const port = await freeTcpPort();
  const listener = { SLUICE_WEB: "yes", SLUICE_WEBADDRESS: `127.0.0.1:${String(port)}` };
  const sluice = await startSluice(t, { config: users, env: { STATE_DIRECTORY: "", ...env, ...listener } });
  const call = async (what: string, authorization: string, body?: object): Promise<Answer> => {
    const [method = "", path = ""] = what.split(" ");
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, { method, headers, ...json });
    return { status: answer.status, body: (await answer.json()) as Answer["body"] };
  };
  const ready = () =>
    fetch(`http://127.0.0.1:${String(port)}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  await waitUntil(ready, { what: "/readyz", timeoutMs: 10_000 });
  return { sluice, call };
}

test("a token outlasts a kill, a revoked one doesn't come back", async (t) => {
  const folder = tempDir(t);
  const env = { STATE_DIRECTORY: `${folder}:/nowhere` };
  const first = await start(t, env);
  const wanted = { name: "backup", role: "viewer", days: 1 };
  const made = await first.call("POST /api/tokens", admin, wanted);
  const revoked = await first.call("POST /api/tokens", admin, wanted);
  assert.equal((await first.call(`DELETE /api/tokens/${String(revoked.body["id"])}`, admin)).status, 200);
  assert.equal(statSync(join(folder, "tokens.json")).mode & 0o777, 0o600);
  await first.sluice.program.stop("SIGKILL");
  const second = await start(t, env);
  assert.equal((await second.call("GET /api/health", `Bearer ${String(made.body["token"])}`)).status, 200);
  assert.equal((await second.call("GET /api/health", `Bearer ${String(revoked.body["token"])}`)).status, 401);
  assert.equal((await second.call("GET /api/tokens", admin)).body["lasting"], true);
});

test("without a state folder a token works while the process runs, and the API says so", async (t) => {
  const { call } = await start(t, {});
  const made = await call("POST /api/tokens", admin, { name: "backup", role: "viewer", days: 1 });
  assert.equal((await call("GET /api/health", `Bearer ${String(made.body["token"])}`)).status, 200);
  assert.equal((await call("GET /api/tokens", admin)).body["lasting"], false);
});

test("a file that can't be used is a problem of the box in the report, and it stays ready", async (t) => {
  const { sluice, call } = await start(t, {});
  const problems = async () => (await call("GET /api/health", admin)).body["problems"] as { id: string; severity: string }[];
  assert.equal(
    (await problems()).find(({ id }) => id === "box:configuration"),
    undefined,
  );
  writeFileSync(sluice.file, "paths: [");
  const what = { what: "the problem", timeoutMs: 20_000, pollMs: 200 };
  const problem = await waitUntil(async () => (await problems()).find(({ id }) => id === "box:configuration"), what);
  assert.equal(problem.severity, "warning");
  const { body } = await call("GET /api/health", admin);
  assert.equal(body["boxHealthy"], false);
  assert.equal((await call("GET /readyz", admin)).status, 200);
});
