/** Cameras that point elsewhere (quirk row 16). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { createCertificate } from "#test/support/certificate.ts";
import { pull } from "./pulled-camera.ts";

const account = { user: "admin", password: "pass1234" };
const to = (location: () => string, status = 302): CameraScript => ({
  answer: ({ method }) => (method === "DESCRIBE" ? { status, reason: "Moved", headers: { Location: location() } } : undefined),
});

for (const status of [301, 302, 307]) {
  test(`follows ${String(status)} to the same host with the password`, async (t) => {
    const target = await RtspCamera.start({ authentication: account });
    t.after(() => target.close());
    const pulled = await pull(t, { ...to(() => target.url({ user: "" }), status), authentication: account });
    await pulled.state("live");
    assert.equal(target.count("PLAY"), 1);
  });
}

test("keeps the password from another host", async (t) => {
  const target = await RtspCamera.start({ authentication: account });
  t.after(() => target.close());
  const location = (): string => target.url({ user: "" }).replace("127.0.0.1", "localhost");
  const pulled = await pull(t, { ...to(location), authentication: account });
  await pulled.state("needs-credentials");
  assert.ok(target.requests.length > 0);
  assert.ok(target.requests.every(({ headers }) => !headers.has("authorization")));
});

test("follows five redirects and no more", async (t) => {
  const pulled = await pull(
    t,
    to(() => "/again"),
  );
  await pulled.state("offline");
  assert.equal(pulled.source.lastError?.code, "source-redirect-loop");
  assert.equal(pulled.camera.count("DESCRIBE"), 6);
});

test("doesn't give up encryption", async (t) => {
  const certificate = createCertificate();
  const target = await RtspCamera.start();
  t.after(() => target.close());
  const pulled = await pull(
    t,
    { ...to(() => target.url()), tls: certificate },
    { options: { sourceFingerprint: certificate.fingerprint } },
  );
  await pulled.state("offline");
  assert.equal(pulled.source.lastError?.code, "source-redirect-refused");
  assert.equal(target.connections, 0);
});

for (const location of ["http://127.0.0.1/", "file:///etc/passwd", "", "rtsp://"]) {
  test(`doesn't follow "${location}"`, async (t) => {
    const pulled = await pull(
      t,
      to(() => location),
    );
    await pulled.state("offline");
    assert.equal(pulled.source.lastError?.code, "source-redirect-refused");
  });
}
