/** Every TLS listener of a whole process: our own certificate, fingerprints told alike everywhere, and another taken while it runs. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "node:tls";
import { systemRandom } from "#base/random.ts";
import { makeSelfSigned } from "#formats/x509/self-signed.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir, type Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const services = ["rtsps", "hls", "webrtc", "api", "metrics", "web"] as const;
type Service = (typeof services)[number];

/** What a client sees that connects now. */
async function fingerprintAt(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  socket.on("error", () => undefined);
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

function getJson(port: number, path: string): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, rejectUnauthorized: false, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => (text += part));
      answer.on("end", () => resolve(JSON.parse(text) as Readonly<Record<string, unknown>>));
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** A box with everything over TLS, and the port of each. */
async function box(t: Cleanup, files: { readonly key: string; readonly cert: string }) {
  const [rtsps, web, metrics] = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort()];
  const http = ["hls", "webrtc", "api", "metrics", "web"].flatMap((name) => [
    `${name}Encryption: yes`,
    `${name}ServerKey: ${files.key}`,
    `${name}ServerCert: ${files.cert}`,
  ]);
  const lines = [
    ...http,
    "rtspEncryption: optional",
    `rtspServerKey: ${files.key}`,
    `rtspServerCert: ${files.cert}`,
    `rtspsAddress: 127.0.0.1:${String(rtsps)}`,
    "metrics: yes",
    `metricsAddress: 127.0.0.1:${String(metrics)}`,
  ];
  const env = { SLUICE_WEB: "yes", SLUICE_WEBADDRESS: `127.0.0.1:${String(web)}`, STATE_DIRECTORY: "" };
  const sluice = await startSluice(t, { config: lines.join("\n"), env });
  const { hlsPort: hls, webrtcPort: webrtc, apiPort: api } = sluice;
  const ports: Readonly<Record<Service, number>> = { rtsps, hls, webrtc, api, metrics, web };
  await waitUntil(() => sluice.log().includes("sluice is running"), { what: "everything to be open", timeoutMs: 30_000 });
  const told = async (): Promise<Readonly<Record<string, string>>> => {
    const { certificates } = (await getJson(web, "/api/device")) as { certificates: { service: string; fingerprint: string }[] };
    return Object.fromEntries(certificates.map(({ service, fingerprint }) => [service, fingerprint]));
  };
  const seen = async (): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries(await Promise.all(services.map(async (name) => [name, await fingerprintAt(ports[name])] as const)));
  return { sluice, told, seen };
}

test("files called auto are made once for all listeners, RTSPS too; log, API and clients say the same", async (t) => {
  const folder = tempDir(t);
  const { sluice, told, seen } = await box(t, { key: join(folder, "auto.key"), cert: join(folder, "auto.crt") });
  const all = await seen();
  assert.equal(new Set(Object.values(all)).size, 1);
  const [fingerprint = ""] = Object.values(all);
  assert.deepEqual(await told(), all);
  // One line of each listener, and the one about making it.
  assert.ok(sluice.log().split(fingerprint).length - 1 >= services.length, sluice.log());
});

test("a certificate that is replaced is served by every listener soon, without a restart", async (t) => {
  const folder = tempDir(t);
  const files = { key: join(folder, "box.key"), cert: join(folder, "box.crt") };
  const write = (): void => {
    const made = makeSelfSigned({ commonName: "gate", names: ["gate"], now: Date.now(), serial: systemRandom.bytes(16) });
    for (const [file, text] of [
      [files.key, made.key],
      [files.cert, made.cert],
    ] as const) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    }
  };
  write();
  const { told, seen } = await box(t, files);
  const before = await seen();
  write();
  const replaced = async (): Promise<boolean> => {
    const now = await seen();
    return services.every((name) => now[name] !== before[name]);
  };
  await waitUntil(replaced, { what: "the new certificate everywhere", timeoutMs: 30_000, pollMs: 200 });
  const after = await seen();
  assert.equal(new Set(Object.values(after)).size, 1);
  assert.deepEqual(await told(), after);
});
