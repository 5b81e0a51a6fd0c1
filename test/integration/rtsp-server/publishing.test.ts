import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRtcp, printSenderReport } from "#formats/rtcp/packet.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { parseTransport } from "#formats/rtsp-message/transport.ts";
import { type RtspClient, tcpTransport } from "#test/peers/rtsp-client.ts";
import { UdpPair } from "#test/peers/udp-pair.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import type { TestServer } from "#test/support/rtsp-server.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { connected, started } from "./test-server.ts";

const ALL_MEDIA = [
  "v=0",
  "o=- 0 0 IN IP4 127.0.0.1",
  "s=test",
  "t=0 0",
  "m=audio 0 RTP/AVP 8",
  "a=control:streamid=0",
  "m=audio 0 RTP/AVP 97",
  "a=rtpmap:97 opus/48000/2",
  "a=control:streamid=1",
  "",
].join("\r\n");

const ONE_MEDIUM = ["v=0", "s=test", "m=audio 0 RTP/AVP 8", "a=control:streamid=0", ""].join("\r\n");

const sdp = { "Content-Type": "application/sdp" };

function audioPacket(sequence: number): Buffer {
  const header = { marker: false, payloadType: 8, sequence, timestamp: sequence * 160, ssrc: 0x1234 };
  return printRtpPacket(header, Buffer.alloc(160, sequence));
}

function frame(channel: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, payload.length >> 8, payload.length & 0xff]), payload]);
}

/** ANNOUNCE, SETUP of the first medium over TCP, RECORD. */
async function publishOverTcp(client: RtspClient, url: string): Promise<void> {
  assert.equal((await client.request("ANNOUNCE", url, { headers: sdp, body: ONE_MEDIUM })).status, 200);
  const spec = { ...tcpTransport(0), mode: "record" } as const;
  assert.equal((await client.setUp(`${url}/streamid=0`, spec)).status, 200);
  assert.equal((await client.request("RECORD", url, client.withSession())).status, 200);
}

async function isReady(server: TestServer, path = "cam"): Promise<void> {
  await waitUntil(() => server.registry.find(path)?.ready === true, { what: "the path to be ready" });
}

test("takes media over TCP and gives it to readers", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  const url = server.url("cam");
  await publishOverTcp(client, url);
  client.send(frame(0, audioPacket(1)));
  await isReady(server);
  const reader = await connected(t, server);
  await reader.read(url);
  client.send(frame(0, audioPacket(2)));
  await waitUntil(() => reader.frames.some(({ channel }) => channel === 0), { what: "media" });
  const payload = reader.frames.find(({ channel }) => channel === 0)?.payload.subarray(12);
  assert.deepEqual(payload, Buffer.alloc(160, 2));
});

test("takes media over UDP from the ports that were set up, and from no others", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  const pair = await UdpPair.open();
  const stranger = await UdpPair.open();
  t.after(() => pair.close());
  t.after(() => stranger.close());
  const url = server.url("cam");
  await client.request("ANNOUNCE", url, { headers: sdp, body: ONE_MEDIUM });
  const spec = { protocol: "RTP/AVP", delivery: "unicast", clientPort: pair.ports, mode: "record" } as const;
  const answer = await client.setUp(`${url}/streamid=0`, spec);
  const [rtp = 0, rtcp = 0] = parseTransport(answer.headers.get("Transport") ?? "")[0]?.serverPort ?? [];
  await client.request("RECORD", url, client.withSession());
  for (let sequence = 1; sequence <= 3; sequence += 1) stranger.sendRtp(audioPacket(sequence), rtp);
  for (const sequence of [11, 13, 12]) pair.sendRtp(audioPacket(sequence), rtp);
  pair.sendRtp(Buffer.from("junk"), rtp);
  const report = { ssrc: 0x1234, ntpSeconds: 1, ntpFraction: 0, rtpTimestamp: 160, packetCount: 1, octetCount: 160 };
  pair.sendRtcp(printSenderReport(report), rtcp);
  const view = await waitUntil(
    () => {
      const [session] = server.server.sessions();
      return session?.inboundRTPPackets === 3 && session.inboundRTCPPackets === 1 ? session : undefined;
    },
    { what: "the packets" },
  );
  assert.equal(view.state, "publish");
  assert.equal(view.transport, "UDP");
  assert.equal(view.inboundRTPPacketsLost, 0);
  await waitUntil(() => server.server.sessions()[0]?.inboundRTPPacketsInError === 1, { what: "the junk to be counted" });
  assert.equal(server.registry.find("cam")?.stream?.tracks[0]?.packets, 3);
});

