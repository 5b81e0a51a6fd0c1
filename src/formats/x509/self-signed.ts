/**
 * A certificate signed by its own key (RFC 5280): ECDSA on P-256, for the names and addresses that a server is reached by.
 * Browsers ask once whether to trust it; what tells it apart is its fingerprint.
 */
import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { bitString, context, oid, positiveInteger, primitive, sequence, setOf, time } from "./der.ts";

const DAY_MS = 86_400_000;
/** The longest that Apple's systems accept. */
const VALID_DAYS = 820;
/** Machines without a battery-backed clock wake up in the past. */
const BACKDATED_MS = DAY_MS;

const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
const COMMON_NAME = "2.5.4.3";
const SUBJECT_ALT_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

/** What goes into a certificate. */
export interface CertificateRequest {
  readonly commonName: string;
  /** Host names and numeric addresses. */
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** 16 random bytes. */
  readonly serial: Buffer;
}

/** Key and certificate, PEM. */
export interface PemPair {
  readonly key: string;
  readonly cert: string;
}

/** Makes a key and a certificate for it. */
export function makeSelfSigned(request: CertificateRequest): PemPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "der" },
  });
  const name = sequence(setOf(sequence(oid(COMMON_NAME), primitive("utf8", Buffer.from(request.commonName)))));
  const from = request.now - BACKDATED_MS;
  const toBeSigned = sequence(
    context(0, positiveInteger(Buffer.from([2])), "constructed"),
    positiveInteger(request.serial),
    ECDSA_SHA256,
    name,
    sequence(time(from), time(from + VALID_DAYS * DAY_MS)),
    name,
    publicKey,
    context(3, sequence(...extensions(request.names)), "constructed"),
  );
  const signature = sign("sha256", toBeSigned, createPrivateKey(privateKey));
  const der = sequence(toBeSigned, ECDSA_SHA256, bitString(signature));
  return { key: privateKey, cert: new X509Certificate(der).toString() };
}

function extensions(names: readonly string[]): readonly Buffer[] {
  const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), primitive("octetString", value));
  return [
    extension(BASIC_CONSTRAINTS, sequence()),
    extension(EXTENDED_KEY_USAGE, sequence(oid(SERVER_AUTH))),
    extension(SUBJECT_ALT_NAME, sequence(...names.map(generalName))),
  ];
}

function generalName(name: string): Buffer {
  if (isIPv4(name)) return context(7, Buffer.from(name.split(".").map(Number)), "primitive");
  if (isIPv6(name)) return context(7, ipv6Bytes(name), "primitive");
  return context(2, Buffer.from(name, "latin1"), "primitive");
}

function ipv6Bytes(address: string): Buffer {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
  const [front, back] = [groups(head), groups(tail)];
  const zeros = Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0");
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...front, ...zeros, ...back].entries())
    bytes.writeUInt16BE(Number.parseInt(group, 16) & 0xffff, index * 2);
  return bytes;
}
