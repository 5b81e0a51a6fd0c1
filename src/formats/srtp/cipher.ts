/**
 * The ciphers behind SRTP and SRTCP: AES-128 in Galois/Counter mode (RFC 7714) and in counter mode (RFC 3711 §4.1.1).
 * One packet each: the associated data stays readable, the rest is encrypted.
 */
import { createCipheriv, createDecipheriv, timingSafeEqual } from "node:crypto";
import type { SrtpSessionKeys } from "./profile.ts";

const GCM_IV_BYTES = 12;
const CTR_IV_BYTES = 16;

/** Which packet: its source, and its index as rollover counter (upper 32 bits) and lower part. */
export interface PacketPlace {
  readonly ssrc: number;
  /** 32 bit; 0 for SRTCP. */
  readonly high: number;
  /** 16 bit for SRTP, 31 bit for SRTCP. */
  readonly low: number;
  readonly lowBytes: 2 | 4;
}

/** RFC 7714 §8.1: two zero bytes, SSRC, and the index in six bytes (§9.1: SRTCP's in its last four), with the salt. */
export function gcmIv(salt: Buffer, place: PacketPlace, into: Buffer = Buffer.alloc(GCM_IV_BYTES)): Buffer {
  into.fill(0);
  into.writeUInt32BE(place.ssrc, 2);
  if (place.lowBytes === 2) {
    into.writeUInt32BE(place.high, 6);
    into.writeUInt16BE(place.low, 10);
  } else {
    into.writeUInt32BE(place.low, 8);
  }
  for (let at = 0; at < GCM_IV_BYTES; at += 1) into[at] = (into[at] ?? 0) ^ (salt[at] ?? 0);
  return into;
}

/** RFC 3711 §4.1.1: the salt, with SSRC and index exclusive-ored in, and the block counter 0. */
function counterIv(salt: Buffer, place: PacketPlace): Buffer {
  const iv = Buffer.alloc(CTR_IV_BYTES);
  salt.copy(iv, 0, 0, 14);
  const mix = Buffer.alloc(CTR_IV_BYTES);
  mix.writeUInt32BE(place.ssrc, 4);
  if (place.lowBytes === 2) {
    mix.writeUInt32BE(place.high, 8);
    mix.writeUInt16BE(place.low, 12);
  } else {
    mix.writeUInt32BE(place.low, 10);
  }
  for (let at = 0; at < CTR_IV_BYTES; at += 1) iv[at] = (iv[at] ?? 0) ^ (mix[at] ?? 0);
  return iv;
}

/** Galois/Counter mode: encrypts `plain` and returns the tag; the ciphertext goes to `into` at `at`. */
export function sealGcm(
  keys: SrtpSessionKeys,
  iv: Buffer,
  packet: { aad: Buffer; plain: Buffer; into: Buffer; at: number },
): Buffer {
  const cipher = createCipheriv("aes-128-gcm", keys.cipherKey, iv, { authTagLength: 16 });
  cipher.setAAD(packet.aad);
  cipher.update(packet.plain).copy(packet.into, packet.at);
  cipher.final();
  return cipher.getAuthTag();
}

/** The plaintext of `sealed` (ciphertext and tag); undefined where it isn't genuine. */
export function openGcm(keys: SrtpSessionKeys, iv: Buffer, packet: { aad: Buffer; sealed: Buffer }): Buffer | undefined {
  const tagAt = packet.sealed.length - 16;
  if (tagAt < 0) return undefined;
  const decipher = createDecipheriv("aes-128-gcm", keys.cipherKey, iv, { authTagLength: 16 });
  decipher.setAAD(packet.aad);
  decipher.setAuthTag(packet.sealed.subarray(tagAt));
  const plain = decipher.update(packet.sealed.subarray(0, tagAt));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain;
}

/** Counter mode, in either direction. */
export function applyCounterMode(keys: SrtpSessionKeys, place: PacketPlace, bytes: Buffer): Buffer {
  return createCipheriv("aes-128-ctr", keys.cipherKey, counterIv(keys.salt, place)).update(bytes);
}

/** Compares tags without telling where they differ. */
export function sameTag(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
