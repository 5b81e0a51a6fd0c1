/** A client written for MediaMTX's control API runs its calls unchanged, and what they do happens to the streams. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ApiFailure, MediaMtxClient } from "#test/peers/mediamtx-client.ts";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const refusedWith = (status: number, text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ApiFailure, String(error));
  assert.equal(error.status, status, error.message);
  assert.match(error.message, text);
  return true;
};

test("paths are added, patched and deleted while readers watch; sessions are kicked", async (t) => {
  const sluice = await startSluice(t, { config: "# cameras\npaths:\n  # none yet\n", args: ["--demo"] });
  const api = new MediaMtxClient(`http://127.0.0.1:${String(sluice.apiPort)}`);
  await api.info();
  await api.addPath("copy", { source: sluice.url("demo") });
  await waitUntil(async () => (await api.path("copy"))["ready"] === true, { what: "the added path", timeoutMs: 15_000 });
  const reader = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => reader.close());
  await reader.read(sluice.url("copy"));

  await api.patchPath("copy", { label: "Copy", record: false, maxReaders: 5, sourceOnDemandCloseAfter: "20s" });
  assert.deepEqual([(await api.pathConfig("copy"))["maxReaders"], (await api.pathConfig("copy"))["label"]], [5, "Copy"]);
  const frames = reader.frames.length;
  await waitUntil(() => reader.frames.length > frames + 20, { what: "the picture to go on after the patch" });
  assert.equal(reader.closed, false);

  const session = (await api.rtspSessions()).items.find(({ path, state }) => path === "copy" && state === "read");
  assert.ok(session);
  await api.rtspSession(String(session["id"]));
  await api.rtspConn(String((session["conns"] as string[])[0]));
  await api.kickRtspSession(String(session["id"]));
  await reader.ended();
  await assert.rejects(api.kickRtspSession(String(session["id"])), refusedWith(404, /session not found/));

  const again = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => again.close());
  await again.read(sluice.url("copy"));
  await api.deletePath("copy");
  await again.ended();
  await assert.rejects(api.path("copy"), refusedWith(404, /not found/));
  assert.match(readFileSync(sluice.file, "utf8"), /# cameras\npaths:/);
});

test("refusals and pages have MediaMTX's codes and texts", async (t) => {
  const sluice = await startSluice(t, { config: "paths:\n  b:\n  a:\n  c:\n" });
  const api = new MediaMtxClient(`http://127.0.0.1:${String(sluice.apiPort)}`);
  await assert.rejects(api.addPath("a", {}), refusedWith(400, /^path already exists$/));
  for (const method of ["POST add", "PATCH patch", "POST replace"]) {
    const [verb = "", call] = method.split(" ");
    const url = `http://127.0.0.1:${String(sluice.apiPort)}/v3/config/paths/${String(call)}/a`;
    assert.equal((await fetch(url, { method: verb })).status, 400, `${method} without a body`);
  }
  await assert.rejects(api.addPath("x", { nonsense: 1 }), refusedWith(400, /^json: unknown field "nonsense"/));
  await assert.rejects(api.patchPath("none", {}), refusedWith(404, /./));
  await assert.rejects(api.deletePath("none"), refusedWith(404, /./));
  await assert.rejects(api.pathConfig("none"), refusedWith(404, /^path configuration not found$/));
  await assert.rejects(api.rtspSession("nonsense"), refusedWith(400, /./));
  await assert.rejects(api.kickRtspSession("11111111-2222-4333-8444-555555555555"), refusedWith(404, /^session not found$/));
  await assert.rejects(api.paths("?itemsPerPage=0"), refusedWith(400, /./));
  await assert.rejects(api.paths("?page=-1"), refusedWith(400, /./));
  const page = await api.pathConfigs("?itemsPerPage=2&page=1");
  assert.deepEqual([page.itemCount, page.pageCount, page.items.map(({ name }) => name)], [3, 2, ["c"]]);
  assert.deepEqual((await api.pathConfigs("?page=7")).items, []);
  assert.deepEqual((await api.rtspConns()).items, []);
});

test("everything a client reads it may write back, global settings and defaults too", async (t) => {
  const sluice = await startSluice(t, { config: "# mine\nreadTimeout: 12s # why\npaths:\n  a:\n    maxReaders: 2\n" });
  const api = new MediaMtxClient(`http://127.0.0.1:${String(sluice.apiPort)}`);
  const before = readFileSync(sluice.file, "utf8");
  await api.patchGlobal(await api.globalConfig());
  await api.patchPathDefaults(await api.pathDefaults());
  await api.patchPath("a", await api.pathConfig("a"));
  await api.replacePath("a", await api.pathConfig("a"));
  assert.equal(readFileSync(sluice.file, "utf8"), before);
  await api.patchGlobal({ readTimeout: "15s" });
  await api.patchPathDefaults({ maxReaders: 9 });
  await api.replacePath("a", { sourceOnDemandStartTimeout: "3s" });
  assert.equal((await api.globalConfig())["readTimeout"], "15s");
  assert.deepEqual(
    [(await api.pathConfig("a"))["maxReaders"], (await api.pathConfig("a"))["sourceOnDemandStartTimeout"]],
    [9, "3s"],
  );
  assert.match(readFileSync(sluice.file, "utf8"), /# mine\nreadTimeout: 15s # why\n/);
});
