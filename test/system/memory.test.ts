/** The whole process on a small budget: who doesn't fit is refused with the reason, who is there goes on, and the figures say so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RtspClient, tcpTransport } from "#test/peers/rtsp-client.ts";
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { accepts, startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** The demo camera needs about 1 MiB, a reader a quarter: more than this many never fit into 8 MiB. */
const MOST_READERS = 32;
const PATIENCE_MS = 30_000;

interface MemoryAnswer {
  readonly budgetBytes: number;
  readonly committedBytes: number;
  readonly usedBytes: number;
  readonly relief: readonly string[];
  readonly pools: readonly { readonly name: string; readonly usedBytes: number; readonly refusals: number }[];
}

test("a small budget: readers beyond it are refused with the reason, camera and earlier readers go on", async (t) => {
  const sluice = await startSluice(t, { config: "memory: {budget: 8M}\npaths: {}", args: ["--demo"] });
  const base = `http://127.0.0.1:${String(sluice.apiPort)}`;
  const memory = async (): Promise<MemoryAnswer> => (await (await fetch(`${base}/api/memory`)).json()) as MemoryAnswer;
  const url = sluice.url("demo");

  const first = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => first.close());
  await first.read(url);
  const video = (): number => first.frames.filter(({ channel }) => channel === 0).length;
  await waitUntil(() => video() > 0, { what: "the first picture", timeoutMs: PATIENCE_MS });

  let refusal: number | undefined;
  for (let count = 0; count < MOST_READERS && refusal === undefined; count += 1) {
    const reader = await RtspClient.connect({ port: sluice.rtspPort });
    t.after(() => reader.close());
    const described = await reader.request("DESCRIBE", url);
    assert.equal(described.status, 200, "a description costs nothing");
    const { status } = await reader.setUp(`${url}/trackID=0`, tcpTransport(0));
    if (status !== 200) refusal = status;
  }
  assert.equal(refusal, 453, "RTSP: not enough bandwidth");
  await waitUntil(() => sluice.log().includes("memory doesn't suffice for more"), {
    what: "the log to say so",
    timeoutMs: PATIENCE_MS,
  });

  for (const port of [sluice.hlsPort, sluice.webrtcPort]) {
    await waitUntil(() => accepts(port), { what: "the port of a protocol", timeoutMs: PATIENCE_MS, pollMs: 50 });
  }
  const playlist = await fetch(`http://127.0.0.1:${String(sluice.hlsPort)}/demo/index.m3u8`);
  const told = (await playlist.json()) as { code: string; error: string };
  assert.deepEqual([playlist.status, told.code], [503, "stream-reader-refused"]);
  assert.match(told.error, /8388608 bytes/);
  const whep = await WhepViewer.open({ url: `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`, until: "post" });
  t.after(() => whep.close());
  assert.equal(whep.answer.status, 503);

  const figures = await memory();
  assert.equal(figures.budgetBytes, 8 * 1024 * 1024);
  assert.ok(figures.usedBytes <= figures.budgetBytes, "the budget holds");
  assert.ok(figures.committedBytes > 6 * 1024 * 1024);
  assert.ok((figures.pools.find(({ name }) => name === "readers")?.refusals ?? 0) >= 3);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  assert.match(metrics, /^sluice_memory_budget_bytes 8388608$/m);
  assert.match(metrics, /^sluice_memory_rejects_total\{pool="readers"\} [1-9]/m);
  assert.match(metrics, /^sluice_memory_used_bytes\{pool="sockets"\} \d+$/m);
  assert.match(metrics, /^sluice_camera_up\{camera="demo"\} 1$/m);

  const before = video();
  await waitUntil(() => video() > before + 50, { what: "pictures at the first reader", timeoutMs: PATIENCE_MS });
  assert.equal(first.closed, false);
});

test("a publisher beyond the budget is refused, those before it go on", async (t) => {
  const sluice = await startSluice(t, { config: "memory: {budget: 8M}\npaths: {all_others: {}}" });
  const sdp = ["v=0", "s=test", "m=audio 0 RTP/AVP 8", "a=control:streamid=0", ""].join("\r\n");
  const statuses: number[] = [];
  for (let count = 0; count < 16; count += 1) {
    const publisher = await RtspClient.connect({ port: sluice.rtspPort });
    t.after(() => publisher.close());
    const url = sluice.url(`cam${String(count)}`);
    await publisher.request("ANNOUNCE", url, { headers: { "Content-Type": "application/sdp" }, body: sdp });
    await publisher.setUp(`${url}/streamid=0`, { ...tcpTransport(0), mode: "record" });
    statuses.push((await publisher.request("RECORD", url, publisher.withSession())).status);
  }
  // Three slabs each, and what the process holds of their connections.
  const taken = statuses.indexOf(503);
  assert.ok(taken >= 6 && taken <= 10, `${String(taken)} were taken`);
  assert.deepEqual(new Set(statuses.slice(0, taken)), new Set([200]));
  assert.deepEqual(new Set(statuses.slice(taken)), new Set([503]));
});
