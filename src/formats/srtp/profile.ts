/**
 * The two SRTP protection profiles we speak, by their DTLS-SRTP numbers (RFC 5764 §4.1.2, RFC 7714 §14.2), and the session
 * keys derived from a master key (RFC 3711 §4.3.1; the key derivation rate is 0, as DTLS-SRTP has it).
 */
import { createCipheriv, createSecretKey, type KeyObject } from "node:crypto";

/** What a profile protects with. Bytes. */
export interface SrtpProfile {
  readonly name: "AEAD_AES_128_GCM" | "AES_CM_128_HMAC_SHA1_80";
  /** Number in the use_srtp extension. */
  readonly id: 0x0001 | 0x0007;
  readonly keyBytes: number;
  readonly saltBytes: number;
  readonly tagBytes: number;
}

/** The profiles, the one preferred first. */
export const srtpProfiles: readonly [SrtpProfile, SrtpProfile] = [
  { name: "AEAD_AES_128_GCM", id: 0x0007, keyBytes: 16, saltBytes: 12, tagBytes: 16 },
  { name: "AES_CM_128_HMAC_SHA1_80", id: 0x0001, keyBytes: 16, saltBytes: 14, tagBytes: 10 },
];

/** Longest tag of any profile, bytes. */
export const MAX_TAG_BYTES = 16;

/** A master key of one direction, as DTLS exports it. */
export interface SrtpMasterKey {
  readonly profile: SrtpProfile;
  readonly key: Buffer;
  readonly salt: Buffer;
}

/** Keys of one direction and one protocol (SRTP or SRTCP). */
export interface SrtpSessionKeys {
  readonly profile: SrtpProfile;
  readonly key: Buffer;
  readonly cipherKey: KeyObject;
  /** As long as the profile's salt. */
  readonly salt: Buffer;
  /** 20 bytes; empty where the cipher authenticates by itself. */
  readonly authKey: Buffer;
}

const AUTH_KEY_BYTES = 20;
/** Labels of RFC 3711 §4.3.1 and §4.3.2. */
const LABELS = { rtp: { key: 0, auth: 1, salt: 2 }, rtcp: { key: 3, auth: 4, salt: 5 } } as const;

/** The session keys that `master` stands for. */
export function deriveSessionKeys(master: SrtpMasterKey, protocol: "rtp" | "rtcp"): SrtpSessionKeys {
  const { profile } = master;
  const labels = LABELS[protocol];
  const key = derive(master, labels.key, profile.keyBytes);
  const authKey = profile.name === "AEAD_AES_128_GCM" ? Buffer.alloc(0) : derive(master, labels.auth, AUTH_KEY_BYTES);
  const salt = derive(master, labels.salt, profile.saltBytes);
  return { profile, key, cipherKey: createSecretKey(key), salt, authKey };
}

/** The generator of RFC 3711 §4.3.3: AES in counter mode over zeros, its start made of salt and label. */
function derive(master: SrtpMasterKey, label: number, bytes: number): Buffer {
  const start = Buffer.alloc(16);
  // A 96-bit salt is taken as 112 bits with zeros at the end (RFC 7714 §11).
  master.salt.copy(start, 0, 0, 14);
  start[7] = (start[7] ?? 0) ^ label;
  const cipher = createCipheriv("aes-128-ctr", master.key, start);
  return cipher.update(Buffer.alloc(bytes));
}
