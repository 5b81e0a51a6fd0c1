import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientAuthentication } from "#protocols/rtsp/client/authentication.ts";

const random = { bytes: (count: number) => Buffer.alloc(count, 1), unit: () => 0.5, uint32: () => 0 };
const request = { method: "DESCRIBE", uri: "rtsp://192.168.1.64:554/Streaming/Channels/101" };
const MD5 = 'Digest realm="cam", nonce="n1"';
const SHA256 = 'Digest realm="cam", nonce="n1", algorithm=SHA-256';
const BASIC = 'Basic realm="cam"';

function client(preferred?: string, credentials = { user: "admin", password: "pass1234" }): ClientAuthentication {
  return new ClientAuthentication({ host: "cam", credentials, preferred, random });
}

/** Which scheme the next request is sent with. */
function scheme(authentication: ClientAuthentication): string {
  const header = authentication.header(request);
  if (header === undefined) return "none";
  if (header.startsWith("Basic")) return "basic";
  return header.includes("SHA-256") ? "sha-256" : "md5";
}

const code = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "source-credentials-refused";

test("sends nothing unasked", () => {
  assert.equal(scheme(client()), "none");
});

test("answers as computed by hand", () => {
  const authentication = client();
  authentication.challenged(['Digest realm="IP Camera(GH455)", nonce="abc123"'], false);
  assert.match(authentication.header(request) ?? "", /response="5107b99445a423bfa8fb0bec78e47e4f"/);
  const strong = client();
  strong.challenged(['Digest realm="IP Camera(GH455)", nonce="abc123", algorithm=SHA-256'], false);
  assert.match(strong.header(request) ?? "", /response="9caa0049894b01d44b0d23dc7f20fb451b797d38f6717dbb48ec3db7910ba212"/);
});

test("names algorithm and qop only where they were offered", () => {
  const authentication = client();
  authentication.challenged([MD5], false);
  assert.doesNotMatch(authentication.header(request) ?? "", /algorithm|qop|nc=|cnonce/);
});

test("tries each scheme once, strongest first, and then no more", () => {
  const authentication = client();
  const offered = [BASIC, MD5, SHA256];
  const tried: string[] = [];
  authentication.challenged(offered, false);
  tried.push(scheme(authentication));
  authentication.challenged(offered, true);
  tried.push(scheme(authentication));
  authentication.challenged(offered, true);
  tried.push(scheme(authentication));
  assert.deepEqual(tried, ["sha-256", "md5", "basic"]);
  assert.throws(() => authentication.challenged(offered, true), code);
});

test("a fresh nonce after a refusal is no new chance", () => {
  const authentication = client();
  authentication.challenged([MD5], false);
  authentication.header(request);
  assert.throws(() => authentication.challenged(['Digest realm="cam", nonce="n2"'], true), code);
});

test("a stale nonce is renewed, three times at most in a row", () => {
  const authentication = client();
  authentication.challenged([MD5], false);
  for (let nonce = 2; nonce <= 4; nonce++)
    authentication.challenged([`Digest realm="cam", nonce="n${String(nonce)}", stale=TRUE`], true);
  assert.match(authentication.header(request) ?? "", /nonce="n4"/);
  assert.throws(() => authentication.challenged(['Digest realm="cam", nonce="n5", stale=TRUE'], true), code);
});

test("stale with the same nonce is a refusal", () => {
  const authentication = client();
  authentication.challenged([MD5], false);
  assert.throws(() => authentication.challenged([`${MD5}, stale=TRUE`], true), code);
});

test("a nonce that was accepted may be replaced without a word", () => {
  const authentication = client();
  authentication.challenged([MD5], false);
  authentication.accepted();
  authentication.challenged(['Digest realm="cam", nonce="n2"'], true);
  assert.throws(() => authentication.challenged(['Digest realm="cam", nonce="n3"'], true), code);
});

test("a realm may change once", () => {
  const authentication = client();
  authentication.challenged(['Digest realm="starting", nonce="n1"'], false);
  authentication.challenged([MD5], true);
  assert.match(authentication.header(request) ?? "", /realm="cam"/);
  assert.throws(() => authentication.challenged(['Digest realm="third", nonce="n1"'], true), code);
});

test("tries only the scheme that has worked, where it is offered", () => {
  const authentication = client("digest-md5");
  authentication.challenged([SHA256, MD5, BASIC], false);
  assert.equal(scheme(authentication), "md5");
  assert.throws(() => authentication.challenged([SHA256, MD5, BASIC], true), code);
});

test("tries all schemes where the one that has worked is gone", () => {
  const authentication = client("basic");
  authentication.challenged([SHA256, MD5], false);
  assert.equal(scheme(authentication), "sha-256");
});

test("counts the uses of a nonce, and begins anew with the next one", () => {
  const authentication = client();
  authentication.challenged([`${MD5}, qop="auth"`], false);
  authentication.header(request);
  assert.match(authentication.header(request) ?? "", /nc=00000002/);
  authentication.challenged(['Digest realm="cam", nonce="n2", qop="auth", stale=true'], true);
  assert.match(authentication.header(request) ?? "", /nc=00000001/);
});

test("says which scheme let it in", () => {
  const authentication = client();
  authentication.challenged([BASIC], false);
  assert.equal(authentication.acceptedScheme, undefined);
  authentication.accepted();
  assert.equal(authentication.acceptedScheme, "basic");
});

test("asks for credentials where there are none", () => {
  const authentication = new ClientAuthentication({ host: "cam", credentials: undefined, preferred: undefined, random });
  assert.throws(() => authentication.challenged([MD5], false), { code: "source-credentials-missing" });
});

for (const values of [[], ["Negotiate abc"], ['Digest realm="x", nonce="y", algorithm=SHA-512-256']]) {
  test(`says so when the camera asks with ${JSON.stringify(values)}`, () => {
    assert.throws(() => client().challenged(values, false), { code: "source-authentication-unsupported" });
  });
}
