import assert from "node:assert/strict";
import { test } from "node:test";
import { parseChallenges } from "#formats/http-auth/challenge.ts";
import type { AuthorizeRequest, DigestAuthorization } from "#formats/http-auth/digest.ts";
import { authorize, parseAuthorization, verifyDigest } from "#formats/http-auth/digest.ts";

const request: AuthorizeRequest = {
  username: "admin",
  password: "pass1234",
  method: "DESCRIBE",
  uri: "rtsp://192.168.1.64:554/Streaming/Channels/101",
  nonceCount: 1,
  cnonce: "0a4f113b",
};

function answer(challenge: string, changes: Partial<AuthorizeRequest> = {}): string {
  const [first] = parseChallenges([challenge]);
  assert.ok(first !== undefined);
  return authorize(first, { ...request, ...changes });
}

function digestOf(value: string): DigestAuthorization {
  const authorization = parseAuthorization(value);
  assert.ok(authorization?.scheme === "digest");
  return authorization;
}

const CAMERA_REALM = 'Digest realm="IP Camera(GH455)", nonce="abc123"';

// The first two are worked examples of our camera notes; the others are the examples of RFC 2617 §3.5 and RFC 7616 §3.9.1.
const vectors: readonly { name: string; challenge: string; changes: Partial<AuthorizeRequest>; response: string }[] = [
  { name: "MD5 without qop", challenge: CAMERA_REALM, changes: {}, response: "5107b99445a423bfa8fb0bec78e47e4f" },
  {
    name: "SHA-256 without qop",
    challenge: `${CAMERA_REALM}, algorithm=SHA-256`,
    changes: {},
    response: "9caa0049894b01d44b0d23dc7f20fb451b797d38f6717dbb48ec3db7910ba212",
  },
  {
    name: "MD5 with qop",
    challenge: 'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    changes: { username: "Mufasa", password: "Circle Of Life", method: "GET", uri: "/dir/index.html" },
    response: "6629fae49393a05397450978507c4ef1",
  },
  {
    name: "SHA-256 with qop",
    challenge:
      'Digest realm="http-auth@example.org", qop="auth", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"',
    changes: {
      username: "Mufasa",
      password: "Circle of Life",
      method: "GET",
      uri: "/dir/index.html",
      cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    },
    response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  },
];
for (const { name, challenge, changes, response } of vectors) {
  test(`computes the known response of ${name}`, () => {
    assert.equal(digestOf(answer(challenge, changes)).response, response);
  });
}

test("names neither algorithm nor qop when the challenge doesn't", () => {
  const value = answer(CAMERA_REALM);
  assert.equal(
    value,
    'Digest username="admin", realm="IP Camera(GH455)", nonce="abc123", ' +
      'uri="rtsp://192.168.1.64:554/Streaming/Channels/101", response="5107b99445a423bfa8fb0bec78e47e4f"',
  );
});

test("names the algorithm as the challenge spelt it, and gives opaque back", () => {
  const value = answer(`${CAMERA_REALM}, algorithm="md5", opaque="op"`);
  assert.ok(value.includes("algorithm=md5"));
  assert.ok(value.includes('opaque="op"'));
  assert.ok(!value.includes("qop"));
});

test("with qop the nonce count has eight hex digits and isn't quoted", () => {
  const value = answer(`${CAMERA_REALM}, qop="auth"`, { nonceCount: 26 });
  assert.ok(value.includes('qop=auth, nc=0000001a, cnonce="0a4f113b"'));
});

test("each use of a nonce has another response", () => {
  const challenge = `${CAMERA_REALM}, qop="auth"`;
  assert.notEqual(
    digestOf(answer(challenge, { nonceCount: 1 })).response,
    digestOf(answer(challenge, { nonceCount: 2 })).response,
  );
});

test("a realm with escapes goes back as it came", () => {
  assert.ok(answer('Digest realm="a\\"b", nonce="n"').includes('realm="a\\"b"'));
});

test("a user name with quotes survives the way", () => {
  const authorization = digestOf(answer(CAMERA_REALM, { username: 'ad"min\\' }));
  assert.equal(authorization.username, 'ad"min\\');
});

test("answers a basic challenge", () => {
  assert.equal(answer('Basic realm="x"'), "Basic YWRtaW46cGFzczEyMzQ=");
});

const expected = { username: "admin", password: "pass1234", method: "DESCRIBE", realm: "IP Camera(GH455)", nonce: "abc123" };
for (const challenge of [
  CAMERA_REALM,
  `${CAMERA_REALM}, algorithm=SHA-256`,
  `${CAMERA_REALM}, qop="auth"`,
  `${CAMERA_REALM}, qop=auth, algorithm=SHA-256`,
]) {
  test(`accepts its own answer to ${challenge}, and none that differs`, () => {
    const authorization = digestOf(answer(challenge));
    assert.equal(verifyDigest(authorization, expected), true);
    assert.equal(verifyDigest({ ...authorization, response: authorization.response.toUpperCase() }, expected), true);
    for (const [key, value] of Object.entries(expected)) {
      assert.equal(verifyDigest(authorization, { ...expected, [key]: `${value}x` }), false, key);
    }
    for (const key of ["username", "realm", "nonce", "uri", "response"] as const) {
      assert.equal(verifyDigest({ ...authorization, [key]: `${authorization[key]}x` }, expected), false, key);
    }
  });
}

test("an answer to another nonce is wrong even when it is right in itself", () => {
  const authorization = digestOf(answer('Digest realm="IP Camera(GH455)", nonce="old"'));
  assert.equal(verifyDigest(authorization, expected), false);
  assert.equal(verifyDigest(authorization, { ...expected, nonce: "old" }), true);
});

test("the nonce count and client nonce are part of the response", () => {
  const authorization = digestOf(answer(`${CAMERA_REALM}, qop="auth"`));
  assert.equal(verifyDigest({ ...authorization, nonceCount: "00000002" }, expected), false);
  assert.equal(verifyDigest({ ...authorization, cnonce: "other" }, expected), false);
  assert.equal(verifyDigest({ ...authorization, nonceCount: undefined }, expected), false);
});

const unreadable: readonly { name: string; value: string }[] = [
  { name: "nothing", value: "" },
  { name: "another scheme", value: "Bearer abc" },
  { name: "an empty Basic", value: "Basic " },
  { name: "a digest without parameters", value: "Digest" },
  { name: "a digest without response", value: 'Digest username="a", realm="r", nonce="n", uri="u"' },
  { name: "a digest without user", value: 'Digest realm="r", nonce="n", uri="u", response="x"' },
  { name: "a session algorithm", value: 'Digest username="a", realm="r", nonce="n", uri="u", response="x", algorithm=MD5-sess' },
  { name: "integrity protection", value: 'Digest username="a", realm="r", nonce="n", uri="u", response="x", qop=auth-int' },
];
for (const { name, value } of unreadable) {
  test(`${name} is no authorization`, () => {
    assert.equal(parseAuthorization(value), undefined);
  });
}

test("reads the answers of players: bare and quoted qop, nc and algorithm", () => {
  const authorization = digestOf(
    'Digest username="a",realm="r",nonce="n",uri="rtsp://h/p?x=1,2",response="00",algorithm="SHA-256",qop="auth",nc=00000001,cnonce="c"',
  );
  assert.deepEqual(authorization, {
    scheme: "digest",
    username: "a",
    realm: "r",
    nonce: "n",
    uri: "rtsp://h/p?x=1,2",
    response: "00",
    algorithm: "SHA-256",
    qop: "auth",
    nonceCount: "00000001",
    cnonce: "c",
    opaque: undefined,
  });
});
