/** The configuration changes while the process runs: by whichever way a file is written, by signal, and wrongly. */
import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { connect as connectTls } from "node:tls";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import { createCertificate } from "#test/support/certificate.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { accepts, startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

interface Info {
  readonly configuration: {
    readonly reloads: number;
    readonly failures: number;
    readonly failed: {
      readonly errors: readonly { readonly code: string; readonly key: string; readonly line: number }[];
    } | null;
  };
}

async function ask<T>(sluice: SluiceProcess, route: string): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}${route}`);
  return (await response.json()) as T;
}

async function namesOf(sluice: SluiceProcess): Promise<readonly string[]> {
  const { items } = await ask<{ items: readonly { name: string }[] }>(sluice, "/v3/paths/list");
  return items.map(({ name }) => name);
}

function paths(...names: readonly string[]): string {
  return ["paths:", ...names.map((name) => `  ${name}: {}`)].join("\n");
}

async function hasPaths(sluice: SluiceProcess, names: readonly string[]): Promise<void> {
  await waitUntil(async () => (await namesOf(sluice)).join() === names.join(), {
    what: `paths ${names.join()}\n${sluice.log()}`,
    timeoutMs: 3000,
    pollMs: 10,
  });
}

/** Ways editors and tools write a file. */
const ways: readonly { readonly name: string; readonly write: (file: string, text: string) => void }[] = [
  { name: "in place", write: writeFileSync },
  {
    name: "renamed over",
    write: (file, text) => {
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
    },
  },
  {
    name: "deleted and made anew",
    write: (file, text) => {
      rmSync(file);
      writeFileSync(file, text);
    },
  },
];

test("an edit is applied, however the file is written; of quick successive ones the last", async (t) => {
  const sluice = await startSluice(t, { config: paths("first") });
  await hasPaths(sluice, ["first"]);
  for (const { name, write } of ways) {
    write(sluice.file, sluice.text(paths("one")));
    write(sluice.file, sluice.text(paths("two")));
    write(sluice.file, sluice.text(paths("x")));
    const last = name.replaceAll(" ", "-");
    write(sluice.file, sluice.text(paths(last)));
    await hasPaths(sluice, [last]);
  }
});

test("SIGHUP reads the file again, and doesn't end the process", async (t) => {
  const sluice = await startSluice(t, { config: paths("a") });
  writeFileSync(sluice.file, sluice.text(paths("b")));
  sluice.program.child.kill("SIGHUP");
  await hasPaths(sluice, ["b"]);
  assert.equal(sluice.program.ended, false);
});

test("an invalid file changes nothing, is logged once, and shows in the API until it is mended", async (t) => {
  const sluice = await startSluice(t, { config: paths("a") });
  const broken = sluice.text("paths:\n  b:\n    maxReaders: many");
  writeFileSync(sluice.file, broken);
  const failed = await waitUntil(async () => (await ask<Info>(sluice, "/v3/info")).configuration.failed, {
    what: "the failure in /v3/info",
    timeoutMs: 3000,
  });
  const { code, key, line } = failed.errors[0] ?? {};
  assert.deepEqual(
    { code, key, line },
    { code: "config-bad-integer", key: "paths.b.maxReaders", line: broken.split("\n").length },
  );
  const inForce = async (): Promise<string | undefined> => {
    const metrics = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/metrics`);
    return /^sluice_config_in_force (\d)$/m.exec(await metrics.text())?.[1];
  };
  assert.equal(await inForce(), "0");
  sluice.program.child.kill("SIGHUP");
  await waitUntil(async () => (await ask<Info>(sluice, "/v3/info")).configuration.failures === 2, { what: "the second attempt" });
  assert.deepEqual(await namesOf(sluice), ["a"]);
  assert.equal(sluice.log().split("config-bad-integer").length - 1, 1, sluice.log());
  writeFileSync(sluice.file, sluice.text(paths("c")));
  await hasPaths(sluice, ["c"]);
  assert.equal((await ask<Info>(sluice, "/v3/info")).configuration.failed, null);
  assert.equal(await inForce(), "1");
});

