import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { test } from "node:test";
import { createSecureContext } from "node:tls";
import { makeSelfSigned } from "#formats/x509/self-signed.ts";

const now = Date.UTC(2026, 10, 25, 12);
const serial = Buffer.from("ff00112233445566778899aabbccddee", "hex");

test("a certificate is for its names and addresses, signed by its own key, and a server can use it", () => {
  const { key, cert } = makeSelfSigned({ commonName: "gate 门", names: ["gate.local", "192.168.1.5", "fd00::5"], now, serial });
  const read = new X509Certificate(cert);
  assert.ok(read.verify(read.publicKey));
  assert.ok(read.checkPrivateKey(createPrivateKey(key)));
  assert.equal(read.checkHost("gate.local"), "gate.local");
  assert.equal(read.checkHost("other.local"), undefined);
  assert.equal(read.checkIP("192.168.1.5"), "192.168.1.5");
  assert.equal(read.checkIP("fd00::5"), "fd00::5");
  assert.equal(read.subject, "CN=gate 门");
  assert.equal(read.serialNumber, "FF00112233445566778899AABBCCDDEE");
  assert.equal(read.ca, false);
  assert.ok(Date.parse(read.validFrom) < now && Date.parse(read.validTo) > now + 800 * 86_400_000);
  assert.doesNotThrow(() => createSecureContext({ key, cert }));
});

test("it lasts beyond 2049, when times are written otherwise", () => {
  const { cert } = makeSelfSigned({
    commonName: "gate",
    names: ["gate"],
    now: Date.UTC(2049, 5, 1),
    serial: Buffer.from([0, 1]),
  });
  const read = new X509Certificate(cert);
  assert.equal(new Date(read.validFrom).getUTCFullYear(), 2049);
  assert.equal(new Date(read.validTo).getUTCFullYear(), 2051);
});
