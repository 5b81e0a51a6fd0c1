import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { RtspClient, tcpTransport } from "#test/peers/rtsp-client.ts";
import { createCertificate } from "#test/support/certificate.ts";
import { HandPublisher, type TestServer } from "#test/support/rtsp-server.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { connected, started } from "./test-server.ts";

async function opened(t: TestContext, server: TestServer): Promise<Socket> {
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  t.after(() => socket.destroy());
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

function head(method: "GET" | "POST", cookie: string, extra = ""): string {
  return `${method} /cam HTTP/1.1\r\nHost: x\r\nX-Sessioncookie: ${cookie}\r\n${extra}\r\n`;
}

/** A client in a GET and POST pair; the HTTP answer of the GET is taken off. */
async function tunnelled(
  t: TestContext,
  server: TestServer,
  cookie = "abc",
): Promise<{ client: RtspClient; get: Socket; post: Socket }> {
  const get = await opened(t, server);
  get.write(head("GET", cookie, "Accept: application/x-rtsp-tunnelled\r\n"));
  const [answer] = (await once(get, "data")) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.0 200 OK\r\n[^]*Content-Type: application\/x-rtsp-tunnelled\r\n\r\n$/);
  const post = await opened(t, server);
  post.write(head("POST", cookie, "Content-Length: 32767\r\n"));
  const client = RtspClient.over({ write: (bytes) => void post.write(bytes.toString("base64")), close: () => post.destroy() });
  get.on("data", (chunk: Buffer) => client.receive(chunk));
  get.on("close", () => (client.closed = true));
  return { client, get, post };
}

test("serves a reader through a pair of HTTP requests", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const { client, get } = await tunnelled(t, server);
  await client.read(server.url("cam"));
  await waitUntil(() => client.frames.length > 0, { what: "media" });
  assert.equal(server.server.connections()[0]?.tunnel, "http");
  get.destroy();
  await waitUntil(() => server.server.connections().length === 0, { what: "the connection to end" });
  assert.deepEqual(server.server.sessions(), []);
});

