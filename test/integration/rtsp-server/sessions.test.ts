import assert from "node:assert/strict";
import { test } from "node:test";
import { printReceiverReport } from "#formats/rtcp/packet.ts";
import { RtspClient, tcpTransport } from "#test/peers/rtsp-client.ts";
import { UdpPair } from "#test/peers/udp-pair.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { guardedDoor, HandPublisher } from "#test/support/rtsp-server.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { connected, started } from "./test-server.ts";

const USER = "viewer";
const PASSWORD = "secret";
const credentials = { Authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}` };

test("answers pipelined requests in their order", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  const url = server.url("cam");
  const requests = [
    client.print("OPTIONS", url),
    client.print("DESCRIBE", url),
    client.print("DESCRIBE", server.url("nowhere")),
    client.print("SETUP", `${url}/trackID=0`, { headers: { Transport: "RTP/AVP/TCP" } }),
    client.print("OPTIONS", url),
  ];
  client.send(Buffer.concat(requests));
  await waitUntil(() => client.responses.length === 5, { what: "five answers" });
  assert.deepEqual(
    client.responses.map((response) => [response.headers.get("CSeq"), response.status]),
    [
      ["1", 200],
      ["2", 200],
      ["3", 400],
      ["4", 200],
      ["5", 200],
    ],
  );
});

test("answers a request that arrives byte by byte", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  for (const byte of client.print("OPTIONS", server.url("cam"))) {
    client.send(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal((await client.response()).status, 200);
});

test("keeps several sessions on one connection apart", async (t) => {
  const server = await started(t, { paths: [{ name: "a" }, { name: "b" }] });
  const a = await HandPublisher.open(server.registry, "a", false);
  await HandPublisher.open(server.registry, "b", false);
  const client = await connected(t, server);
  await client.setUp(`${server.url("a")}/trackID=0`, tcpTransport(0));
  const first = { headers: { Session: client.session ?? "" } };
  client.session = undefined;
  await client.setUp(`${server.url("b")}/trackID=0`, tcpTransport(1));
  const second = { headers: { Session: client.session ?? "" } };
  assert.notEqual(first.headers.Session, second.headers.Session);
  assert.equal((await client.request("PLAY", server.url("a"), first)).status, 200);
  assert.equal((await client.request("PLAY", server.url("b"), second)).status, 200);
  await waitUntil(() => client.frames.some(({ channel }) => channel === 2), { what: "media of the second session" });
  assert.equal((await client.request("TEARDOWN", server.url("b"), second)).status, 200);
  a.video("d1", 3600);
  const before = client.frames.filter(({ channel }) => channel === 0).length;
  await waitUntil(() => client.frames.filter(({ channel }) => channel === 0).length > before, { what: "media of the first" });
  assert.deepEqual(
    server.server.sessions().map((session) => session.path),
    ["a"],
  );
});

test("allows sixteen sessions on a connection", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  const statuses: number[] = [];
  for (let count = 0; count < 17; count += 1) {
    client.session = undefined;
    statuses.push((await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(count))).status);
  }
  assert.deepEqual(statuses, [...Array<number>(16).fill(200), 503]);
});

test("allows sixteen SETUP requests in a session", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  const statuses: number[] = [];
  for (let count = 0; count < 17; count += 1) {
    statuses.push((await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0))).status);
  }
  assert.deepEqual(statuses, [200, ...Array<number>(15).fill(455), 400]);
});

const wrongOrder = [
  { name: "PLAY without a session", method: "PLAY", status: 454 },
  { name: "RECORD without a session", method: "RECORD", status: 454 },
  { name: "TEARDOWN without a session", method: "TEARDOWN", status: 454 },
  { name: "a method nobody knows", method: "REDIRECT", status: 501 },
];
for (const { name, method, status } of wrongOrder) {
  test(`answers ${name} with ${String(status)}`, async (t) => {
    const server = await started(t);
    const client = await connected(t, server);
    assert.equal((await client.request(method, server.url("cam"))).status, status);
  });
}

test("answers a session nobody has with 454, whatever the method", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  for (const method of ["OPTIONS", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE"]) {
    const response = await client.request(method, server.url("cam"), { headers: { Session: "12345678" } });
    assert.equal(response.status, 454, method);
  }
});

test("wants SETUP to name a track where there are several, and one that exists", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  assert.equal((await client.setUp(server.url("cam"), tcpTransport(0))).status, 459);
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=2`, tcpTransport(0))).status, 404);
  assert.deepEqual(server.server.sessions(), []);
});

test("SETUP of a path with one track needs no track", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  assert.equal((await client.setUp(server.url("cam"), tcpTransport(0))).status, 200);
});

test("a session keeps to its path", async (t) => {
  const server = await started(t, { paths: [{ name: "a" }, { name: "b" }] });
  await HandPublisher.open(server.registry, "a");
  await HandPublisher.open(server.registry, "b");
  const client = await connected(t, server);
  await client.setUp(`${server.url("a")}/trackID=0`, tcpTransport(0));
  assert.equal((await client.setUp(`${server.url("b")}/trackID=1`, tcpTransport(1))).status, 400);
});

