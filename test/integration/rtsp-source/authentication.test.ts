/** Passwords: every scheme that cameras ask with, and never a try too many (quirk row 1). */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { CameraMemories } from "#cameras/camera-memory.ts";
import type { AuthenticationScript } from "#test/peers/camera-authentication.ts";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { pause, waitUntil } from "#test/support/wait-until.ts";
import { PulledCamera, pull } from "./pulled-camera.ts";

const account = { user: "admin", password: "pass1234" };

const asked: readonly { name: string; authentication: AuthenticationScript }[] = [
  { name: "digest MD5", authentication: account },
  { name: "digest MD5 with qop", authentication: { ...account, qop: true } },
  { name: "digest SHA-256 alone", authentication: { ...account, offers: ["sha-256"] } },
  { name: "basic alone", authentication: { ...account, offers: ["basic"] } },
  { name: "basic first and digest second", authentication: { ...account, offers: ["basic", "md5"] } },
  { name: "three schemes at once", authentication: { ...account, offers: ["basic", "md5", "sha-256"] } },
  { name: "another realm first", authentication: { ...account, wrongRealmFirst: true } },
  { name: "a nonce good for two requests", authentication: { ...account, nonceUses: 2 } },
  { name: "a nonce good for one request, renewed without stale", authentication: { ...account, nonceUses: 1, saysStale: false } },
  { name: "a password full of delimiters", authentication: { user: "admin", password: "P@ss:w/o#r?d %40" } },
  { name: "an empty password", authentication: { user: "admin", password: "" } },
];

suite("plays from a camera that asks with", { concurrency: true }, () => {
  for (const { name, authentication } of asked) {
    test(name, async (t) => {
      const pulled = await pull(t, { authentication });
      await pulled.state("live");
      assert.equal(pulled.camera.wrongPasswords, 0);
    });
  }
});

test("takes a password that nobody escaped from the address", async (t) => {
  const authentication = { user: "admin", password: "a@b:c/d?e" };
  const url = (camera: RtspCamera): string => `rtsp://admin:a@b:c/d?e@127.0.0.1:${String(camera.port)}/stream`;
  const pulled = await pull(t, { authentication }, { url });
  await pulled.state("live");
});

test("never puts the password into a request line", async (t) => {
  const pulled = await pull(t, { authentication: account });
  await pulled.state("live");
  assert.ok(pulled.camera.requests.every(({ url, lines }) => !`${url}${lines.join()}`.includes(account.password)));
});

test("goes on through a nonce that goes stale in the middle of the session", async (t) => {
  const authentication = { ...account, nonceUses: 6 };
  const pulled = await pull(t, { authentication, sessionTimeout: 2 });
  await pulled.state("live");
  await pause(4000);
  assert.ok(pulled.camera.count("GET_PARAMETER") >= 3);
  assert.deepEqual(pulled.path, ["connecting", "live"]);
  assert.equal(pulled.camera.wrongPasswords, 0);
});

const wrong: readonly { name: string; offers: AuthenticationScript["offers"]; tries: number }[] = [
  { name: "one scheme", offers: ["md5"], tries: 1 },
  { name: "three schemes", offers: ["basic", "md5", "sha-256"], tries: 3 },
];

for (const { name, offers, tries } of wrong) {
  test(`tries a wrong password once per scheme where ${name} is offered, and never again`, async (t) => {
    const authentication = { ...account, offers: offers ?? [] };
    const pulled = await pull(t, { authentication }, { url: (camera) => camera.url({ password: "wrong" }) });
    await pulled.state("needs-credentials");
    await pause(1500);
    pulled.source.retryNow();
    await pause(200);
    assert.equal(pulled.camera.wrongPasswords, tries);
    assert.equal(pulled.camera.connections, 1);
    assert.equal(pulled.source.lastError?.code, "source-credentials-refused");
  });
}

test("remembers a refused password when an on-demand path starts anew", async (t) => {
  const camera = await RtspCamera.start({ authentication: account });
  t.after(() => camera.close());
  const memories = new CameraMemories();
  const url = (): string => camera.url({ password: "wrong" });
  for (let round = 0; round < 3; round++) {
    const pulled = new PulledCamera(camera, { url, memories });
    await pulled.state("needs-credentials");
    await pulled.source.close();
  }
  assert.equal(camera.wrongPasswords, 1);
});

test("tries a changed password", async (t) => {
  const camera = await RtspCamera.start({ authentication: account });
  t.after(() => camera.close());
  const memories = new CameraMemories();
  const before = new PulledCamera(camera, { url: () => camera.url({ password: "wrong" }), memories });
  await before.state("needs-credentials");
  await before.source.close();
  const after = new PulledCamera(camera, { memories });
  t.after(() => after.source.close());
  await after.state("live");
});

test("asks for credentials where the address has none", async (t) => {
  const url = (camera: RtspCamera): string => camera.url({ user: "" });
  const pulled = await pull(t, { authentication: account }, { url });
  await pulled.state("needs-credentials");
  assert.equal(pulled.source.lastError?.code, "source-credentials-missing");
  assert.equal(pulled.camera.connections, 1);
});

test("waits before a password that has worked is tried again", async (t) => {
  const pulled = await pull(t, { authentication: account });
  await pulled.state("live");
  pulled.camera.setPassword({ ...account, password: "changed" });
  await pulled.camera.kill();
  await pulled.camera.listen();
  await pulled.state("locked-out");
  await pause(1000);
  assert.equal(pulled.camera.wrongPasswords, 1);
  const { state } = pulled.source;
  assert.ok(state.kind === "locked-out" && state.until - Date.now() > 55_000);
});

test("doesn't press on when a camera lets the password in but not us", async (t) => {
  const answer: CameraScript["answer"] = ({ method }) =>
    method === "DESCRIBE" ? { status: 403, reason: "Forbidden" } : undefined;
  const pulled = await pull(t, { authentication: account, answer });
  await pulled.state("locked-out");
  assert.equal(pulled.source.lastError?.code, "source-forbidden");
  await pause(1000);
  assert.equal(pulled.camera.connections, 1);
});

test("uses the scheme that has worked, and no stronger one, when it comes back", async (t) => {
  // This camera offers SHA-256 and gets it wrong.
  const authentication: AuthenticationScript = { ...account, offers: ["md5"] };
  const pulled = await pull(t, { authentication });
  await pulled.state("live");
  pulled.camera.setPassword({ ...account, offers: ["md5", "sha-256"] });
  await pulled.camera.kill();
  await pulled.camera.listen();
  await waitUntil(() => pulled.inputs.length === 2, { what: "the second session" });
  const authorizations = pulled.camera.requests.map(({ headers }) => headers.get("authorization") ?? "");
  assert.ok(authorizations.every((text) => !text.includes("SHA-256")));
});

test("opens a new connection where the camera closes the old one after asking", async (t) => {
  const pulled = await pull(t, { authentication: { ...account, offers: ["md5", "basic"] }, closesAfterChallenge: true });
  await pulled.state("live");
  assert.equal(pulled.camera.connections, 2);
});
