/**
 * Scenarios of a MediaMTX-compatible server in a whole process, over every protocol there is: who is let in and how the others are
 * told, what pages of other origins may, and TLS in both directions.
 */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { systemRandom } from "#base/random.ts";
import { makeSelfSigned } from "#formats/x509/self-signed.ts";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { tempDir, type Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { askBy, enter, type Way } from "./access-ways.ts";

const ways: readonly Way[] = ["rtsp", "rtsps", "hls", "whep", "whip", "api", "metrics"];
const slow = { timeoutMs: 30_000, pollMs: 200 } as const;

/** RTSPS with a certificate of its own, beside what `config` says. */
async function withTls(t: Cleanup, config: (rtspsPort: number, fingerprint: string) => string) {
  const folder = tempDir(t);
  const made = makeSelfSigned({ commonName: "box", names: ["127.0.0.1"], now: Date.now(), serial: systemRandom.bytes(16) });
  const [key, cert] = [join(folder, "box.key"), join(folder, "box.crt")];
  writeFileSync(key, made.key);
  writeFileSync(cert, made.cert);
  const rtspsPort = await freeTcpPort();
  const tls = `rtspEncryption: optional\nrtspsAddress: 127.0.0.1:${String(rtspsPort)}\nrtspServerKey: ${key}\nrtspServerCert: ${cert}\n`;
  const text = tls + config(rtspsPort, new X509Certificate(made.cert).fingerprint256);
  const sluice = await startSluice(t, { config: text, args: ["--demo"], env: { STATE_DIRECTORY: "" } });
  return { sluice, rtspsPort };
}

test("without credentials a challenge, with right ones in, with wrong ones a late 401, and so from another network", async (t) => {
  const all = "[{action: read}, {action: publish}, {action: api}, {action: metrics}]";
  const users = [
    `- {user: ann, pass: "pa:ss@1", permissions: ${all}}`,
    `- {user: site, pass: far, ips: [10.0.0.0/8], permissions: ${all}}`,
  ];
  const turn = "webrtcICEServers2: [{url: 'turn:turn.example:3478', username: box, password: t0pSecret}]";
  const { sluice, rtspsPort } = await withTls(t, () => `${turn}\nauthInternalUsers:\n${users.join("\n")}`);
  const right = { user: "ann", password: "pa:ss@1", rtspsPort };
  await waitUntil(async () => (await enter(sluice, "rtsp", right)) === 200, { what: "the demo", ...slow });
  for (const way of ways) {
    const nobody = await askBy(sluice, way, { rtspsPort });
    assert.equal(nobody.status, 401, way);
    assert.match(nobody.challenge ?? "", way.startsWith("rtsp") ? /^Basic realm="ipcam"/ : /^Basic realm="mediamtx"/, way);
    const status = await enter(sluice, way, right);
    assert.equal(status, way === "whep" || way === "whip" ? 400 : 200, way);
  }
  // What it says of relays comes with their passwords.
  const whep = `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`;
  const stranger = await fetch(whep, { method: "OPTIONS" });
  assert.deepEqual([stranger.status, stranger.headers.get("link")], [401, null]);
  const authorization = `Basic ${Buffer.from("ann:pa:ss@1").toString("base64")}`;
  const known = await fetch(whep, { method: "OPTIONS", headers: { authorization } });
  assert.match(known.headers.get("link") ?? "", /turn\.example/);
  const from = performance.now();
  const refused = ways.slice(0, 4).map((way) => enter(sluice, way, { ...right, password: "wrong" }));
  assert.deepEqual([...new Set(await Promise.all(refused))], [401]);
  assert.ok(performance.now() - from >= 1000, "guessing is slow");
  for (const way of ways) assert.equal(await enter(sluice, way, { user: "site", password: "far", rtspsPort }), 401, way);
});

test("each server answers the origins of its own key", async (t) => {
  const config = [
    "hlsAllowOrigins: [https://hls.example]",
    "webrtcAllowOrigins: [https://webrtc.example]",
    'apiAllowOrigins: ["https://*.api.example"]',
    "metrics: yes",
    "metricsAllowOrigins: [https://metrics.example]",
  ];
  const metrics = await freeTcpPort();
  const text = `${config.join("\n")}\nmetricsAddress: 127.0.0.1:${String(metrics)}\n`;
  const sluice = await startSluice(t, { config: text, args: ["--demo"] });
  const servers = [
    { port: sluice.hlsPort, path: "/demo/index.m3u8", origin: "https://hls.example", method: "GET" },
    { port: sluice.webrtcPort, path: "/demo/whep", origin: "https://webrtc.example", method: "POST" },
    { port: sluice.apiPort, path: "/v3/paths/list", origin: "https://one.api.example", method: "PATCH" },
    { port: metrics, path: "/metrics", origin: "https://metrics.example", method: "GET" },
  ];
  await waitUntil(() => sluice.log().includes("sluice is running"), { what: "everything to be open", ...slow });
  for (const { port, path, origin, method } of servers) {
    const preflight = async (asks: string) => {
      const headers = {
        origin: asks,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization",
      };
      const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, { method: "OPTIONS", headers });
      await answer.arrayBuffer();
      return answer;
    };
    const allowed = await preflight(origin);
    assert.equal(allowed.status, 204, path);
    assert.equal(allowed.headers.get("access-control-allow-origin"), origin, path);
    assert.ok((allowed.headers.get("access-control-allow-methods") ?? "").includes(method), path);
    assert.match(allowed.headers.get("access-control-allow-headers") ?? "", /authorization/i, path);
    const others = servers.filter((other) => other.port !== port).map((other) => other.origin);
    for (const other of [...others, `${origin}.evil.example`])
      assert.equal((await preflight(other)).headers.get("access-control-allow-origin"), null, `${path} ${other}`);
  }
});

test("RTSPS is read over TCP; a camera's own certificate counts with its fingerprint and with no other", async (t) => {
  const wrong = "00".repeat(32);
  const { sluice, rtspsPort } = await withTls(t, (port, fingerprint) =>
    [
      "paths:",
      ...Object.entries({ right: fingerprint, wrong, none: "" }).flatMap(([name, pinned]) => [
        `  ${name}:`,
        `    source: rtsps://127.0.0.1:${String(port)}/demo`,
        `    sourceFingerprint: "${pinned}"`,
      ]),
    ].join("\n"),
  );
  const ready = async (name: string): Promise<boolean> => (await stateOf(sluice, name)).ready;
  await waitUntil(() => ready("right"), { what: `the pinned camera\n${sluice.log()}`, ...slow });
  const client = await RtspClient.connect({ port: rtspsPort, secure: true });
  t.after(() => client.close());
  await client.read(`rtsps://127.0.0.1:${String(rtspsPort)}/right`);
  await waitUntil(() => client.frames.length > 20, { what: "media over TLS", ...slow });
  assert.deepEqual([await ready("wrong"), await ready("none")], [false, false]);
  assert.match(sluice.log(), /tls-fingerprint-mismatch|has the fingerprint/);
});

async function stateOf({ apiPort }: SluiceProcess, name: string): Promise<{ readonly ready: boolean }> {
  const answer = await fetch(`http://127.0.0.1:${String(apiPort)}/v3/paths/get/${name}`);
  return (await answer.json()) as { readonly ready: boolean };
}
