/** `authMethod: jwt` in a whole process: tokens of an identity server, over every protocol, with keys that change. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { IdentityServer } from "#test/peers/identity-server.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import type { SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { enter, type Way } from "./access-ways.ts";

const ways: readonly Way[] = ["rtsp", "hls", "whep", "whip", "api", "metrics"];
const reader = { sub: "ann", mediamtx_permissions: [{ action: "read", path: "~^de" }] };
const everything = ["read", "publish", "api", "metrics"].map((action) => ({ action }));
const LET_IN = { rtsp: 200, hls: 200, whep: 400, whip: 400, api: 200, metrics: 200 };

async function box(t: Cleanup, identity: IdentityServer, more = ""): Promise<SluiceProcess> {
  const config = `authMethod: jwt\nauthJWTJWKS: ${identity.server.url}jwks.json\n${more}`;
  const sluice = await startSluice(t, { config, args: ["--demo"], env: { STATE_DIRECTORY: "" } });
  const token = await identity.sign({ ...reader, iss: "https://login", aud: ["box", "other"] });
  await waitUntil(async () => (await enter(sluice, "rtsp", { token })) === 200, {
    what: "the demo",
    timeoutMs: 30_000,
    pollMs: 200,
  });
  return sluice;
}

async function statuses(sluice: SluiceProcess, shown: Parameters<typeof enter>[2]): Promise<Readonly<Record<string, number>>> {
  return Object.fromEntries(await Promise.all(ways.map(async (way) => [way, await enter(sluice, way, shown)] as const)));
}

test("a token may what its claim says, as Bearer, as password, over RTSP in the address, and nothing in a log", async (t) => {
  const identity = await IdentityServer.start(t);
  const sluice = await box(t, identity);
  const all = await identity.sign({ sub: "root", mediamtx_permissions: JSON.stringify(everything) });
  assert.deepEqual(await statuses(sluice, { token: all }), LET_IN);
  assert.deepEqual(await statuses(sluice, { user: "whoever", password: all }), LET_IN);
  const token = await identity.sign(reader);
  assert.deepEqual(await statuses(sluice, { token }), { rtsp: 200, hls: 200, whep: 400, whip: 401, api: 401, metrics: 401 });
  assert.equal(await enter(sluice, "whep", { token, path: "other" }), 401);
  assert.equal(await enter(sluice, "rtsp", { query: `token=${token}` }), 200);
  assert.equal(await enter(sluice, "rtsp", { query: `jwt=${token}` }), 200);
  assert.equal(await enter(sluice, "hls", { query: `token=${token}` }), 401, "over HTTP only where that is switched on");
  const [head = "", body = "", signature = ""] = token.split(".");
  const forged = Buffer.from(JSON.stringify({ ...reader, mediamtx_permissions: everything })).toString("base64url");
  const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  for (const bad of [`${head}.${forged}.${signature}`, `${none}.${body}.`, `${head}.${body}`, "x.y.z"])
    assert.equal(await enter(sluice, "api", { token: bad }), 401, bad);
  for (const secret of [signature, all.split(".")[2] ?? ""]) assert.ok(!sluice.log().includes(secret));
});

test("issuer, audience, claim, excluded actions and the query of HTTP are as they are configured", async (t) => {
  const identity = await IdentityServer.start(t, "RS256");
  const more = "authJWTIssuer: https://login\nauthJWTAudience: box\nauthJWTInHTTPQuery: yes\nauthJWTExclude: [{action: metrics}]";
  const sluice = await box(t, identity, more);
  const whole = { ...reader, iss: "https://login", aud: "box" };
  assert.equal(await enter(sluice, "metrics", {}), 200);
  assert.equal(await enter(sluice, "hls", { query: `token=${await identity.sign(whole)}` }), 200);
  assert.equal(await enter(sluice, "whep", { query: `jwt=${await identity.sign(whole)}` }), 400);
  for (const claims of [
    { ...whole, iss: "https://else" },
    { ...whole, aud: "tv" },
    { iss: whole.iss, aud: whole.aud },
    { ...whole, mediamtx_permissions: [{ action: "all" }] },
  ])
    assert.equal(await enter(sluice, "whep", { token: await identity.sign(claims) }), 401, JSON.stringify(claims));
  assert.equal(await enter(sluice, "whep", { token: await identity.sign(whole, { expiresIn: "10 seconds ago" }) }), 401);
});

test("keys are fetched once, again for a key that isn't known, and when asked; what was fetched outlasts the server", async (t) => {
  const identity = await IdentityServer.start(t);
  const sluice = await box(t, identity, "authJWTExclude: [{action: api}]");
  const { server } = identity;
  for (let count = 0; count < 5; count += 1) await enter(sluice, "whep", { token: await identity.sign(reader) });
  assert.equal(server.questions.length, 1);
  await identity.rotate();
  const refresh = () => fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/auth/jwks/refresh`, { method: "POST" });
  const refreshed = await refresh();
  assert.deepEqual([refreshed.status, await refreshed.json()], [200, { status: "ok" }]);
  assert.equal(await enter(sluice, "whep", { token: await identity.sign(reader) }), 400);
  identity.instead = { status: 200, body: "<html>" };
  const failed = await refresh();
  assert.equal(failed.status, 502);
  assert.match(await failed.text(), /user-key-set/);
  assert.equal(await enter(sluice, "whep", { token: await identity.sign(reader) }), 400, "the keys of before stay");
  await server.close();
  assert.equal((await refresh()).status, 502);
  assert.equal(await enter(sluice, "whep", { token: await identity.sign(reader) }), 400);
});
