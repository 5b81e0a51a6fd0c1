/**
 * Whom releases are trusted from: a list of public keys that travels inside the program, each with the time it is good for.
 * A key's id is made from the key itself, so that an id can't be given to another key.
 */
import { createHash, createPublicKey, verify } from "node:crypto";

/** Longest list read, bytes. */
export const MAX_TRUST_BYTES = 16 * 1024;
/** Keys looked at. */
const MAX_KEYS = 16;
/** DER in front of a raw Ed25519 public key (RFC 8410 §4). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const SIGNATURE = /^ed25519 ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)\n$/;
const RAW_KEY_BYTES = 32;

/** A key that may sign releases. */
export interface TrustedKey {
  /** First 16 hex digits of the SHA-256 of the raw key. */
  readonly id: string;
  /** Raw Ed25519 public key, base64. */
  readonly publicKey: string;
  /** What it signs: released versions, or what a developer packed. */
  readonly use: "release" | "development";
  /** UTC; signatures count until then. */
  readonly expires: string;
  /** UTC; nothing it signed counts any more. */
  readonly revoked?: string;
}

/** The list. */
export interface TrustList {
  readonly format: 1;
  /** UTC; the clock is at least this late, whatever it says. */
  readonly issued: string;
  readonly keys: readonly TrustedKey[];
}

/** What is wrong with a signature; `keyId` is "" where the signature can't be read. */
export type SignatureFault = {
  readonly kind: "malformed" | "unknown-key" | "expired" | "revoked" | "wrong";
  readonly keyId: string;
};

/** The id of a raw public key. */
export function keyId(publicKey: Buffer): string {
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
}

/** The signature file's text: algorithm, key, signature. */
export function printSignature(id: string, signature: Buffer): string {
  return `ed25519 ${id} ${signature.toString("base64")}\n`;
}

/** Checks a signature file over `bytes` at `now` (ms since 1970). Undefined when it is good. */
export function signatureFault(
  bytes: Buffer,
  signature: string,
  { trust, now }: { trust: TrustList; now: number },
): SignatureFault | undefined {
  const [, id = "", encoded = ""] = SIGNATURE.exec(signature) ?? [];
  const raw = Buffer.from(encoded, "base64");
  if (id === "" || raw.toString("base64") !== encoded) return { kind: "malformed", keyId: "" };
  const key = trust.keys.find((candidate) => candidate.id === id);
  if (key === undefined) return { kind: "unknown-key", keyId: id };
  if (key.revoked !== undefined) return { kind: "revoked", keyId: id };
  // A board without a battery starts in 1970: that must not make an old key good again.
  if (Math.max(now, Date.parse(trust.issued)) >= Date.parse(key.expires)) return { kind: "expired", keyId: id };
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, Buffer.from(key.publicKey, "base64")]),
    format: "der",
    type: "spki",
  });
  return verify(null, bytes, publicKey, raw) ? undefined : { kind: "wrong", keyId: id };
}

/** Reads a list; undefined where it is none, or an id isn't its key's. */
export function parseTrustList(text: string): TrustList | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { format, issued, keys } = value as Partial<Record<keyof TrustList, unknown>>;
  if (format !== 1 || !isTime(issued) || !Array.isArray(keys) || keys.length > MAX_KEYS || !keys.every(isKey)) return undefined;
  return { format, issued, keys };
}

function isKey(value: unknown): value is TrustedKey {
  if (typeof value !== "object" || value === null) return false;
  const { id, publicKey, use, expires, revoked } = value as Partial<Record<keyof TrustedKey, unknown>>;
  if (typeof publicKey !== "string" || (use !== "release" && use !== "development")) return false;
  const raw = Buffer.from(publicKey, "base64");
  return raw.length === RAW_KEY_BYTES && keyId(raw) === id && isTime(expires) && (revoked === undefined || isTime(revoked));
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}
