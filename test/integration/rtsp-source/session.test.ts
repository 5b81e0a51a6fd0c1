/** A decent camera, pulled and left. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "#test/support/wait-until.ts";
import { pull } from "./pulled-camera.ts";

test("pulls video and audio from a decent camera", async (t) => {
  const pulled = await pull(t, { media: { audio: true } });
  await pulled.state("live");
  await pulled.video(40);
  assert.deepEqual(pulled.path, ["connecting", "live"]);
  assert.deepEqual(
    pulled.input.tracks.map(({ codec }) => codec.name),
    ["H264", "MPEG-4 Audio"],
  );
  assert.ok(pulled.input.of(1).length > 5, "audio arrives");
  const sequences = pulled.input.of(0).map((packet) => packet.sequence);
  assert.deepEqual(
    sequences,
    [...sequences].sort((a, b) => a - b),
  );
  assert.equal(pulled.input.senderReports.length > 0, true);
});

test("says good-bye when it is closed", async (t) => {
  const pulled = await pull(t);
  await pulled.state("live");
  await pulled.source.close();
  assert.equal(pulled.camera.teardowns, 1);
  assert.equal(pulled.input.closedWith?.code, "camera-closed");
  await waitUntil(() => pulled.camera.openConnections === 0, { what: "the connection to be closed" });
});

test("leaves within a second when the camera doesn't answer the good-bye", async (t) => {
  const pulled = await pull(t, { answer: ({ method }) => (method === "TEARDOWN" ? "silent" : undefined) });
  await pulled.state("live");
  const before = performance.now();
  await pulled.source.close();
  const took = performance.now() - before;
  assert.ok(took >= 900 && took < 1500, `${String(took)} ms`);
});

test("can be started again after it was closed", async (t) => {
  const pulled = await pull(t);
  await pulled.state("live");
  await pulled.source.close();
  pulled.source.start();
  await pulled.state("live");
  assert.equal(pulled.inputs.length, 2);
});

test("keeps one session at a time when it is closed and started at once", async (t) => {
  const pulled = await pull(t);
  await pulled.state("live");
  void pulled.source.close();
  pulled.source.start();
  await waitUntil(() => pulled.inputs.length === 2, { what: "the second session" });
  assert.equal(pulled.camera.sessions.size, 1);
});

test("stops while it is still connecting", async (t) => {
  const pulled = await pull(t, { answer: ({ method }) => (method === "DESCRIBE" ? "silent" : undefined) });
  await waitUntil(() => pulled.camera.count("DESCRIBE") === 1, { what: "DESCRIBE" });
  const before = performance.now();
  await pulled.source.close();
  assert.ok(performance.now() - before < 200);
  assert.equal(pulled.inputs.length, 0);
});