test("a file that is emptied all of a sudden doesn't empty the server", async (t) => {
  const sluice = await startSluice(t, { config: paths("a") });
  writeFileSync(sluice.file, "");
  await waitUntil(() => sluice.log().includes("app-configuration-emptied"), { what: "the complaint" });
  assert.deepEqual(await namesOf(sluice), ["a"]);
});

test("listeners move, and where the new address can't be had nothing changes at all", async (t) => {
  const sluice = await startSluice(t, { config: paths("a") });
  const [free, web] = [await freeTcpPort(), await freeTcpPort()];
  const moved = sluice.text(`web: yes\nwebAddress: 127.0.0.1:${String(web)}\n${paths("b")}`).replace("web: no\n", "");
  writeFileSync(sluice.file, moved.replace(/^rtspAddress.*$/m, `rtspAddress: 127.0.0.1:${String(free)}`));
  await hasPaths(sluice, ["b"]);
  assert.equal(await accepts(free), true);
  assert.equal(await accepts(web), true);
  await waitUntil(async () => !(await accepts(sluice.rtspPort)), { what: "the old port to be let go" });

  // The API's own port, which it holds under another spelling: valid, as far as the configuration can tell.
  const taken = moved.replace(/^rtspAddress.*$/m, `rtspAddress: localhost:${String(sluice.apiPort)}`).replace("  b:", "  c:");
  writeFileSync(sluice.file, taken.replace(/^webAddress.*$/m, `webAddress: 127.0.0.1:${String(await freeTcpPort())}`));
  await waitUntil(async () => (await ask<Info>(sluice, "/v3/info")).configuration.failed?.errors[0]?.code === "port-in-use", {
    what: "the refusal",
    timeoutMs: 3000,
  });
  assert.deepEqual(await namesOf(sluice), ["b"]);
  assert.equal(await accepts(free), true);
  assert.equal(await accepts(web), true);
});

test("a listener moves without the connections it has; new ones come by the new address", async (t) => {
  const sluice = await startSluice(t, { config: paths("a") });
  const client = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => client.close());
  assert.equal((await client.request("OPTIONS", sluice.url("a"))).status, 200);
  const free = await freeTcpPort();
  const moved = sluice.text(paths("b")).replace(/^rtspAddress.*$/m, `rtspAddress: 127.0.0.1:${String(free)}`);
  writeFileSync(sluice.file, moved);
  await hasPaths(sluice, ["b"]);
  assert.equal(await accepts(free), true);
  assert.equal(await accepts(sluice.rtspPort), false);
  assert.equal((await client.request("OPTIONS", sluice.url("a"))).status, 200);
  assert.equal((await ask<{ itemCount: number }>(sluice, "/v3/rtspconns/list")).itemCount, 1);
});

test("a certificate that is replaced is used by the handshakes after it", async (t) => {
  const folder = tempDir(t);
  const [key, cert] = [join(folder, "server.key"), join(folder, "server.crt")];
  const replace = (): void => {
    const made = createCertificate();
    writeFileSync(key, made.key);
    writeFileSync(cert, made.cert);
  };
  replace();
  const port = await freeTcpPort();
  const tls = [
    "rtspEncryption: optional",
    `rtspsAddress: 127.0.0.1:${String(port)}`,
    `rtspServerKey: ${key}`,
    `rtspServerCert: ${cert}`,
  ];
  await startSluice(t, { config: [...tls, paths("a")].join("\n") });
  const before = await fingerprintOf(port);
  replace();
  await waitUntil(async () => (await fingerprintOf(port)) !== before, {
    what: "the new certificate",
    timeoutMs: 3000,
    pollMs: 50,
  });
});

/** Fingerprint of the certificate that is shown on a port of loopback. */
function fingerprintOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