test("reports reception to publishers, over TCP and over UDP", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { clock, paths: [{ name: "cam" }, { name: "cam2" }] });
  const overTcp = await connected(t, server);
  await publishOverTcp(overTcp, server.url("cam"));
  const pair = await UdpPair.open();
  t.after(() => pair.close());
  const overUdp = await connected(t, server);
  const url = server.url("cam2");
  await overUdp.request("ANNOUNCE", url, { headers: sdp, body: ONE_MEDIUM });
  const spec = { protocol: "RTP/AVP", delivery: "unicast", clientPort: pair.ports, mode: "record" } as const;
  await overUdp.setUp(`${url}/streamid=0`, spec);
  await overUdp.request("RECORD", url, overUdp.withSession());
  overTcp.send(frame(0, audioPacket(1)));
  pair.sendRtp(audioPacket(1), server.server.ports.rtp ?? 0);
  await isReady(server, "cam");
  await isReady(server, "cam2");
  await clock.run(6000);
  const arrived = await waitUntil(
    () => {
      const interleaved = overTcp.frames.find(({ channel }) => channel === 1)?.payload;
      return interleaved === undefined || pair.rtcp[0] === undefined ? undefined : [interleaved, pair.rtcp[0]];
    },
    { what: "receiver reports" },
  );
  for (const bytes of arrived) {
    const [report] = parseRtcp(bytes, { start: 0, end: bytes.length });
    assert.equal(report?.kind === "receiver-report" ? report.reports[0]?.ssrc : undefined, 0x1234);
  }
});

test("publishes only the media that were set up", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  const url = server.url("cam");
  await client.request("ANNOUNCE", url, { headers: sdp, body: ALL_MEDIA });
  await client.setUp(`${url}/streamid=1`, tcpTransport(0));
  assert.equal((await client.request("RECORD", url, client.withSession())).status, 200);
  assert.deepEqual(
    server.registry.find("cam")?.stream?.tracks.map((track) => track.name),
    ["Opus"],
  );
});

test("understands publishers that don't repeat their session in SETUP", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  const url = server.url("cam");
  await client.request("ANNOUNCE", url, { headers: sdp, body: ALL_MEDIA });
  const { session } = client;
  for (const track of [0, 1]) {
    client.session = undefined;
    assert.equal((await client.setUp(`${url}/streamid=${String(track)}`, tcpTransport(track))).status, 200);
    assert.equal(client.session, session);
  }
  client.session = undefined;
  assert.equal((await client.request("RECORD", url)).status, 200);
  assert.equal(server.server.sessions().length, 1);
});

test("finds the medium whether the query follows the path or the medium, as GStreamer writes it", async (t) => {
  const server = await started(t);
  const addresses = [`${server.url("cam")}?token=x/streamid=0`, `${server.url("cam")}/streamid=0?token=x`];
  for (const address of addresses) {
    for (const repeated of [true, false]) {
      const client = await connected(t, server);
      const url = `${server.url("cam")}?token=x`;
      const announced = await client.request("ANNOUNCE", url, { headers: sdp, body: ONE_MEDIUM });
      if (!repeated) client.session = undefined;
      const spec = { ...tcpTransport(0), mode: "record" } as const;
      assert.deepEqual([announced.status, (await client.setUp(address, spec)).status], [200, 200], address);
      await client.request("TEARDOWN", url, client.withSession());
    }
  }
});

test("leaves the path at TEARDOWN, at PAUSE, and when the connection ends", async (t) => {
  const server = await started(t);
  const url = server.url("cam");
  const client = await connected(t, server);
  await publishOverTcp(client, url);
  assert.equal(server.registry.find("cam")?.source?.type, "rtspSession");
  assert.equal((await client.request("PAUSE", url, client.withSession())).status, 200);
  assert.equal(server.registry.find("cam")?.source, undefined);
  assert.equal((await client.request("RECORD", url, client.withSession())).status, 200);
  assert.notEqual(server.registry.find("cam")?.source, undefined);
  assert.equal((await client.request("TEARDOWN", url, client.withSession())).status, 200);
  assert.equal(server.registry.find("cam")?.source, undefined);
  const other = await connected(t, server);
  await publishOverTcp(other, url);
  other.close();
  await waitUntil(() => server.registry.find("cam")?.source === undefined, { what: "the publisher to leave" });
});

