/** Protocols behind real sockets: on a listener of their own and under /live/ of the page's. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createWebServer } from "#api/servers.ts";
import { openProtocol } from "#app/protocol-listener.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "#base/http.ts";
import { SystemClock } from "#base/clock.ts";
import { Config } from "#config/config.ts";
import { silentLogger } from "#base/log.ts";
import { createNetwork } from "#platform/network.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const network = createNetwork();
const authenticator = { claimed: true, authorize: () => Promise.resolve({ kind: "granted", user: "" } as const) };
const noCertificates = { open: () => assert.fail("plain HTTP") };
const settings = { encryption: false, serverKey: "", serverCert: "", allowOrigins: ["*"], trustedProxies: [] };

/** A protocol that answers with what `reply` makes of the request; everything asked is kept. */
function protocol(reply: (request: HttpRequest) => Promise<HttpReply> | HttpReply): HttpHandler & { asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  return {
    asked,
    handle: async (request) => {
      asked.push(request);
      return reply(request);
    },
  };
}

/** Opens a listener of `handler`'s own; its address without a trailing slash. */
async function open(t: TestContext, handler: HttpHandler, name: "hls" | "webrtc" = "hls"): Promise<string> {
  const port = await freeTcpPort();
  let closed = false;
  const service = await openProtocol(
    {
      machine: { network, clock: new SystemClock() },
      authenticator,
      certificates: noCertificates,
      log: silentLogger,
      portFallback: false,
      config: new Config({ file: undefined, values: {}, paths: [], pathDefaults: {}, written: new Map() }),
    },
    () => ({ name, address: { host: "127.0.0.1", port }, settings, handler }),
    {
      shares: {},
      close: () => {
        closed = true;
        return Promise.resolve();
      },
    },
  );
  t.after(async () => {
    await service.close();
    assert.ok(closed, "closing the listener closes the protocol");
  });
  return `http://127.0.0.1:${String(port)}`;
}

test("a protocol sees method, path, query, headers, credentials and where it is mounted", async (t) => {
  const seen = protocol(() => ({ status: 200, headers: { "Content-Type": "text/plain" }, body: "hello" }));
  const base = await open(t, seen);
  const answer = await fetch(`${base}/yard%20gate/index.m3u8?a=b&c=%20`, { headers: { Authorization: "Bearer ann:secret" } });
  assert.equal(await answer.text(), "hello");
  assert.equal(answer.headers.get("content-length"), "5");
  assert.equal(answer.headers.get("server"), "sluice");
  const [request] = seen.asked;
  assert.ok(request !== undefined);
  const { method, path, query, address, secure, credentials } = request;
  assert.deepEqual(
    { method, path, query, address, secure, credentials, base: request.base },
    {
      method: "GET",
      path: "/yard gate/index.m3u8",
      query: "a=b&c=%20",
      address: "127.0.0.1",
      secure: false,
      credentials: { kind: "password", user: "ann", password: "secret" },
      base,
    },
  );
});

test("HEAD has the length and no body", async (t) => {
  const base = await open(
    t,
    protocol(() => ({ status: 200, body: [Buffer.alloc(10), Buffer.alloc(5)] })),
  );
  const answer = await fetch(`${base}/x`, { method: "HEAD" });
  assert.equal(answer.headers.get("content-length"), "15");
  assert.equal((await answer.bytes()).length, 0);
});

test("bodies are read on demand, whatever their type, up to the limit", async (t) => {
  const base = await open(
    t,
    protocol(async (request) => ({ status: 201, headers: { Location: "/x/whep/1" }, body: await request.body(1000) })),
    "webrtc",
  );
  const post = (body: string): Promise<Response> =>
    fetch(`${base}/x/whep`, { method: "POST", headers: { "Content-Type": "application/sdp" }, body });
  const fits = await post("v=0\r\n");
  assert.equal(fits.status, 201);
  assert.equal(await fits.text(), "v=0\r\n");
  const refused = await post("x".repeat(1001));
  assert.equal(refused.status, 413);
  assert.match(await refused.text(), /api-body-too-large/);
});

test("an endless body without a length ends at the limit, and its connection with it", async (t) => {
  const base = await open(
    t,
    protocol(async (request) => ({ status: 200, body: await request.body(1000) })),
  );
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  t.after(() => socket.destroy());
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  socket.write("POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  socket.write(`7d0\r\n${"x".repeat(2000)}\r\n`);
  await once(socket, "close");
  assert.match(answer, /^HTTP\/1\.1 413 [^]*Connection: close/i);
});

test("preflights are answered for every method; answers of PATCH show their headers to scripts", async (t) => {
  const seen = protocol(() => ({ status: 200, headers: { ETag: '"1"' } }));
  const base = await open(t, seen, "webrtc");
  const headers = { Origin: "https://a.example", "Access-Control-Request-Method": "PATCH" };
  const preflight = await fetch(`${base}/x/whep/1`, { method: "OPTIONS", headers });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /PATCH.*DELETE/);
  assert.equal(seen.asked.length, 0);
  const patched = await fetch(`${base}/x/whep/1`, { method: "PATCH", headers: { Origin: "https://a.example" }, body: "x" });
  assert.match(patched.headers.get("access-control-expose-headers") ?? "", /ETag/);
  const plain = await fetch(`${base}/x/whep`, { method: "OPTIONS" });
  assert.equal(plain.status, 200, "OPTIONS that is no preflight is the protocol's");
});

