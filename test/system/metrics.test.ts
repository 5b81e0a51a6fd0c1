/** Metrics of the whole process: who may see them, and, against a payload whose size is known, that what went in and out is counted to the byte. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { RtspClient, tcpTransport } from "#test/peers/rtsp-client.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const SDP = ["v=0", "s=test", "m=audio 0 RTP/AVP 8", "a=control:streamid=0", ""].join("\r\n");
const RTP_HEADER = 12;
const PAYLOAD = 160;
const PACKETS = 200;
/** Sequence numbers that never come. */
const LOST = new Set([50, 51, 120]);

test("the metrics beside the API are for who may see them, and that opens nothing else", async (t) => {
  const users = "authInternalUsers: [{user: scraper, pass: hunter4, permissions: [{action: metrics}]}]";
  const sluice = await startSluice(t, { config: `${users}\npaths: {gate: {}}` });
  const ask = async (path: string, authorization?: string): Promise<number> => {
    const url = `http://127.0.0.1:${String(sluice.apiPort)}${path}`;
    return (await fetch(url, authorization === undefined ? {} : { headers: { authorization } })).status;
  };
  const scraper = `Basic ${Buffer.from("scraper:hunter4").toString("base64")}`;
  assert.equal(await ask("/metrics", scraper), 200);
  assert.equal(await ask("/metrics"), 401);
  assert.equal(await ask("/v3/paths/list", scraper), 401);
});

test("byte counters match what was sent, and loss, viewers and their reports are counted", async (t) => {
  const sluice = await startSluice(t, { config: "paths: {gate: {}}" });
  const base = `http://127.0.0.1:${String(sluice.apiPort)}`;
  const metrics = async (): Promise<ReadonlyMap<string, number>> => {
    const text = await (await fetch(`${base}/metrics`)).text();
    const samples = [...text.matchAll(/^([^#\s]\S*) (\S+)$/gm)];
    return new Map(samples.map(([, name = "", value]) => [name, Number(value)]));
  };

  const publisher = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => publisher.close());
  const url = sluice.url("gate");
  const announced = { headers: { "Content-Type": "application/sdp" }, body: SDP };
  assert.equal((await publisher.request("ANNOUNCE", url, announced)).status, 200);
  assert.equal((await publisher.setUp(`${url}/streamid=0`, { ...tcpTransport(0), mode: "record" })).status, 200);
  assert.equal((await publisher.request("RECORD", url, publisher.withSession())).status, 200);
  const send = (sequence: number): void => publisher.send(audioFrame(sequence));
  send(0);
  await waitUntil(async () => (await metrics()).get('sluice_camera_up{camera="gate"}') === 1, { what: "the stream", pollMs: 50 });

  const reader = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => reader.close());
  await reader.read(url);
  for (let sequence = 1; sequence < PACKETS; sequence += 1) if (!LOST.has(sequence)) send(sequence);
  const sent = PACKETS - LOST.size;
  const read = (): readonly Buffer[] => reader.frames.filter(({ channel }) => channel === 0).map(({ payload }) => payload);
  // The newest packet before it came is a reader's first.
  await waitUntil(() => read().length >= sent - 1, { what: "all packets at the reader" });

  const report = { player: "p1", camera: "gate", kind: "webrtc", firstPictureMs: 1500, stalls: 2, stalledMs: 250, errors: 1 };
  const body = JSON.stringify({ ...report, ended: false });
  const headers = { "Content-Type": "application/json" };
  assert.equal((await fetch(`${base}/api/viewers`, { method: "POST", headers, body })).status, 204);

  const inbound = sent * (RTP_HEADER + PAYLOAD);
  const outbound = read().reduce((sum, packet) => sum + packet.length, 0);
  await waitUntil(async () => (await metrics()).get('sluice_camera_rtp_lost_total{camera="gate"}') === LOST.size, {
    what: "a look at the loss",
    pollMs: 100,
  });
  const values = await metrics();
  const expected: readonly [string, number][] = [
    ['sluice_camera_inbound_bytes_total{camera="gate"}', inbound],
    ['paths_inbound_bytes{name="gate",state="ready"}', inbound],
    ['paths_bytes_received{name="gate",state="ready"}', inbound],
    ['sluice_camera_outbound_bytes_total{camera="gate"}', outbound],
    ['sluice_camera_state{camera="gate",state="live"}', 1],
    ['sluice_camera_viewers{camera="gate",proto="rtsp"}', 1],
    ['sluice_camera_viewer_drops_total{camera="gate",proto="rtsp"}', 0],
    ['sluice_viewer_first_picture_seconds_total{player="webrtc"}', 1.5],
    ['sluice_viewer_stalls_total{player="webrtc"}', 2],
    ['sluice_viewer_stalled_seconds_total{player="webrtc"}', 0.25],
  ];
  for (const [name, value] of expected) assert.equal(values.get(name), value, name);
});

function audioFrame(sequence: number): Buffer {
  const header = { marker: false, payloadType: 8, sequence, timestamp: sequence * PAYLOAD, ssrc: 0x1234 };
  const packet = printRtpPacket(header, Buffer.alloc(PAYLOAD, sequence));
  return Buffer.concat([Buffer.from([0x24, 0, packet.length >> 8, packet.length & 0xff]), packet]);
}
