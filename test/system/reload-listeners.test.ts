/** Listeners of HLS and WebRTC change while viewers are there: who watches goes on, by the new address. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { createCertificate } from "#test/support/certificate.ts";
import { freeTcpPort, freeUdpPair } from "#test/support/free-ports.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir, type Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const slow = { timeoutMs: 30_000, pollMs: 50 } as const;

test("a viewer of HLS and one of WebRTC stay while their listeners move, and while only CORS changes", async (t) => {
  const sluice = await startSluice(t, { config: "", args: ["--demo"], env: { STATE_DIRECTORY: "" } });
  const origin = "https://site.example";
  const at = (port: number, path: string) => fetch(`http://127.0.0.1:${String(port)}${path}`, { headers: { origin } });
  const api = async (path: string): Promise<Readonly<Record<string, unknown>>> =>
    (await (await at(sluice.apiPort, `/v3/${path}`)).json()) as Readonly<Record<string, unknown>>;
  await waitUntil(async () => (await api("paths/get/demo"))["ready"] === true, { what: "the demo", ...slow });

  const master = await at(sluice.hlsPort, "/demo/index.m3u8");
  const child = /^[^#\s].*\.m3u8.*$/m.exec(await master.text())?.[0] ?? "";
  assert.match(child, /session=/);
  let pictures = 0;
  const viewer = await WhepViewer.open({
    url: `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`,
    onRtp: () => (pictures += 1),
  });
  t.after(() => viewer.close());
  const goesOn = async (hlsPort: number): Promise<void> => {
    const before = pictures;
    await waitUntil(() => pictures > before + 10, { what: "pictures over WebRTC", ...slow });
    assert.equal((await at(hlsPort, `/demo/${child}`)).status, 200, "the session's own playlist");
  };
  const sessions = async (): Promise<readonly unknown[]> =>
    (await Promise.all(["hlssessions/list", "webrtcsessions/list"].map(api))).flatMap(({ items }) =>
      (items as readonly { id: string }[]).map(({ id }) => id),
    );
  await goesOn(sluice.hlsPort);
  const before = await sessions();
  assert.equal(before.length, 2);

  let reloads = 0;
  const change = async (text: string): Promise<void> => {
    reloads += 1;
    writeFileSync(sluice.file, text);
    const changed = (): boolean => sluice.log().split("configuration was changed").length - 1 >= reloads;
    await waitUntil(changed, { what: `reload ${String(reloads)}\n${sluice.log()}`, ...slow });
  };
  const [hls, webrtc] = [await freeTcpPort(), await freeTcpPort()];
  const moved = sluice
    .text("")
    .replace(/^hlsAddress.*$/m, `hlsAddress: 127.0.0.1:${String(hls)}`)
    .replace(/^webrtcAddress.*$/m, `webrtcAddress: 127.0.0.1:${String(webrtc)}`);
  await change(moved);
  await goesOn(hls);
  assert.equal((await at(webrtc, "/demo/whep")).status, 405);
  assert.deepEqual(await sessions(), before);

  assert.equal((await at(hls, `/demo/${child}`)).headers.get("access-control-allow-origin"), "*");
  await change(`${moved}\nhlsAllowOrigins: [https://other.example]\nwebrtcAllowOrigins: []`);
  await goesOn(hls);
  assert.equal((await at(hls, `/demo/${child}`)).headers.get("access-control-allow-origin"), null);
  assert.deepEqual(await sessions(), before);
});

test("what is about requests, lists and times changes under viewers and event streams; lengths of segments begin HLS anew", async (t) => {
  const folder = tempDir(t);
  for (const name of ["a", "b"]) {
    const { key, cert } = createCertificate(name);
    writeFileSync(join(folder, `${name}.key`), key);
    writeFileSync(join(folder, `${name}.crt`), cert);
  }
  const files = (name: string): string =>
    `metrics: yes\nmetricsAddress: 127.0.0.1:${String(metricsPort)}\nmetricsEncryption: yes\nmetricsServerKey: ${join(folder, name)}.key\nmetricsServerCert: ${join(folder, name)}.crt\n`;
  const metricsPort = await freeTcpPort();
  const sluice = await startSluice(t, { config: files("a"), page: true, args: ["--demo"], env: { STATE_DIRECTORY: "" } });
  const at = (port: number, path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${String(port)}${path}`, { headers });
  const api = async (path: string): Promise<Readonly<Record<string, unknown>>> =>
    (await (await at(sluice.apiPort, `/v3/${path}`)).json()) as Readonly<Record<string, unknown>>;
  await waitUntil(async () => (await api("paths/get/demo"))["ready"] === true, { what: "the demo", ...slow });

  const master = await at(sluice.hlsPort, "/demo/index.m3u8");
  const child = /^[^#\s].*\.m3u8.*$/m.exec(await master.text())?.[0] ?? "";
  let pictures = 0;
  const viewer = await WhepViewer.open({
    url: `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`,
    onRtp: () => (pictures += 1),
  });
  t.after(() => viewer.close());
  const events = [await EventStream.open(`${sluice.pageUrl}/api/events`)];
  events.push(await EventStream.open(`http://127.0.0.1:${String(sluice.apiPort)}/api/events`));
  t.after(() => {
    for (const stream of events) stream.close();
  });
  const connections = await Promise.all([keepOpen(t, sluice.hlsPort), keepOpen(t, sluice.apiPort)]);
  const sessions = async (name: string): Promise<readonly string[]> =>
    ((await api(`${name}/list`))["items"] as readonly { id: string }[]).map(({ id }) => id);
  const [hlsBefore, webrtcBefore] = [await sessions("hlssessions"), await sessions("webrtcsessions")];
  assert.deepEqual([hlsBefore.length, webrtcBefore.length], [1, 1]);

  let reloads = 0;
  const change = async (text: string): Promise<void> => {
    reloads += 1;
    writeFileSync(sluice.file, sluice.text(text));
    const changed = (): boolean => sluice.log().split("configuration was changed").length - 1 >= reloads;
    await waitUntil(changed, { what: `reload ${String(reloads)}\n${sluice.log()}`, ...slow });
    const before = pictures;
    await waitUntil(() => pictures > before + 10, { what: "pictures over WebRTC", ...slow });
    for (const stream of events) assert.equal(stream.ended, false, `an event stream ended\n${sluice.log()}`);
    for (const connection of connections) assert.equal(connection.closed, false, "a connection ended");
    assert.deepEqual(await sessions("webrtcsessions"), webrtcBefore);
  };
  const live = [
    "hlsSegmentCount: 12\nhlsMuxerCloseAfter: 90s\nhlsSegmentMaxSize: 60M\nhlsCDNSecret: s3cret\nhlsTrustedProxies: [127.0.0.1]",
    "webrtcICEServers2: [{url: 'stun:stun.example:3478'}]\nwebrtcAdditionalHosts: [192.0.2.7]\nwebrtcTrustedProxies: [10.0.0.1]",
    "apiAllowOrigins: [https://a.example]\napiTrustedProxies: [10.0.0.1]\nwebTrustedProxies: [10.0.0.1]\nmetricsAllowOrigins: []",
    "webrtcHandshakeTimeout: 5s\nreadTimeout: 9s\nwriteTimeout: 8s\nrtspAuthMethods: [basic, digest]",
  ].join("\n");
  await change(`${files("b")}${live}`);
  assert.deepEqual(await sessions("hlssessions"), hlsBefore);
  assert.equal((await at(sluice.hlsPort, `/demo/${child}`)).status, 200);
  const [origin, other] = ["https://a.example", "https://b.example"];
  assert.equal((await at(sluice.apiPort, "/v3/info", { origin })).headers.get("access-control-allow-origin"), origin);
  assert.equal((await at(sluice.apiPort, "/v3/info", { origin: other })).headers.get("access-control-allow-origin"), null);
  const answer = await fetch(`http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`, { method: "OPTIONS" });
  assert.match(answer.headers.get("link") ?? "", /stun\.example/);
  assert.equal(
    (await at(sluice.hlsPort, "/demo/index.m3u8", { authorization: "Bearer s3cret" })).headers
      .get("cache-control")
      ?.includes("private"),
    false,
  );
  assert.equal(await certificateAt(metricsPort), "b");

  const media = await freeUdpPair();
  const moved = sluice.text("").replace(/^webrtcLocalUDPAddress.*$/m, `webrtcLocalUDPAddress: 127.0.0.1:${String(media)}`);
  const ports = (text: string): string => /^webrtcLocalUDPAddress: .*:(\d+)$/m.exec(text)?.[1] ?? "";
  const candidate = async () => ((await api("webrtcsessions/list"))["items"] as { localCandidate: string }[])[0]?.localCandidate;
  const old = ports(sluice.text(""));
  reloads += 1;
  writeFileSync(sluice.file, `${moved}\n${files("b")}${live}`);
  await waitUntil(() => sluice.log().split("configuration was changed").length - 1 >= reloads, { what: "the move", ...slow });
  const before = pictures;
  await waitUntil(() => pictures > before + 10, { what: "pictures through the old port", ...slow });
  assert.equal(await candidate(), `host/udp/${old}`);
  const next = await WhepViewer.open({ url: `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep` });
  t.after(() => next.close());
  assert.match(next.answer.body, new RegExp(`127\\.0\\.0\\.1 ${String(media)} `));
  next.close();
  await waitUntil(async () => (await sessions("webrtcsessions")).length === 1, { what: "the second viewer to leave", ...slow });

  await change(`${files("b")}${live}\nhlsPartDuration: 400ms`);
  await waitUntil(async () => (await at(sluice.hlsPort, `/demo/${child}`)).status === 200, { what: "HLS begun anew", ...slow });
});

/** What a listener shows to those who connect now. */
async function certificateAt(port: number): Promise<string | undefined> {
  const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return Array.isArray(subject.CN) ? subject.CN[0] : subject.CN;
}

/** A connection that asks every two seconds and is kept: idle ones are closed after ten. */
async function keepOpen(t: Cleanup, port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port });
  const ask = (): boolean => socket.write("GET /none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  const again = setInterval(ask, 2000);
  t.after(() => {
    clearInterval(again);
    socket.destroy();
  });
  ask();
  await once(socket, "data");
  return socket;
}

/** A stream of events that is being read. */
class EventStream {
  ended = false;
  readonly #gone = new AbortController();

  static async open(url: string): Promise<EventStream> {
    const stream = new EventStream();
    const answer = await fetch(url, { signal: stream.#gone.signal });
    assert.equal(answer.status, 200);
    void stream.#read(answer);
    return stream;
  }

  close(): void {
    this.#gone.abort();
  }

  async #read(answer: Response): Promise<void> {
    const reader = answer.body?.getReader();
    while ((await reader?.read().catch(() => undefined))?.done === false);
    this.ended = true;
  }
}
