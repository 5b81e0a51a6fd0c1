/** RTSP within TLS, HTTP and WebSocket. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { createCertificate } from "#test/support/certificate.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { pull } from "./pulled-camera.ts";

const account = { user: "admin", password: "pass1234" };
const certificate = createCertificate();
const pinned = { sourceFingerprint: certificate.fingerprint };
const over =
  (scheme: string) =>
  (camera: RtspCamera): string =>
    camera.url({ scheme, path: "/stream?profile=1" });

const carriers: readonly { scheme: string; secure: boolean }[] = [
  { scheme: "rtsps", secure: true },
  { scheme: "rtsp+http", secure: false },
  { scheme: "rtsps+http", secure: true },
  { scheme: "rtsp+ws", secure: false },
  { scheme: "rtsps+ws", secure: true },
];

suite("plays through", { concurrency: true }, () => {
  for (const { scheme, secure } of carriers) {
    for (const guarded of [false, true]) {
      test(`${scheme}${guarded ? ", with a password" : ""}`, async (t) => {
        const script = {
          media: { audio: true },
          ...(secure ? { tls: certificate } : {}),
          ...(guarded ? { authentication: account } : {}),
        };
        const pulled = await pull(t, script, { url: over(scheme), ...(secure ? { options: pinned } : {}) });
        await pulled.state("live");
        await pulled.video(20);
        assert.ok(pulled.input.of(1).length > 2);
        await pulled.source.close();
        assert.equal(pulled.camera.teardowns, 1);
        assert.equal(pulled.camera.wrongPasswords, 0);
        await waitUntil(() => pulled.camera.openConnections === 0, { what: "all connections to be closed" });
      });
    }
  }
});

suite("comes back when the connection breaks below", { concurrency: true }, () => {
  for (const { scheme, secure } of carriers) {
    test(scheme, async (t) => {
      const pulled = await pull(t, secure ? { tls: certificate } : {}, {
        url: over(scheme),
        ...(secure ? { options: pinned } : {}),
      });
      await pulled.state("live");
      await pulled.camera.kill();
      await pulled.camera.listen();
      await waitUntil(() => pulled.inputs.length === 2, { what: "the second session" });
    });
  }
});

test("refuses a certificate that nobody vouches for", async (t) => {
  const pulled = await pull(t, { tls: certificate });
  await pulled.state("offline");
  assert.equal(pulled.source.lastError?.code, "source-certificate-refused");
  assert.equal(pulled.camera.requests.length, 0);
});

for (const scheme of ["rtsps", "rtsps+http", "rtsps+ws"]) {
  test(`says nothing over ${scheme} to a camera with another certificate than the pinned one`, async (t) => {
    const other = createCertificate();
    const pulled = await pull(t, { tls: other, authentication: account }, { url: over(scheme), options: pinned });
    await pulled.state("offline");
    assert.equal(pulled.source.lastError?.code, "tls-fingerprint-mismatch");
    assert.equal(pulled.camera.requests.length, 0);
  });
}

for (const scheme of ["rtsp+http", "rtsp+ws"]) {
  test(`says so when there is no tunnel at the other end of ${scheme}`, async (t) => {
    const pulled = await pull(t, { refusesTunnels: true }, { url: over(scheme) });
    await pulled.state("offline");
    assert.equal(pulled.source.lastError?.code, "source-tunnel-refused");
  });

  test(`tries a wrong password once over ${scheme}`, async (t) => {
    const url = (camera: RtspCamera): string => camera.url({ scheme, password: "wrong" });
    const pulled = await pull(t, { authentication: account }, { url });
    await pulled.state("needs-credentials");
    const tries = pulled.camera.requests.filter(({ headers }) => headers.has("authorization"));
    assert.equal(tries.length, 1);
  });
}
