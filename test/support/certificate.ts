/**
 * Self-signed certificates for tests of TLS, made afresh each time so that no private key lies in the repository.
 * X.509 (RFC 5280 §4.1) in DER, P-256 with SHA-256.
 */
import { createSign, generateKeyPairSync, X509Certificate } from "node:crypto";

/** A key and its certificate, as `node:tls` takes them, and what a client may pin. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
  /** SHA-256 of the certificate, hex with colons. */
  readonly fingerprint: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;

const ECDSA_WITH_SHA256 = "2a8648ce3d040302";
const COMMON_NAME = "550403";
const SUBJECT_ALTERNATIVE_NAME = "551d11";

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), body]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), body]);
}

function objectId(hex: string): Buffer {
  return der(OBJECT_ID, Buffer.from(hex, "hex"));
}

/** Makes a certificate for `name` (a DNS name) and 127.0.0.1, valid from 2020 to 2099. */
export function createCertificate(name = "localhost"): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, objectId(ECDSA_WITH_SHA256));
  const subject = der(SEQUENCE, der(SET, der(SEQUENCE, objectId(COMMON_NAME), der(UTF8_STRING, Buffer.from(name)))));
  const validity = ["20200101000000Z", "20991231000000Z"].map((time) => der(GENERALIZED_TIME, Buffer.from(time)));
  const names = der(SEQUENCE, der(0x82, Buffer.from(name)), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extension = der(SEQUENCE, objectId(SUBJECT_ALTERNATIVE_NAME), der(OCTET_STRING, names));
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1, 0, 0, 1])),
    algorithm,
    subject,
    der(SEQUENCE, ...validity),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(SEQUENCE, extension)),
  );
  const signature = createSign("sha256").update(body).sign(privateKey);
  const certificate = new X509Certificate(der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.from([0]), signature)));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: certificate.toString(),
    fingerprint: certificate.fingerprint256,
  };
}
