/**
 * WHEP and WHIP of the whole process, as clients speak them: MediaMTX's answers where its users rely on them, and what a flood
 * of clients that never arrive leaves behind.
 */
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, suite, test } from "node:test";
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const ends: (() => unknown)[] = [];
const cleanup: Cleanup = { after: (run) => void ends.push(run) };
let sluice: SluiceProcess;
let base: string;

void suite("WHEP and WHIP", () => {
  before(async () => {
    const config = "webrtcHandshakeTimeout: 2s\npaths:\n  open:\n    source: publisher\n  idle:\n    source: publisher\n";
    sluice = await startSluice(cleanup, { config, args: ["--demo"] });
    base = `http://127.0.0.1:${String(sluice.webrtcPort)}`;
    await waitUntil(async () => (await api("paths/get/demo")).ready === true, { what: "the demo stream", timeoutMs: 10_000 });
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  interface Answer {
    readonly ready?: boolean;
    readonly readers?: readonly { type: string; id: string }[];
    readonly items?: readonly Record<string, unknown>[];
  }

  async function api(path: string): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/${path}`);
    return (await response.json()) as Answer;
  }

  async function sessions(): Promise<readonly Record<string, unknown>[]> {
    return (await api("webrtcsessions/list")).items ?? [];
  }

  async function noSessions(): Promise<void> {
    await waitUntil(async () => (await sessions()).length === 0, {
      what: "the end of all sessions",
      timeoutMs: 10_000,
      pollMs: 100,
    });
  }

  async function post(path: string, body: string | Buffer, type = "application/sdp"): Promise<Response> {
    return fetch(`${base}${path}`, { method: "POST", headers: { "Content-Type": type }, body });
  }

  /** A viewer of the demo stream that keeps what it gets. */
  async function watch(): Promise<{ viewer: WhepViewer; packets: Buffer[] }> {
    const packets: Buffer[] = [];
    const viewer = await WhepViewer.open({ url: `${base}/demo/whep`, onRtp: (packet) => packets.push(packet) });
    return { viewer, packets };
  }

  test("a viewer gets a key picture at once, is shown as reader and session, and DELETE ends it", async () => {
    const { viewer, packets } = await watch();
    const { status, headers, body } = viewer.answer;
    assert.equal(status, 201);
    assert.equal(headers.get("content-type"), "application/sdp");
    assert.match(headers.get("location") ?? "", /^\/demo\/whep\/[\da-f-]{36}$/);
    assert.equal(headers.get("accept-patch"), "application/trickle-ice-sdpfrag");
    assert.ok(headers.get("etag") !== null && headers.get("id") !== null);
    assert.match(body, /a=ice-lite/);
    await waitUntil(() => packets.some((packet) => (packet.readUInt8(1) & 0x80) !== 0), {
      what: "a whole picture",
      timeoutMs: 3000,
    });
    const first = packets[0] ?? Buffer.alloc(20);
    assert.ok([7, 24].includes(first.readUInt8(12) & 0x1f), "it begins with parameter sets");
    const [session] = await sessions();
    assert.equal(session?.["id"], headers.get("id"));
    assert.deepEqual([session?.["state"], session?.["path"], session?.["peerConnectionEstablished"]], ["read", "demo", true]);
    assert.deepEqual((await api("paths/get/demo")).readers, [{ type: "webRTCSession", id: session?.["id"] }]);
    assert.equal(await viewer.leave(), 200);
    await noSessions();
    assert.equal((await fetch(viewer.sessionUrl, { method: "DELETE" })).status, 404, "a second time");
  });

  test("ICE restarts by PATCH: new credentials and ETag, and media goes on", async () => {
    const { viewer, packets } = await watch();
    const { headers } = viewer.answer;
    const stale = await viewer.restart({ "If-Match": '"another"' });
    assert.equal(stale.status, 412);
    const restarted = await viewer.restart({ "If-Match": headers.get("etag") ?? "" });
    assert.equal(restarted.status, 200);
    assert.notEqual(restarted.headers.get("etag"), headers.get("etag"));
    const seen = packets.length;
    await waitUntil(() => packets.length > seen + 30, { what: "media after the restart", timeoutMs: 5000 });
    const type = { "Content-Type": "application/trickle-ice-sdpfrag" };
    const trickle = await fetch(viewer.sessionUrl, {
      method: "PATCH",
      headers: type,
      body: "m=video 9 X 0\r\na=end-of-candidates\r\n",
    });
    assert.equal(trickle.status, 204);
    await viewer.leave();
  });

  test("the API kicks a viewer once", async () => {
    const { viewer } = await watch();
    const kick = (): Promise<Response> =>
      fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/webrtcsessions/kick/${viewer.answer.headers.get("id") ?? ""}`, {
        method: "POST",
      });
    assert.equal((await kick()).status, 200);
    assert.equal((await kick()).status, 404);
    viewer.close();
  });

  test("AAC is left out with a warning, and the video plays", async () => {
    const { viewer } = await watch();
    assert.match(viewer.answer.body, /m=audio 0 /);
    await viewer.leave();
    assert.match(sluice.log(), /tracks left out: the client can't play them \(codecs MPEG-4 Audio\)/);
  });

  const refusals: readonly {
    readonly title: string;
    readonly ask: () => Promise<{ readonly status: number }>;
    readonly status: number;
  }[] = [
    { title: "GET of the endpoint", ask: () => fetch(`${base}/demo/whep`), status: 405 },
    { title: "PUT of the endpoint", ask: () => fetch(`${base}/demo/whip`, { method: "PUT" }), status: 405 },
    { title: "another content type", ask: () => post("/demo/whep", "v=0", "text/plain"), status: 400 },
    { title: "garbage", ask: () => post("/demo/whep", "garbage"), status: 400 },
    { title: "nothing", ask: () => post("/demo/whep", ""), status: 400 },
    { title: "an offer over 128 KiB", ask: () => post("/demo/whep", Buffer.alloc(128 * 1024 + 1, 0x61)), status: 413 },
    { title: "a path without a stream", ask: () => until("idle", "whep"), status: 404 },
    { title: "a path that isn't configured", ask: () => until("nowhere", "whep"), status: 404 },
    { title: "a path name that climbs", ask: () => rawPost("/a/../b/%2e%2e/whep"), status: 400 },
    { title: "publishing where nobody may", ask: () => until("demo", "whip"), status: 400 },
    {
      title: "a secret nobody has",
      ask: () => fetch(`${base}/demo/whep/3f0b6a1e-0000-4000-8000-000000000000`, { method: "DELETE" }),
      status: 404,
    },
    {
      title: "an offer of codecs the stream doesn't have",
      ask: () => until("demo", "whep", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000"),
      status: 406,
    },
  ];

  async function until(path: string, protocol: "whep" | "whip", video?: string): Promise<{ status: number }> {
    const viewer = await WhepViewer.open({
      url: `${base}/${path}/${protocol}`,
      until: "post",
      ...(video === undefined ? {} : { video }),
    });
    await viewer.leave();
    return viewer.answer;
  }

  /** `fetch` tidies addresses up before it sends them. */
  function rawPost(path: string): Promise<{ status: number }> {
    return new Promise((resolve, reject) => {
      const headers = { "Content-Type": "application/sdp", "Content-Length": 3 };
      const asked = request({ host: "127.0.0.1", port: sluice.webrtcPort, method: "POST", path, headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0 });
      });
      asked.on("error", reject);
      asked.end("v=0");
    });
  }
  for (const { title, ask, status } of refusals) {
    test(`refused with ${String(status)}: ${title}`, async () => {
      assert.equal((await ask()).status, status);
    });
  }

  test("OPTIONS says what is possible; a preflight is let through", async () => {
    const options = await fetch(`${base}/demo/whep`, { method: "OPTIONS" });
    assert.equal(options.status, 204);
    assert.equal(options.headers.get("accept-post"), "application/sdp");
    const preflight = await fetch(`${base}/demo/whep`, {
      method: "OPTIONS",
      headers: { Origin: "https://example.com", "Access-Control-Request-Method": "PATCH" },
    });
    assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /PATCH/);
    const answer = await fetch(`${base}/demo/whep`, { method: "OPTIONS", headers: { Origin: "https://example.com" } });
    assert.match(answer.headers.get("access-control-expose-headers") ?? "", /ETag/);
  });

  test("pages: the player, the publisher, and a redirect that leads nowhere else", async () => {
    const page = await fetch(`${base}/demo/`);
    assert.equal(page.status, 200);
    assert.equal((await fetch(`${base}/elsewhere/`)).status, 404, "of a path that isn't configured");
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
    assert.match(await page.text(), /webrtc-player\.js/);
    assert.equal((await fetch(`${base}/demo/publish`)).status, 200);
    assert.equal((await fetch(`${base}/demo/webrtc-player.js`)).status, 200);
    assert.equal((await fetch(`${base}/demo/webrtc-other.js`)).status, 404);
    const redirect = await fetch(`${base}/demo?token=1`, { redirect: "manual" });
    assert.deepEqual([redirect.status, redirect.headers.get("location")], [302, "/demo/?token=1"]);
    const evil = await fetch(`${base}//evil.example`, { redirect: "manual" });
    assert.ok(!(evil.headers.get("location") ?? "").startsWith("//"), evil.headers.get("location") ?? "");
  });

  test("offers that are never followed by ICE, and sessions that stop after it, are gone after the handshake's time", async () => {
    const url = `${base}/demo/whep`;
    const opened = await Promise.all(
      Array.from({ length: 50 }, (_, index) => WhepViewer.open({ url, until: index < 40 ? "post" : "ice" })),
    );
    assert.ok(opened.every((viewer) => viewer.answer.status === 201));
    assert.ok((await sessions()).length > 0);
    for (const viewer of opened) viewer.close();
    await noSessions();
    assert.deepEqual((await api("paths/get/demo")).readers, []);
  });

  test("a viewer who vanishes is noticed by its silence", { timeout: 40_000 }, async () => {
    const { viewer } = await watch();
    viewer.close();
    assert.equal((await sessions()).length, 1);
    await waitUntil(async () => (await sessions()).length === 0, {
      what: "the end of the session",
      timeoutMs: 30_000,
      pollMs: 500,
    });
    assert.match(sluice.log(), /nothing was heard of the client/);
  });
});