test("a slow client gets a large answer whole, buffers in order, and is counted once", async (t) => {
  const parts = Array.from({ length: 64 }, (_, index) => Buffer.alloc(256 * 1024, index));
  const counted: number[] = [];
  const base = await open(
    t,
    protocol(() => ({ status: 200, body: parts, sent: (bytes) => counted.push(bytes) })),
  );
  const answer = await fetch(`${base}/big`);
  await delay(50);
  const body = await answer.bytes();
  assert.ok(Buffer.concat(parts).equals(body));
  await waitUntil(() => counted.length === 1, { what: "the count" });
  assert.deepEqual(counted, [body.length]);
});

test("a stream of pieces waits for the client, and ends when the client goes", async (t) => {
  let made = 0;
  let ended = false;
  const endless = async function* (): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        made += 1;
        await Promise.resolve();
        yield Buffer.alloc(64 * 1024);
      }
    } finally {
      ended = true;
    }
  };
  const counted: number[] = [];
  const base = await open(
    t,
    protocol(() => ({ status: 200, body: endless(), sent: (bytes) => counted.push(bytes) })),
  );
  const socket = connect(Number(new URL(base).port), "127.0.0.1");
  t.after(() => socket.destroy());
  socket.pause();
  socket.write("GET /endless HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  await waitUntil(() => made > 1, { what: "the first pieces" });
  let before = -1;
  await waitUntil(
    async () => {
      const still = made === before;
      before = made;
      await delay(50);
      return still;
    },
    { what: "a pause" },
  );
  assert.ok(made < 400, `${String(made)} pieces of 64 KiB were made for a client that reads nothing`);
  socket.destroy();
  await waitUntil(() => ended && counted.length === 1, { what: "the end of the stream" });
});

test("the signal is aborted when the client leaves while the protocol still thinks", async (t) => {
  const seen = protocol(
    (request) => new Promise((_resolve, reject) => request.signal.addEventListener("abort", () => reject(new Error("gone")))),
  );
  const base = await open(t, seen);
  const leave = new AbortController();
  const asked = fetch(`${base}/x`, { signal: leave.signal });
  await waitUntil(() => seen.asked.length === 1, { what: "the request" });
  leave.abort();
  await assert.rejects(asked);
  await waitUntil(() => seen.asked[0]?.signal.aborted === true, { what: "the signal" });
});

test("what a protocol throws is a 500 that says nothing of it", async (t) => {
  const base = await open(
    t,
    protocol(() => Promise.reject(new Error("secret inside"))),
  );
  const answer = await fetch(`${base}/x`);
  assert.equal(answer.status, 500);
  assert.doesNotMatch(await answer.text(), /secret inside/);
});

test("under /live/ WHEP and WHIP go to WebRTC and everything else to HLS", async (t) => {
  const hls = protocol((request) => ({ status: 200, body: `hls ${request.path} ${request.base}` }));
  const headers = { Vary: "Accept-Encoding" };
  const webrtc = protocol((request) => ({ status: 200, headers, body: `webrtc ${request.path}` }));
  const parts = { network, log: silentLogger, authenticator, address: { host: "127.0.0.1", port: 0 } };
  const server = createWebServer(
    parts,
    { check: () => [], opened: () => true, box: () => [], config: { failure: undefined } },
    { live: { hls: { handler: hls, allowOrigins: ["*"] }, webrtc: { handler: webrtc, allowOrigins: ["https://a.example"] } } },
  );
  await server.start();
  t.after(() => server.close());
  const base = `http://127.0.0.1:${String(server.port)}/live`;
  const ask = async (path: string): Promise<string> => (await fetch(`${base}${path}`)).text();
  assert.equal(await ask("/yard/main/"), `hls /yard/main/ ${base}`);
  assert.equal(await ask("/yard/whepping.m3u8"), `hls /yard/whepping.m3u8 ${base}`);
  assert.equal(await ask("/yard/main/whep"), "webrtc /yard/main/whep");
  assert.equal(await ask("/yard/whip/5c6d"), "webrtc /yard/whip/5c6d");
  const post = (origin: string): Promise<Response> => fetch(`${base}/yard/whep`, { method: "POST", headers: { Origin: origin } });
  assert.equal((await post("https://a.example")).status, 200);
  assert.equal((await post("https://b.example")).status, 403);
  const plain = await fetch(`${base}/yard/main/whep`);
  assert.equal(plain.headers.get("vary"), "Accept-Encoding, Origin", "what the answer depends on, for caches");
  assert.equal((await fetch(`${base}/yard/main/`)).headers.get("access-control-allow-origin"), "*");
  assert.equal((await post(new URL(base).origin)).status, 200, "the page itself");
});