test("SETUP while playing is refused with 455", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.read(server.url("cam"));
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0))).status, 455);
});

test("a TCP session's secret is worth nothing on another connection", async (t) => {
  const server = await started(t);
  const publisher = await HandPublisher.open(server.registry);
  const owner = await connected(t, server);
  await owner.read(server.url("cam"));
  const thief = await connected(t, server);
  for (const method of ["PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER"]) {
    assert.equal((await thief.request(method, server.url("cam"), owner.withSession())).status, 454, method);
  }
  const before = owner.frames.length;
  publisher.video("K1", 3600);
  await waitUntil(() => owner.frames.length > before, { what: "media of the owner" });
});

test("a UDP session outlives its connection and can be ended by the same user from another one", async (t) => {
  let address = "127.0.0.11";
  const server = await started(t, { authenticator: guardedDoor(USER, PASSWORD), seenFrom: () => address });
  await HandPublisher.open(server.registry, "cam", false);
  const url = server.url("cam");
  const owner = await connected(t, server);
  const headers = { ...credentials, Transport: "RTP/AVP;unicast;client_port=5000-5001" };
  await owner.request("SETUP", `${url}/trackID=0`, { headers });
  await owner.request("PLAY", url, owner.withSession());
  const { session = "" } = owner;
  owner.close();
  await waitUntil(() => server.server.connections().length === 0, { what: "the connection to end" });
  assert.deepEqual(server.server.sessions()[0]?.conns, []);
  const nameless = await connected(t, server);
  assert.equal((await nameless.request("TEARDOWN", url, { headers: { Session: session } })).status, 401);
  address = "127.0.0.12";
  const elsewhere = await connected(t, server);
  const signed = { headers: { Session: session, ...credentials } };
  assert.equal((await elsewhere.request("TEARDOWN", url, signed)).status, 454);
  address = "127.0.0.11";
  const again = await connected(t, server);
  assert.equal((await again.request("TEARDOWN", url, signed)).status, 200);
  assert.deepEqual(server.server.sessions(), []);
});

test("a UDP session that isn't playing ends with its connection", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  await client.setUp(`${server.url("cam")}/trackID=0`, { protocol: "RTP/AVP", delivery: "unicast", clientPort: [5000, 5001] });
  client.close();
  await waitUntil(() => server.server.sessions().length === 0, { what: "the session to end" });
});

test("a UDP reader ends after 60 s without request and RTCP; either keeps it", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { clock });
  await HandPublisher.open(server.registry, "cam", false);
  const pair = await UdpPair.open();
  t.after(() => pair.close());
  const client = await connected(t, server);
  const answer = await client.read(server.url("cam"), () => ({
    protocol: "RTP/AVP",
    delivery: "unicast",
    clientPort: pair.ports,
  }));
  assert.match(answer.headers.get("Session") ?? "", /^[0-9a-f]{32};timeout=55$/);
  await clock.run(50_000);
  await client.request("GET_PARAMETER", server.url("cam"), client.withSession());
  await clock.run(50_000);
  pair.sendRtcp(printReceiverReport(9, []), server.server.ports.rtcp ?? 0);
  await waitUntil(() => server.server.sessions()[0]?.inboundRTCPPackets === 1, { what: "the report" });
  await clock.run(50_000);
  assert.equal(server.server.sessions().length, 1);
  await clock.run(11_000);
  assert.deepEqual(server.server.sessions(), []);
  await client.ended();
});

test("a TCP reader needs to send nothing while it plays; one that never plays ends", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { clock });
  await HandPublisher.open(server.registry, "cam", false);
  const playing = await connected(t, server);
  await playing.read(server.url("cam"));
  const waiting = await connected(t, server);
  await waiting.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0));
  await clock.run(61_000);
  assert.equal(server.server.sessions().length, 1);
  await waiting.ended();
  assert.equal(playing.closed, false);
});

test("players that name no session mean the only one there is", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0));
  assert.equal((await client.request("PLAY", server.url("cam"))).status, 200);
  assert.equal((await client.request("TEARDOWN", server.url("cam"))).status, 200);
});

test("SET_PARAMETER with a body is not understood, without one it keeps the session alive", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  assert.equal((await client.request("SET_PARAMETER", server.url("cam"))).status, 200);
  const extras = { headers: { "Content-Type": "text/parameters" }, body: "barparam: barstuff" };
  assert.equal((await client.request("SET_PARAMETER", server.url("cam"), extras)).status, 451);
});

test("a client that vanishes while its DESCRIBE waits leaves nothing behind", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { clock });
  const publisher = await HandPublisher.open(server.registry, "cam", false);
  const reader = await connected(t, server);
  await reader.read(server.url("cam"));
  publisher.leave();
  const waiting = await RtspClient.connect({ port: server.port });
  waiting.send(waiting.print("DESCRIBE", server.url("cam")));
  await waitUntil(() => clock.openTimers().includes("wait for stream"), { what: "the wait" });
  waiting.close();
  await waitUntil(() => !clock.openTimers().includes("wait for stream"), { what: "the wait to end" });
  assert.equal(reader.closed, false);
});
