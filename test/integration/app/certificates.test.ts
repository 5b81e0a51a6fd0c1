/** TLS listeners: certificates of our own, and new ones taken without a restart. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { connect } from "node:tls";
import { Certificates } from "#app/certificates/certificates.ts";
import { openHttp } from "#app/http-listeners.ts";
import { createMetricsServer } from "#api/servers.ts";
import { SystemClock } from "#base/clock.ts";
import { silentLogger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import { makeSelfSigned } from "#formats/x509/self-signed.ts";
import { createNetwork } from "#platform/network.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const network = createNetwork();
const authenticator = { claimed: true, authorize: () => Promise.resolve({ kind: "granted", user: "" } as const) };

function store(clock: ManualClock): Certificates {
  return new Certificates({ clock, random: systemRandom, log: silentLogger, names: () => ["gate", "gate.local", "192.168.1.5"] });
}

function pair(): { readonly key: string; readonly cert: string } {
  return makeSelfSigned({ commonName: "gate", names: ["gate"], now: Date.now(), serial: systemRandom.bytes(16) });
}

/** What a client sees that connects now. */
async function fingerprintAt(port: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** An HTTPS listener with these files. */
async function open(t: TestContext, certificates: Certificates, files: { key: string; cert: string }): Promise<number> {
  const port = await freeTcpPort();
  const service = await openHttp(
    { machine: { network, clock: new SystemClock() }, authenticator, certificates, log: silentLogger, portFallback: false },
    {
      name: "metrics",
      address: { host: "127.0.0.1", port },
      settings: { encryption: true, serverKey: files.key, serverCert: files.cert, trustedProxies: [], allowOrigins: ["*"] },
      make: (parts) => createMetricsServer({ network, authenticator, ...parts }, {} as never),
    },
  );
  t.after(() => service.close());
  return port;
}

test("files called auto are made, kept for their owner, and used again", async (t) => {
  const clock = new ManualClock({ wall: Date.now() });
  const folder = tempDir(t);
  const files = { key: join(folder, "auto.key"), cert: join(folder, "auto.crt") };
  const made = await store(clock).open(files, "hls");
  assert.equal(statSync(files.key).mode & 0o777, 0o600);
  assert.equal((await store(clock).open(files, "hls")).fingerprint, made.fingerprint);
  assert.equal(await fingerprintAt(await open(t, store(clock), files)), made.fingerprint);
  const later = new ManualClock({ wall: Date.now() + 800 * 86_400_000 });
  assert.notEqual((await store(later).open(files, "hls")).fingerprint, made.fingerprint, "made anew before it runs out");
});

test("files called auto that don't belong together are made anew by a start, and by nothing later", async (t) => {
  const clock = new ManualClock({ wall: Date.now() });
  const folder = tempDir(t);
  const files = { key: join(folder, "auto.key"), cert: join(folder, "auto.crt") };
  await store(clock).open(files, "hls");
  for (const broken of [pair().key, "", "-----BEGIN PRIVATE KEY-----\nAAAA"]) {
    writeFileSync(files.key, broken);
    const started = store(clock);
    const made = await started.open(files, "hls");
    assert.equal((await started.open(files, "web")).fingerprint, made.fingerprint, "one for all listeners");
    writeFileSync(files.key, pair().key);
    await assert.rejects(started.open(files, "hls"), { code: "app-certificate-pair" }, "somebody is replacing them");
  }
});

test("where it can't be kept, a certificate of our own lasts as long as the process", async (t) => {
  const folder = join(tempDir(t), "missing");
  const made = await store(new ManualClock()).open({ key: join(folder, "auto.key"), cert: join(folder, "auto.crt") }, "hls");
  assert.match(made.fingerprint, /^[\dA-F:]{95}$/);
  assert.equal(existsSync(folder), false);
});

test("new connections get a replaced certificate; while the pair doesn't fit, the old one", async (t) => {
  const clock = new ManualClock();
  const folder = tempDir(t);
  const files = { key: join(folder, "server.key"), cert: join(folder, "server.crt") };
  const write = ({ key, cert }: { key: string; cert: string }): void => {
    writeFileSync(files.key, key);
    writeFileSync(files.cert, cert);
  };
  write(pair());
  const certificates = store(clock);
  const port = await open(t, certificates, files);
  const before = await fingerprintAt(port);
  const next = pair();
  writeFileSync(files.cert, next.cert);
  assert.equal(await fingerprintAt(port), before);
  writeFileSync(files.key, next.key);
  const after = (await certificates.open(files, "hls")).fingerprint;
  await waitUntil(async () => (await fingerprintAt(port)) === after, { what: "the new certificate", timeoutMs: 15_000 });
  assert.notEqual(after, before);
});

test("what can't be used says which file and why", async (t) => {
  const folder = tempDir(t);
  const files = { key: join(folder, "server.key"), cert: join(folder, "server.crt") };
  const certificates = store(new ManualClock());
  await assert.rejects(certificates.open(files, "hls"), { code: "app-certificate-unreadable" });
  writeFileSync(files.key, pair().key);
  writeFileSync(files.cert, pair().cert);
  await assert.rejects(certificates.open(files, "hls"), { code: "app-certificate-pair" });
  writeFileSync(files.cert, "not a certificate");
  await assert.rejects(certificates.open(files, "hls"), { code: "app-certificate-pair" });
});
