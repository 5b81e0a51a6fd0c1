import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { test, type TestContext } from "node:test";
import { printReceiverReport } from "#formats/rtcp/packet.ts";
import { parseTransport } from "#formats/rtsp-message/transport.ts";
import type { RtspResponse } from "#formats/rtsp-message/message.ts";
import { IpRange } from "#base/ip-range.ts";
import { tcpTransport } from "#test/peers/rtsp-client.ts";
import { UdpPair } from "#test/peers/udp-pair.ts";
import { freeUdpPair } from "#test/support/free-ports.ts";
import { HandPublisher } from "#test/support/rtsp-server.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { connected, started } from "./test-server.ts";

async function udpPair(t: TestContext, host?: string, first?: "even" | "odd"): Promise<UdpPair> {
  const pair = await UdpPair.open(host, first);
  t.after(() => pair.close());
  return pair;
}

function transportOf(response: RtspResponse): ReturnType<typeof parseTransport>[number] | undefined {
  return parseTransport(response.headers.get("Transport") ?? "")[0];
}

const unicast = { protocol: "RTP/AVP", delivery: "unicast" } as const;
/** Set up only, never played: tests send nothing to other machines. */
const multicast = { protocol: "RTP/AVP", delivery: "multicast" } as const;

test("sends media and sender reports over UDP from the server's port pair", async (t) => {
  const server = await started(t);
  const publisher = await HandPublisher.open(server.registry, "cam", false);
  const pair = await udpPair(t);
  const client = await connected(t, server);
  await client.read(server.url("cam"), () => ({ ...unicast, clientPort: pair.ports }));
  const answer = client.responses.find((response) => response.headers.has("Transport"));
  const { rtp, rtcp } = server.server.ports;
  assert.deepEqual(answer === undefined ? undefined : transportOf(answer)?.serverPort, [rtp, rtcp]);
  publisher.video("d1", 3600);
  await waitUntil(() => pair.rtp.length >= 2 && pair.rtcp.length >= 1, { what: "media and a report" });
  assert.equal(server.server.sessions()[0]?.transport, "UDP");
  assert.deepEqual(client.frames, []);
});

test("never sends to the address in `destination`", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  const victim = await udpPair(t, "127.0.0.2");
  const client = await connected(t, server);
  const spec = { ...unicast, clientPort: victim.ports, destination: "127.0.0.2" };
  await client.read(server.url("cam"), () => spec);
  const answer = client.responses.find((response) => response.headers.has("Transport"));
  assert.equal(answer === undefined ? undefined : transportOf(answer)?.destination, undefined);
  await client.request("GET_PARAMETER", server.url("cam"), client.withSession());
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.deepEqual(victim.rtp, []);
});

test("refuses UDP ports that another session of the same address uses, and leaves that one alone", async (t) => {
  const server = await started(t);
  const publisher = await HandPublisher.open(server.registry, "cam", false);
  const pair = await udpPair(t);
  const first = await connected(t, server);
  await first.read(server.url("cam"), () => ({ ...unicast, clientPort: pair.ports }));
  const second = await connected(t, server);
  const refused = await second.setUp(`${server.url("cam")}/trackID=0`, { ...unicast, clientPort: pair.ports });
  assert.equal(refused.status, 461);
  const overlapping = [pair.ports[1], pair.ports[1] + 1] as const;
  assert.equal((await second.setUp(`${server.url("cam")}/trackID=0`, { ...unicast, clientPort: overlapping })).status, 461);
  const before = pair.rtp.length;
  publisher.video("d1", 3600);
  await waitUntil(() => pair.rtp.length > before, { what: "media of the first session" });
  assert.equal(server.server.sessions().length, 1);
});

test("refuses the same UDP ports for two tracks of one session", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const pair = await udpPair(t);
  const client = await connected(t, server);
  const spec = { ...unicast, clientPort: pair.ports };
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=0`, spec)).status, 200);
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=1`, spec)).status, 461);
});

