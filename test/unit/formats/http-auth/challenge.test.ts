import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MAX_CHALLENGES,
  MAX_CHALLENGE_LENGTH,
  parseChallenges,
  preferredOrder,
  printChallenge,
} from "#formats/http-auth/challenge.ts";
import type { Challenge, DigestChallenge } from "#formats/http-auth/challenge.ts";

function digest(fields: Partial<DigestChallenge> = {}): DigestChallenge {
  return {
    scheme: "digest",
    realm: "cam",
    nonce: "abc",
    algorithm: "MD5",
    algorithmText: undefined,
    qop: undefined,
    stale: false,
    opaque: undefined,
    ...fields,
  };
}
const basic: Challenge = { scheme: "basic", realm: "cam" };

const cases: readonly { name: string; values: string[]; challenges: Challenge[] }[] = [
  { name: "one digest", values: ['Digest realm="cam", nonce="abc"'], challenges: [digest()] },
  {
    name: "basic first, digest in a second header",
    values: ['Basic realm="cam"', 'Digest realm="cam", nonce="abc"'],
    challenges: [basic, digest()],
  },
  { name: "both in one header", values: ['Basic realm="cam", Digest realm="cam", nonce="abc"'], challenges: [basic, digest()] },
  {
    name: "digest before basic in one header",
    values: ['Digest realm="cam", nonce="abc", Basic realm="cam"'],
    challenges: [digest(), basic],
  },
  {
    name: "both algorithms",
    values: ['Digest realm="cam", nonce="abc", algorithm=SHA-256', 'Digest realm="cam", nonce="abc", algorithm=MD5'],
    challenges: [digest({ algorithm: "SHA-256", algorithmText: "SHA-256" }), digest({ algorithmText: "MD5" })],
  },
  {
    name: "a quoted algorithm in lower case",
    values: ['Digest realm="cam", nonce="abc", algorithm="md5"'],
    challenges: [digest({ algorithmText: "md5" })],
  },
  {
    name: "SHA256 without hyphen",
    values: ['Digest realm="cam", nonce="abc", algorithm="SHA256"'],
    challenges: [digest({ algorithm: "SHA-256", algorithmText: "SHA256" })],
  },
  {
    name: "a list of qop",
    values: ['Digest realm="cam", nonce="abc", qop="auth-int,auth"'],
    challenges: [digest({ qop: "auth" })],
  },
  { name: "a bare qop", values: ['Digest realm="cam",nonce="abc",qop=auth'], challenges: [digest({ qop: "auth" })] },
  { name: "an empty qop", values: ['Digest realm="cam", nonce="abc", qop=""'], challenges: [digest()] },
  { name: "a stale nonce", values: ['Digest realm="cam", nonce="abc", stale=TRUE'], challenges: [digest({ stale: true })] },
  {
    name: "a quoted stale flag",
    values: ['Digest realm="cam", nonce="abc", stale="true"'],
    challenges: [digest({ stale: true })],
  },
  { name: "a fresh nonce", values: ['Digest realm="cam", nonce="abc", stale=FALSE'], challenges: [digest()] },
  { name: "an opaque", values: ['Digest realm="cam", nonce="abc", opaque=""'], challenges: [digest({ opaque: "" })] },
  {
    name: "commas and equals signs in quotes",
    values: ['Digest realm="a, b=c", nonce="a=="'],
    challenges: [digest({ realm: "a, b=c", nonce: "a==" })],
  },
  {
    name: "escaped quotes, kept as they are",
    values: ['Digest realm="a\\"b", nonce="abc"'],
    challenges: [digest({ realm: 'a\\"b' })],
  },
  { name: "no commas between parameters", values: ['Digest realm="cam" nonce="abc"'], challenges: [digest()] },
  { name: "no quotes", values: ["Digest realm=cam, nonce=abc"], challenges: [digest()] },
  { name: "blanks around equals signs", values: ['Digest realm = "cam" , nonce = "abc"'], challenges: [digest()] },
  { name: "upper-case names", values: ['DIGEST REALM="cam", NONCE="abc"'], challenges: [digest()] },
  { name: "a quote left open", values: ['Digest nonce="abc", realm="cam'], challenges: [digest()] },
  { name: "no realm", values: ['Digest nonce="abc"'], challenges: [digest({ realm: "" })] },
  { name: "a parameter twice", values: ['Digest realm="cam", nonce="abc", nonce="def"'], challenges: [digest()] },
  { name: "a basic challenge without realm", values: ["Basic"], challenges: [{ scheme: "basic", realm: "" }] },
  { name: "a realm in Chinese", values: ['Basic realm="摄像机"'], challenges: [{ scheme: "basic", realm: "摄像机" }] },
  { name: "leading commas", values: [', ,Basic realm="cam"'], challenges: [basic] },
];
for (const { name, values, challenges } of cases) {
  test(`reads ${name}`, () => {
    assert.deepEqual(parseChallenges(values), challenges);
  });
}

const unusable: readonly { name: string; value: string }[] = [
  { name: "nothing", value: "" },
  { name: "another scheme", value: 'Bearer realm="cam"' },
  { name: "a digest without nonce", value: 'Digest realm="cam"' },
  { name: "a session algorithm", value: 'Digest realm="cam", nonce="abc", algorithm=MD5-sess' },
  { name: "SHA-512-256", value: 'Digest realm="cam", nonce="abc", algorithm=SHA-512-256' },
  { name: "integrity protection alone", value: 'Digest realm="cam", nonce="abc", qop="auth-int"' },
  { name: "parameters without scheme", value: 'realm="cam", nonce="abc"' },
  { name: "quotes alone", value: '""""' },
  { name: "a value over the limit", value: `Basic realm="${"x".repeat(MAX_CHALLENGE_LENGTH)}"` },
];
for (const { name, value } of unusable) {
  test(`leaves out ${name}, and still reads what follows`, () => {
    assert.deepEqual(parseChallenges([value]), []);
    assert.deepEqual(parseChallenges([value, 'Basic realm="cam"']), [basic]);
  });
}

test("tries SHA-256 before MD5 before Basic, the first of equals first", () => {
  const sha = digest({ algorithm: "SHA-256" });
  const other = digest({ realm: "other" });
  assert.deepEqual(preferredOrder([basic, digest(), other, sha]), [sha, digest(), other, basic]);
});

test("reads back the challenges it writes", () => {
  const written: Challenge[] = [
    basic,
    digest({ algorithmText: "MD5" }),
    digest({ algorithm: "SHA-256", algorithmText: "SHA-256", qop: "auth", stale: true, opaque: "xyz" }),
  ];
  assert.deepEqual(parseChallenges(written.map(printChallenge)), written);
});

test("a realm it writes can't begin another header", () => {
  assert.equal(printChallenge({ scheme: "basic", realm: 'a"\r\nB: c' }), 'Basic realm="a\\"  B: c"');
});

test("reads a bounded number of challenges", () => {
  assert.equal(parseChallenges(Array.from({ length: 50 }, () => "Basic realm=x, Basic realm=y")).length, MAX_CHALLENGES);
  assert.equal(parseChallenges(["Basic realm=x,".repeat(500)]).length, MAX_CHALLENGES);
});