test("lets a new publisher take over, and tells the former by closing its connection", async (t) => {
  const server = await started(t);
  const first = await connected(t, server);
  await publishOverTcp(first, server.url("cam"));
  const second = await connected(t, server);
  await publishOverTcp(second, server.url("cam"));
  await first.ended();
  assert.equal(server.server.sessions().length, 1);
});

test("readers of a publisher that comes back with other media are closed, those who come then get the new ones", async (t) => {
  const server = await started(t);
  const url = server.url("cam");
  const first = await connected(t, server);
  await publishOverTcp(first, url);
  first.send(frame(0, audioPacket(1)));
  await isReady(server);
  const reader = await connected(t, server);
  await reader.read(url);
  first.close();
  await waitUntil(() => server.registry.find("cam")?.source === undefined, { what: "the publisher to leave" });
  assert.equal(reader.closed, false);
  const second = await connected(t, server);
  assert.equal((await second.request("ANNOUNCE", url, { headers: sdp, body: ALL_MEDIA })).status, 200);
  for (const track of [0, 1]) {
    assert.equal(
      (await second.setUp(`${url}/streamid=${String(track)}`, { ...tcpTransport(track), mode: "record" })).status,
      200,
    );
  }
  assert.equal((await second.request("RECORD", url, second.withSession())).status, 200);
  second.send(frame(0, audioPacket(1)));
  await reader.ended();
  await isReady(server);
  const described = await (await connected(t, server)).request("DESCRIBE", url);
  assert.equal(described.body.toString().match(/^m=audio/gm)?.length, 2);
});

test("refuses a second publisher where none may take over", async (t) => {
  const server = await started(t, { paths: [{ name: "cam", overridePublisher: false }] });
  const first = await connected(t, server);
  await publishOverTcp(first, server.url("cam"));
  const second = await connected(t, server);
  const url = server.url("cam");
  await second.request("ANNOUNCE", url, { headers: sdp, body: ONE_MEDIUM });
  await second.setUp(`${url}/streamid=0`, tcpTransport(0));
  assert.equal((await second.request("RECORD", url, second.withSession())).status, 400);
  assert.equal(first.closed, false);
});

const refused = [
  { name: "a path that isn't configured", path: "other", headers: sdp, body: ONE_MEDIUM, status: 400 },
  { name: "a path that takes no publishers", path: "closed", headers: sdp, body: ONE_MEDIUM, status: 400 },
  { name: "a path that is pulled", path: "pulled", headers: sdp, body: ONE_MEDIUM, status: 400 },
  {
    name: "something else than a session description",
    path: "cam",
    headers: { "Content-Type": "text/html" },
    body: "x",
    status: 415,
  },
  { name: "a description without media", path: "cam", headers: sdp, body: "v=0\r\n", status: 400 },
  { name: "an empty description", path: "cam", headers: sdp, body: "", status: 400 },
];
for (const { name, path, headers, body, status } of refused) {
  test(`answers ANNOUNCE of ${name} with ${String(status)}`, async (t) => {
    const paths = [
      { name: "cam" },
      { name: "closed", publish: false },
      { name: "pulled", source: "rtsp://127.0.0.1:1/x", sourceOnDemand: true },
    ];
    const server = await started(t, { paths });
    const client = await connected(t, server);
    assert.equal((await client.request("ANNOUNCE", server.url(path), { headers, body })).status, status);
    assert.deepEqual(server.server.sessions(), []);
  });
}

test("answers RECORD before any SETUP, and PLAY of a publisher, with 455", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  const url = server.url("cam");
  await client.request("ANNOUNCE", url, { headers: sdp, body: ONE_MEDIUM });
  assert.equal((await client.request("RECORD", url, client.withSession())).status, 455);
  assert.equal((await client.request("PLAY", url, client.withSession())).status, 455);
  assert.equal(
    (await client.request("ANNOUNCE", url, { headers: { ...sdp, Session: client.session ?? "" }, body: ONE_MEDIUM })).status,
    455,
  );
  assert.equal((await client.setUp(`${url}/streamid=7`, tcpTransport(0))).status, 404);
  assert.equal((await client.setUp(`${url}/streamid=0`, { protocol: "RTP/AVP", delivery: "multicast" })).status, 461);
});

test("gives up a publisher that sends nothing for readTimeout", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { clock });
  const client = await connected(t, server);
  await publishOverTcp(client, server.url("cam"));
  await clock.run(9000);
  assert.equal(server.server.sessions().length, 1);
  await clock.run(2000);
  assert.equal(server.server.sessions().length, 0);
  await client.ended();
});