test("frees a session's UDP ports when it ends", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  const pair = await udpPair(t);
  const client = await connected(t, server);
  await client.read(server.url("cam"), () => ({ ...unicast, clientPort: pair.ports }));
  await client.request("TEARDOWN", server.url("cam"), client.withSession());
  client.session = undefined;
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=0`, { ...unicast, clientPort: pair.ports })).status, 200);
});

test("takes the client's loss from its receiver reports", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  const pair = await udpPair(t);
  const client = await connected(t, server);
  await client.read(server.url("cam"), () => ({ ...unicast, clientPort: pair.ports }));
  const report = { ssrc: 1, fractionLost: 0, cumulativeLost: 12, highestSequence: 0, jitter: 0, lastSenderReport: 0, delay: 0 };
  pair.sendRtcp(printReceiverReport(99, [{ ...report, delaySinceLastSenderReport: 0 }]), server.server.ports.rtcp ?? 0);
  await waitUntil(() => server.server.sessions()[0]?.outboundRTPPacketsReportedLost === 12, { what: "the report" });
  assert.equal(server.server.sessions()[0]?.inboundRTCPPackets, 1);
});

const choices = [
  { name: "assigns channels where a client names none (Genetec)", offer: "RTP/AVP/TCP;unicast", answered: [0, 1] },
  { name: "honours odd channel numbers (SeeTec)", offer: "RTP/AVP/TCP;unicast;interleaved=5-6", answered: [5, 6] },
  { name: "assigns channels where the pair is no pair", offer: "RTP/AVP/TCP;unicast;interleaved=4-9", answered: [0, 1] },
  { name: "takes RTP/AVP with channels for TCP", offer: "RTP/AVP;unicast;interleaved=0-1", answered: [0, 1] },
  {
    name: "takes the second of two offers where it can't serve the first",
    offer: "RTP/SAVP;unicast;client_port=5000-5001,RTP/AVP/TCP",
    answered: [0, 1],
  },
];
for (const { name, offer, answered } of choices) {
  test(name, async (t) => {
    const server = await started(t);
    await HandPublisher.open(server.registry, "cam", false);
    const client = await connected(t, server);
    const response = await client.request("SETUP", `${server.url("cam")}/trackID=0`, { headers: { Transport: offer } });
    assert.equal(response.status, 200);
    assert.deepEqual(transportOf(response)?.interleaved, answered);
    assert.equal((await client.request("PLAY", server.url("cam"), client.withSession())).status, 200);
    await waitUntil(() => client.frames.some(({ channel }) => channel === answered[0]), { what: "media on that channel" });
  });
}

test("sends tracks that were set up in another order on the channels they asked for", async (t) => {
  const server = await started(t);
  const publisher = await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.setUp(`${server.url("cam")}/trackID=1`, tcpTransport(3));
  await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(1));
  assert.equal((await client.request("PLAY", server.url("cam"), client.withSession())).status, 200);
  publisher.audio("a", 0);
  publisher.video("d", 3600);
  const typesOn = (channel: number): number[] =>
    client.frames.filter((frame) => frame.channel === channel).map(({ payload }) => (payload[1] ?? 0) & 0x7f);
  await waitUntil(() => typesOn(2).length > 1 && typesOn(6).length > 0, { what: "media of both tracks" });
  assert.deepEqual([new Set(typesOn(2)), new Set(typesOn(6))], [new Set([96]), new Set([97])]);
});

test("sends to UDP ports that begin with an odd one, and to a single port", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry, "cam", false);
  for (const isSingle of [false, true]) {
    const pair = await udpPair(t, "127.0.0.1", "odd");
    const client = await connected(t, server);
    const [first, second] = pair.ports;
    const offer = `RTP/AVP;unicast;client_port=${isSingle ? String(first) : `${String(first)}-${String(second)}`}`;
    const url = server.url("cam");
    assert.equal((await client.request("SETUP", `${url}/trackID=0`, { headers: { Transport: offer } })).status, 200);
    assert.equal((await client.request("PLAY", url, client.withSession())).status, 200);
    await waitUntil(() => pair.rtp.length > 0, { what: `media at ${offer}` });
  }
});

test("assigns other channels where those asked for are taken on this connection", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0));
  const second = await client.setUp(`${server.url("cam")}/trackID=1`, tcpTransport(0));
  assert.deepEqual(transportOf(second)?.interleaved, [2, 3]);
});

const unsupported = [
  { name: "SRTP", offer: "RTP/SAVP/TCP;interleaved=0-1" },
  { name: "UDP without client_port", offer: "RTP/AVP;unicast" },
  { name: "UDP with client_port 0", offer: "RTP/AVP;unicast;client_port=0-1" },
  { name: "an empty Transport header", offer: "" },
];
for (const { name, offer } of unsupported) {
  test(`answers SETUP with ${name} with 461`, async (t) => {
    const server = await started(t);
    await HandPublisher.open(server.registry);
    const client = await connected(t, server);
    const response = await client.request("SETUP", `${server.url("cam")}/trackID=0`, { headers: { Transport: offer } });
    assert.equal(response.status, 461);
    assert.equal(server.server.sessions().length, 0);
    assert.equal(server.registry.find("cam")?.readers.length, 0);
  });
}

test("serves only the transports that are switched on", async (t) => {
  const server = await started(t, { options: { rtspTransports: ["tcp"] } });
  await HandPublisher.open(server.registry, "cam", false);
  assert.equal(server.server.ports.rtp, undefined);
  const client = await connected(t, server);
  const url = `${server.url("cam")}/trackID=0`;
  assert.equal((await client.setUp(url, { ...unicast, clientPort: [5000, 5001] })).status, 461);
  assert.equal((await client.setUp(url, multicast)).status, 461);
  assert.equal((await client.setUp(url, tcpTransport(0))).status, 200);
});

test("wants all tracks of a session to travel alike", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const client = await connected(t, server);
  await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0));
  const response = await client.setUp(`${server.url("cam")}/trackID=1`, { ...unicast, clientPort: [5000, 5001] });
  assert.equal(response.status, 461);
});

test("gives each track a multicast group, and all readers of a stream the same ones", async (t) => {
  const rtpPort = await freeUdpPair();
  const options = {
    multicastIPRange: IpRange.parse("239.255.77.0/24") ?? assert.fail(),
    multicastRTPPort: rtpPort,
    multicastRTCPPort: rtpPort + 1,
  };
  const server = await started(t, { options });
  await HandPublisher.open(server.registry);
  const groups: unknown[] = [];
  for (let reader = 0; reader < 2; reader += 1) {
    const client = await connected(t, server);
    const answers: unknown[] = [];
    for (const track of [0, 1]) {
      const response = await client.setUp(`${server.url("cam")}/trackID=${String(track)}`, multicast);
      const { destination, port } = transportOf(response) ?? {};
      answers.push({ group: destination, port });
    }
    groups.push(answers);
  }
  const ports = [rtpPort, rtpPort + 1];
  const expected = [
    { group: "239.255.77.0", port: ports },
    { group: "239.255.77.1", port: ports },
  ];
  assert.deepEqual(groups, [expected, expected]);
  assert.deepEqual(
    server.server.sessions().map((session) => session.transport),
    ["UDP-multicast", "UDP-multicast"],
  );
});

test("`vlcmulticast` in the query makes multicast of a unicast request, and the description says so", async (t) => {
  const rtpPort = await freeUdpPair();
  const options = { multicastRTPPort: rtpPort, multicastRTCPPort: rtpPort + 1 };
  const server = await started(t, { options });
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  const description = await client.request("DESCRIBE", server.url("cam?vlcmulticast"));
  assert.match(description.body.toString(), /^c=IN IP4 224\.1\.0\.0\/16\r$/m);
  const response = await client.setUp(`${server.url("cam?vlcmulticast")}/trackID=0`, { ...unicast, clientPort: [5000, 5001] });
  assert.equal(transportOf(response)?.delivery, "multicast");
  assert.equal(transportOf(response)?.ttl, 16);
});

test("frees multicast ports when the last reader leaves", async (t) => {
  const rtpPort = await freeUdpPair();
  const server = await started(t, { options: { multicastRTPPort: rtpPort, multicastRTCPPort: rtpPort + 1 } });
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  await client.setUp(`${server.url("cam")}/trackID=0`, multicast);
  await client.request("TEARDOWN", server.url("cam"), client.withSession());
  const exclusive = createSocket("udp4");
  t.after(() => exclusive.close());
  await new Promise<void>((resolve, reject) => {
    exclusive.once("error", reject);
    exclusive.bind(rtpPort, () => resolve());
  });
});

test("serves IPv6 clients over TCP and UDP", async (t) => {
  const any = { host: undefined, port: 0 };
  const server = await started(t, { options: { rtspAddress: any, rtpAddress: any, rtcpAddress: any } });
  await HandPublisher.open(server.registry, "cam", false);
  const pair = await udpPair(t, "::1");
  const client = await connected(t, server, { host: "::1" });
  const url = `rtsp://[::1]:${String(server.port)}/cam`;
  const description = await client.request("DESCRIBE", url);
  assert.match(description.body.toString(), /^o=- \d+ 1 IN IP6 ::1\r$/m);
  await client.setUp(`${url}/trackID=0`, { ...unicast, clientPort: pair.ports });
  await client.request("PLAY", url, client.withSession());
  await waitUntil(() => pair.rtp.length > 0, { what: "media over IPv6" });
  assert.match(server.server.sessions()[0]?.remoteAddr ?? "", /^\[::1\]:\d+$/);
  const four = await connected(t, server);
  assert.equal((await four.request("DESCRIBE", server.url("cam"))).status, 200);
});
