import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { accepts, startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const STOP_MS = 2000;

interface PathAnswer {
  readonly name: string;
  readonly ready: boolean;
  readonly source: { readonly type: string } | null;
  readonly tracks: readonly string[];
}

async function pathsOf(apiPort: number): Promise<{ text: string; items: readonly PathAnswer[] }> {
  const response = await fetch(`http://127.0.0.1:${String(apiPort)}/v3/paths/list`);
  const text = await response.text();
  return { text, items: (JSON.parse(text) as { items: PathAnswer[] }).items };
}

test("the demo camera goes the whole way and shows in the API", async (t) => {
  const sluice = await startSluice(t, { config: "paths: {}", args: ["--demo"] });
  const demo = await waitUntil(
    async () => (await pathsOf(sluice.apiPort)).items.find((path) => path.name === "demo" && path.ready),
    {
      what: "the demo stream",
      timeoutMs: 15_000,
    },
  );
  assert.deepEqual(demo.tracks, ["H264", "MPEG-4 Audio"]);
  assert.equal(demo.source?.type, "rtspSource");
});

test("without --demo there is no demo path", async (t) => {
  const sluice = await startSluice(t, { config: "paths: {}" });
  assert.deepEqual((await pathsOf(sluice.apiPort)).items, []);
});

test("SIGTERM ends it within two seconds with exit code 0, though clients hang on", async (t) => {
  const sluice = await startSluice(t, { config: "paths: {}", args: ["--demo"] });
  const idle = connect(sluice.rtspPort, "127.0.0.1");
  t.after(() => idle.destroy());
  idle.on("error", () => undefined);
  const started = performance.now();
  const { code } = await sluice.stop();
  assert.ok(performance.now() - started < STOP_MS + 1000, "it took too long");
  assert.equal(code, 0);
  assert.equal(await accepts(sluice.rtspPort), false);
});

test("a camera's password shows neither in the log nor in the API", async (t) => {
  const config = "paths:\n  cam:\n    source: rtsp://admin:canary-%40%3A%2F-secret@127.0.0.1:1/stream";
  const sluice = await startSluice(t, { config });
  await waitUntil(() => sluice.log().includes("camera lost"), { what: "the first attempt", timeoutMs: 10_000 });
  const { text, items } = await pathsOf(sluice.apiPort);
  assert.equal(items[0]?.name, "cam");
  for (const shown of [text, sluice.log()]) assert.doesNotMatch(shown, /canary/);
});