test("understands base64 that is padded per message, split anywhere, and broken into lines", async (t) => {
  const server = await started(t);
  const { client, post } = await tunnelled(t, server);
  const messages = ["OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", "OPTIONS * RTSP/1.0\r\nCSeq: 22\r\n\r\n"];
  const text = messages.map((message) => Buffer.from(message).toString("base64")).join("");
  assert.match(text, /=[^=]/);
  for (const piece of [text.slice(0, 5), `${text.slice(5, 30)}\r\n`, text.slice(30)]) {
    post.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal((await client.response()).headers.get("CSeq"), "1");
  assert.equal((await client.response()).headers.get("CSeq"), "22");
});

test("takes the first request right behind the head of the POST, and a POST before its GET", async (t) => {
  const server = await started(t);
  const post = await opened(t, server);
  post.write(head("POST", "early") + Buffer.from("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n").toString("base64"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const get = await opened(t, server);
  let received = "";
  get.on("data", (chunk: Buffer) => (received += chunk.toString()));
  get.write(head("GET", "early"));
  await waitUntil(() => received.includes("RTSP/1.0 200 OK"), { what: "the answer" });
  assert.match(received, /^HTTP\/1\.0 200 OK/);
});

test("lets a client replace its POST", async (t) => {
  const server = await started(t);
  const { client, post } = await tunnelled(t, server);
  assert.equal((await client.request("OPTIONS", "*")).status, 200);
  const next = await opened(t, server);
  next.write(head("POST", "abc") + Buffer.from("OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n").toString("base64"));
  assert.equal((await client.response()).headers.get("CSeq"), "7");
  await waitUntil(() => post.closed || post.destroyed, { what: "the former POST to be closed" });
});

const refusedHeads = [
  { name: "without a cookie", request: "GET /cam HTTP/1.1\r\nHost: x\r\n\r\n" },
  { name: "from a browser's form", request: "POST /cam HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nOPTI" },
];
for (const { name, request } of refusedHeads) {
  test(`refuses a tunnel ${name}`, async (t) => {
    const server = await started(t);
    const socket = await opened(t, server);
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    socket.write(request);
    await once(socket, "close");
    assert.match(received, /^HTTP\/1\.1 400 /);
  });
}

test("refuses a second GET with a cookie in use and leaves the first tunnel alone", async (t) => {
  const server = await started(t);
  const { client } = await tunnelled(t, server);
  const second = await opened(t, server);
  second.resume();
  second.write(head("GET", "abc"));
  await once(second, "close");
  assert.equal((await client.request("OPTIONS", "*")).status, 200);
});

test("a GET and a POST on one connection make no tunnel", async (t) => {
  const server = await started(t);
  const socket = await opened(t, server);
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  const request = Buffer.from("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n").toString("base64");
  socket.write(head("GET", "same") + head("POST", "same") + request);
  await waitUntil(() => received.includes("\r\n\r\n"), { what: "the answer to the GET" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(received.includes("RTSP/1.0"), false);
});

test("a POST from another address joins no tunnel", async (t) => {
  let address = "192.0.2.1";
  const server = await started(t, { seenFrom: () => address });
  const get = await opened(t, server);
  let received = "";
  get.on("data", (chunk: Buffer) => (received += chunk.toString()));
  get.write(head("GET", "abc"));
  await waitUntil(() => received.includes("\r\n\r\n"), { what: "the answer to the GET" });
  address = "192.0.2.2";
  const post = await opened(t, server);
  post.write(head("POST", "abc") + Buffer.from("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n").toString("base64"));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(received.includes("RTSP/1.0"), false);
});

test("what isn't base64 ends the tunnel", async (t) => {
  const server = await started(t);
  const { client, post } = await tunnelled(t, server);
  post.write("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
  await client.ended();
});

async function overWebSocket(t: TestContext, server: TestServer, secure = false): Promise<RtspClient> {
  const url = `${secure ? "wss" : "ws"}://127.0.0.1:${String(server.port)}/`;
  const socket = new WebSocket(url, "rtsp.onvif.org", { rejectUnauthorized: false });
  t.after(() => socket.terminate());
  const client = RtspClient.over({ write: (bytes) => socket.send(bytes), close: () => socket.terminate() });
  socket.on("message", (data: Buffer) => client.receive(data));
  socket.on("close", () => (client.closed = true));
  await once(socket, "open");
  assert.equal(socket.protocol, "rtsp.onvif.org");
  return client;
}

test("serves a reader over a WebSocket", async (t) => {
  const server = await started(t);
  const publisher = await HandPublisher.open(server.registry);
  const client = await overWebSocket(t, server);
  await client.read(server.url("cam"));
  publisher.audio("a", 0);
  await waitUntil(() => client.frames.some(({ channel }) => channel === 2), { what: "media" });
  assert.equal(server.server.connections()[0]?.tunnel, "websocket");
  client.close();
  await waitUntil(() => server.server.connections().length === 0, { what: "the connection to end" });
});

test("media of a tunnel stays in it", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await overWebSocket(t, server);
  const spec = { protocol: "RTP/AVP", delivery: "unicast", clientPort: [5000, 5001] } as const;
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=0`, spec)).status, 461);
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0))).status, 200);
});

test("refuses WebSockets of pages from other origins", async (t) => {
  const server = await started(t);
  const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/`, { origin: "http://evil.example" });
  const [error] = (await once(socket, "error")) as [Error];
  assert.match(error.message, /403/);
});

test("closes a WebSocket whose messages are no RTSP", async (t) => {
  const server = await started(t);
  const client = await overWebSocket(t, server);
  client.send(Buffer.from([0, 1, 2, 3]));
  await client.ended();
});

test("serves RTSPS, and tunnels over TLS; media stays on the connection", async (t) => {
  const certificate = createCertificate();
  const server = await started(t, { options: { rtspEncryption: "strict" }, certificate });
  await HandPublisher.open(server.registry);
  assert.equal(server.server.ports.rtsp, undefined);
  const client = await connected(t, server, { secure: true });
  const spec = { protocol: "RTP/AVP", delivery: "unicast", clientPort: [5000, 5001] } as const;
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=0`, spec)).status, 461);
  await client.read(server.url("cam"));
  await waitUntil(() => client.frames.length > 0, { what: "media over TLS" });
  assert.equal(server.server.sessions("rtsps")[0]?.state, "read");
  assert.deepEqual(server.server.sessions("rtsp"), []);
  assert.equal(server.server.view("rtsp"), undefined);
  assert.equal(server.registry.find("cam")?.readers[0]?.type, "rtspsSession");
  const webSocket = await overWebSocket(t, server, true);
  await webSocket.read(server.url("cam"));
  await waitUntil(() => webSocket.frames.length > 0, { what: "media over a WebSocket over TLS" });
});

test("unfinished TLS handshakes don't keep the server from closing", async (t) => {
  const server = await started(t, { options: { rtspEncryption: "strict" }, certificate: createCertificate() });
  const socket = await opened(t, server);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = performance.now();
  await server.close();
  assert.ok(performance.now() - before < 1000);
  if (!socket.destroyed) await once(socket, "close");
});
