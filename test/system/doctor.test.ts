/** The doctor of the running server, over its API. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DoctorReport } from "#api/contract/doctor.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";

test("it tells its own ports from others', asks no camera that plays, and says which one doesn't", async (t) => {
  const gone = "gone: {source: 'rtsp://admin:canary-7@127.0.0.1:1/x'}";
  const sluice = await startSluice(t, { config: `paths: {${gone}}`, args: ["--demo"] });
  const base = `http://127.0.0.1:${String(sluice.apiPort)}`;
  await waitUntil(async () => (await (await fetch(`${base}/v3/paths/get/demo`)).text()).includes('"ready":true'), {
    what: "the demo camera",
    timeoutMs: 30_000,
    pollMs: 50,
  });
  const response = await fetch(`${base}/api/doctor`, { method: "POST" });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const { state, findings } = JSON.parse(text) as DoctorReport;
  const of = (subject: string) => findings.find((finding) => finding.subject === subject);
  assert.equal(state, "failed");
  assert.equal(of(`port ${String(sluice.rtspPort)}/tcp`)?.state, "ok");
  assert.deepEqual([of("camera gone")?.state, of("camera gone")?.code], ["failed", "doctor-camera-port-closed"]);
  assert.equal(of("configuration")?.state, "ok");
  assert.ok(of("memory")?.text.en.includes("media budget"));
  assert.ok(!text.includes("canary"), "no password in the answer");
});
