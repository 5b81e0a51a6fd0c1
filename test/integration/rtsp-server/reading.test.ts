import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRtpInfo } from "#formats/rtsp-message/rtp-info.ts";
import { emptyRtpHeader, readRtpHeader } from "#formats/rtp/packet.ts";
import { tcpTransport } from "#test/peers/rtsp-client.ts";
import { HandPublisher } from "#test/support/rtsp-server.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { connected, started } from "./test-server.ts";

test("says which methods it knows", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  const response = await client.request("OPTIONS", server.url("cam"));
  assert.equal(response.status, 200);
  assert.equal(
    response.headers.get("Public"),
    "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, PAUSE, RECORD, TEARDOWN, GET_PARAMETER, SET_PARAMETER",
  );
  assert.equal(response.headers.get("CSeq"), "1");
});

test("describes a stream with a control address for each track", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  const response = await client.request("DESCRIBE", server.url("cam"));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Content-Type"), "application/sdp");
  assert.equal(response.headers.get("Content-Base"), `${server.url("cam")}/`);
  const lines = response.body.toString().split("\r\n");
  assert.deepEqual(
    lines.filter((line) => /^(m=|a=rtpmap|a=control)/.test(line)),
    [
      "a=control:*",
      "m=video 0 RTP/AVP 96",
      "a=rtpmap:96 FAKEV/90000",
      "a=control:trackID=0",
      "m=audio 0 RTP/AVP 97",
      "a=rtpmap:97 FAKEA/48000",
      "a=control:trackID=1",
    ],
  );
});

test("plays over TCP: the answer comes first, and RTP-Info tells where media begins", async (t) => {
  const server = await started(t);
  const publisher = await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  const play = await client.read(server.url("cam"));
  publisher.video("d1", 3600);
  publisher.audio("a0", 0);
  await waitUntil(() => client.frames.some(({ channel }) => channel === 2), { what: "audio" });
  assert.equal(client.log.indexOf("$0") > client.log.lastIndexOf("200"), true, client.log.join(" "));
  const [video, audio] = parseRtpInfo(play.headers.get("RTP-Info") ?? "");
  assert.equal(video?.url, `${server.url("cam")}/trackID=0`);
  assert.equal(audio?.url, `${server.url("cam")}/trackID=1`);
  assert.match(play.headers.get("Range") ?? "", /^npt=(now|0)-$/);
  const first = client.frames.find(({ channel }) => channel === 0)?.payload ?? Buffer.alloc(0);
  const header = emptyRtpHeader();
  assert.equal(readRtpHeader(first, { start: 0, end: first.length }, header), true);
  assert.equal(header.sequence, video?.sequence);
  assert.equal(header.timestamp, video?.rtpTime);
});

test("pauses and goes on", async (t) => {
  const server = await started(t);
  const publisher = await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.read(server.url("cam"));
  assert.equal((await client.request("PAUSE", server.url("cam"), client.withSession())).status, 200);
  const before = client.frames.length;
  publisher.video("K1", 3600);
  assert.equal((await client.request("GET_PARAMETER", server.url("cam"), client.withSession())).status, 200);
  assert.equal(client.frames.length, before);
  assert.equal((await client.request("PLAY", server.url("cam"), client.withSession())).status, 200);
  publisher.video("K2", 7200);
  await waitUntil(() => client.frames.length > before, { what: "media after the pause" });
});

test("takes PAUSE before PLAY for nothing to do", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0));
  assert.equal((await client.request("PAUSE", server.url("cam"), client.withSession())).status, 200);
  assert.equal((await client.request("PLAY", `${server.url("cam")}/`, client.withSession())).status, 200);
  await waitUntil(() => client.frames.some(({ channel }) => channel === 0), { what: "media" });
});

test("sends one track of two, whichever it is, and names it alone in RTP-Info", async (t) => {
  const server = await started(t);
  const publisher = await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.setUp(`${server.url("cam")}/trackID=1`, tcpTransport(0));
  const played = await client.request("PLAY", server.url("cam"), client.withSession());
  assert.match(played.headers.get("RTP-Info") ?? "", /^url=[^,]*trackID=1;/);
  publisher.audio("a", 0);
  publisher.video("d", 3600);
  await waitUntil(() => client.frames.some(({ channel }) => channel === 0), { what: "sound" });
  assert.ok(client.frames.every(({ channel, payload }) => channel > 0 || ((payload[1] ?? 0) & 0x7f) === 97));
});

test("ends a session at TEARDOWN and keeps its connection", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.read(server.url("cam"));
  assert.equal(server.server.sessions().length, 1);
  assert.equal((await client.request("TEARDOWN", server.url("cam"), client.withSession())).status, 200);
  assert.equal(server.server.sessions().length, 0);
  assert.equal(server.registry.find("cam")?.readers.length, 0);
  assert.equal((await client.request("PLAY", server.url("cam"), client.withSession())).status, 454);
  assert.equal((await client.request("OPTIONS", server.url("cam"))).status, 200);
});

