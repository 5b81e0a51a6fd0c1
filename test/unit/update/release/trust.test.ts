import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { keyId, parseTrustList, printSignature, signatureFault, type TrustedKey, type TrustList } from "#update/release/trust.ts";

const DAY_MS = 86_400_000;
const NOW = Date.parse("2026-11-25T00:00:00Z");
const pair = generateKeyPairSync("ed25519");
const raw = pair.publicKey.export({ type: "spki", format: "der" }).subarray(12);
const key: TrustedKey = {
  id: keyId(raw),
  publicKey: raw.toString("base64"),
  use: "release",
  expires: new Date(NOW + 10 * DAY_MS).toISOString(),
};
const trust = (part: Partial<TrustedKey> = {}): TrustList => ({
  format: 1,
  issued: new Date(NOW - DAY_MS).toISOString(),
  keys: [{ ...key, ...part }],
});
const bytes = Buffer.from("what was released");
const signature = printSignature(key.id, sign(null, bytes, pair.privateKey));

test("a good signature has no fault", () => {
  assert.equal(signatureFault(bytes, signature, { trust: trust(), now: NOW }), undefined);
});

test("a changed byte is seen", () => {
  const changed = Buffer.from("what was Released");
  assert.deepEqual(signatureFault(changed, signature, { trust: trust(), now: NOW }), { kind: "wrong", keyId: key.id });
});

test("a key that nobody trusts is refused before its signature is looked at", () => {
  const nobody = { ...trust(), keys: [] };
  assert.deepEqual(signatureFault(bytes, signature, { trust: nobody, now: NOW }), { kind: "unknown-key", keyId: key.id });
});

test("a key counts until its time is over", () => {
  const fault = (now: number): unknown => signatureFault(bytes, signature, { trust: trust(), now })?.kind;
  assert.equal(fault(NOW + 10 * DAY_MS - 1), undefined);
  assert.equal(fault(NOW + 10 * DAY_MS), "expired");
});

test("a clock that starts in 1970 doesn't make an old key good again", () => {
  const old = trust({ expires: new Date(NOW - 2 * DAY_MS).toISOString() });
  assert.equal(signatureFault(bytes, signature, { trust: old, now: 0 })?.kind, "expired");
});

test("a revoked key is refused whatever the clock says", () => {
  const revoked = trust({ revoked: new Date(NOW + DAY_MS).toISOString() });
  assert.equal(signatureFault(bytes, signature, { trust: revoked, now: 0 })?.kind, "revoked");
});

const malformed = [
  "",
  signature.trimEnd(),
  `${signature}\n`,
  signature.replace("ed25519", "ed448"),
  signature.toUpperCase(),
  signature.replace("==\n", "=\n"),
  `${signature}${signature}`,
];
for (const [index, text] of malformed.entries()) {
  test(`signature file ${String(index + 1)} of other spelling is malformed`, () => {
    assert.equal(signatureFault(bytes, text, { trust: trust(), now: NOW })?.kind, "malformed");
  });
}

test("bits that base64 leaves open can't be set", () => {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const last = signature.at(-4) ?? "";
  const other = letters[letters.indexOf(last) ^ 1] ?? "";
  assert.equal(
    signatureFault(bytes, signature.replace(`${last}==`, `${other}==`), { trust: trust(), now: NOW })?.kind,
    "malformed",
  );
});

test("a list of keys reads back", () => {
  assert.deepEqual(parseTrustList(JSON.stringify(trust())), trust());
});

test("a list is none where an id isn't made from its key, or something is missing", () => {
  const bad = [
    trust({ id: "0".repeat(16) }),
    trust({ publicKey: "" }),
    trust({ expires: "soon" }),
    { ...trust(), format: 2 },
    { ...trust(), issued: undefined },
    { ...trust(), keys: Array.from({ length: 17 }, () => key) },
    [],
    "x",
  ];
  for (const list of bad) assert.equal(parseTrustList(JSON.stringify(list)), undefined);
  assert.equal(parseTrustList("{"), undefined);
});