test("counts a reader once from SETUP on, not at DESCRIBE", async (t) => {
  const server = await started(t, { paths: [{ name: "cam", maxReaders: 1 }] });
  await HandPublisher.open(server.registry);
  const first = await connected(t, server);
  const second = await connected(t, server);
  assert.equal((await second.request("DESCRIBE", server.url("cam"))).status, 200);
  await first.read(server.url("cam"));
  assert.equal((await second.request("DESCRIBE", server.url("cam"))).status, 200);
  assert.equal((await second.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0))).status, 453);
  first.close();
  await waitUntil(() => server.registry.find("cam")?.readers.length === 0, { what: "the first reader to leave" });
  assert.equal((await second.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0))).status, 200);
});

const refusals = [
  { name: "a path nobody feeds", path: "cam", status: 404 },
  { name: "a path that isn't configured", path: "other", status: 400 },
  { name: "a path that is switched off", path: "off", status: 400 },
  { name: "a path with a dot-dot part", path: "cam/../cam", status: 400 },
  { name: "a path with an escaped dot-dot part", path: "%2e%2e/cam", status: 400 },
  { name: "a path with NUL", path: "cam%00", status: 400 },
  { name: "a path with a space", path: "cam%20a", status: 400 },
  { name: "no path", path: "", status: 400 },
];
for (const { name, path, status } of refusals) {
  test(`answers DESCRIBE of ${name} with ${String(status)}`, async (t) => {
    const server = await started(t, { paths: [{ name: "cam" }, { name: "off", enable: false }] });
    const client = await connected(t, server);
    assert.equal((await client.request("DESCRIBE", server.url(path))).status, status);
  });
}

test("takes a slash at the end for the same path, and refuses doubled ones", async (t) => {
  const server = await started(t, { paths: [{ name: "a/b" }] });
  await HandPublisher.open(server.registry, "a/b");
  const client = await connected(t, server);
  assert.equal((await client.request("DESCRIBE", server.url("a/b/"))).status, 200);
  for (const path of ["/a/b", "a//b", "a/b//", "a%2F%2Fb"]) {
    assert.equal((await client.request("DESCRIBE", server.url(path))).status, 400, path);
  }
});

test("keeps the query of an address through SETUP and PLAY", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.read(server.url("cam?token=abc"));
  assert.equal(server.server.sessions()[0]?.query, "token=abc");
  assert.equal(server.server.sessions()[0]?.path, "cam");
});

test("sends readers of a redirecting path elsewhere", async (t) => {
  const paths = [
    { name: "far", source: "redirect", sourceRedirect: "rtsp://192.0.2.1/x" },
    { name: "near", source: "redirect", sourceRedirect: "/other" },
  ];
  const server = await started(t, { paths });
  const client = await connected(t, server);
  const far = await client.request("DESCRIBE", server.url("far"));
  assert.equal(far.status, 302);
  assert.equal(far.headers.get("Location"), "rtsp://192.0.2.1/x");
  const near = await client.request("DESCRIBE", server.url("near"));
  assert.equal(near.headers.get("Location"), server.url("other"));
});

test("shows a reading session and its connection", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.read(server.url("cam"));
  await waitUntil(() => client.frames.length > 0, { what: "media" });
  const [session] = server.server.sessions();
  const [connection] = server.server.connections();
  assert.equal(session?.state, "read");
  assert.equal(session.transport, "TCP");
  assert.equal(session.profile, "AVP");
  assert.deepEqual(session.conns, [connection?.id]);
  assert.equal(connection?.session, session.id);
  assert.equal(connection.tunnel, "none");
  assert.match(session.remoteAddr, /^127\.0\.0\.1:\d+$/);
  assert.match(session.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(session.outboundBytes > 0);
  assert.ok(connection.outboundBytes > session.outboundBytes);
  assert.ok(connection.inboundBytes > 0);
});

test("kicks a session: its client is disconnected, and the id is gone", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.read(server.url("cam"));
  const id = server.server.sessions()[0]?.id ?? "";
  assert.equal(server.server.kick(id), true);
  await client.ended();
  assert.equal(server.server.kick(id), false);
});

test("ends the session with its TCP connection", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.read(server.url("cam"));
  client.close();
  await waitUntil(() => server.server.sessions().length === 0, { what: "the session to end" });
  assert.deepEqual(server.server.connections(), []);
  assert.equal(server.registry.find("cam")?.readers.length, 0);
});

test("disconnects readers when the stream ends for good", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.read(server.url("cam"));
  server.registry.close();
  await client.ended();
});
