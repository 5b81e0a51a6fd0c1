/**
 * SRTCP of one direction (RFC 3711 §3.4, RFC 7714 §9): compound packets protected and opened. The index travels in the packet,
 * its first bit says that the packet is encrypted; unencrypted ones aren't taken.
 */
import { applyCounterMode, gcmIv, openGcm, sameTag, sealGcm, type PacketPlace } from "./cipher.ts";
import { HmacSha1 } from "./hmac.ts";
import { ReplayWindow } from "./packet-index.ts";
import type { SrtpSessionKeys } from "./profile.ts";

/** Header and SSRC of the first packet stay readable. */
const CLEAR_BYTES = 8;
const INDEX_BYTES = 4;
const ENCRYPTED = 0x80000000;
const MAX_INDEX = 0x7fffffff;

/** Protects what is sent. */
export class SrtcpSender {
  readonly #keys: SrtpSessionKeys;
  readonly #hmac: HmacSha1;
  #index = 0;

  constructor(keys: SrtpSessionKeys) {
    this.#keys = keys;
    this.#hmac = new HmacSha1(keys.authKey);
  }

  /** The protected compound packet; undefined for fewer than 8 bytes, and when the key is used up (2³¹ packets). */
  protect(packet: Buffer): Buffer | undefined {
    if (packet.length < CLEAR_BYTES || this.#index >= MAX_INDEX) return undefined;
    this.#index += 1;
    const place: PacketPlace = { ssrc: packet.readUInt32BE(4), high: 0, low: this.#index, lowBytes: 4 };
    const clear = packet.subarray(0, CLEAR_BYTES);
    const index = Buffer.alloc(INDEX_BYTES);
    index.writeUInt32BE((ENCRYPTED | this.#index) >>> 0);
    if (this.#keys.profile.name === "AEAD_AES_128_GCM") {
      const plain = packet.subarray(CLEAR_BYTES);
      const into = Buffer.alloc(plain.length);
      const tag = sealGcm(this.#keys, gcmIv(this.#keys.salt, place), { aad: Buffer.concat([clear, index]), plain, into, at: 0 });
      return Buffer.concat([clear, into, tag, index]);
    }
    const body = Buffer.concat([clear, applyCounterMode(this.#keys, place, packet.subarray(CLEAR_BYTES)), index]);
    return Buffer.concat([body, this.#hmac.over([body], this.#keys.profile.tagBytes)]);
  }
}

/** Opens what is received. */
export class SrtcpReceiver {
  readonly #keys: SrtpSessionKeys;
  readonly #hmac: HmacSha1;
  readonly #replay = new ReplayWindow();

  constructor(keys: SrtpSessionKeys) {
    this.#keys = keys;
    this.#hmac = new HmacSha1(keys.authKey);
  }

  /** The compound packet in `packet`; undefined where it isn't genuine or came before. */
  open(packet: Buffer): Buffer | undefined {
    const { tagBytes, name } = this.#keys.profile;
    if (packet.length < CLEAR_BYTES + INDEX_BYTES + tagBytes) return undefined;
    const gcm = name === "AEAD_AES_128_GCM";
    const indexAt = gcm ? packet.length - INDEX_BYTES : packet.length - tagBytes - INDEX_BYTES;
    const word = packet.readUInt32BE(indexAt);
    const low = word & MAX_INDEX;
    if (word < ENCRYPTED || !this.#replay.admits(low)) return undefined;
    const place: PacketPlace = { ssrc: packet.readUInt32BE(4), high: 0, low, lowBytes: 4 };
    const plain = gcm ? this.#openGcm(packet, indexAt, place) : this.#openCounterMode(packet, indexAt, place);
    if (plain !== undefined) this.#replay.accept(low);
    return plain;
  }

  #openGcm(packet: Buffer, indexAt: number, place: PacketPlace): Buffer | undefined {
    const clear = packet.subarray(0, CLEAR_BYTES);
    const aad = Buffer.concat([clear, packet.subarray(indexAt)]);
    const plain = openGcm(this.#keys, gcmIv(this.#keys.salt, place), { aad, sealed: packet.subarray(CLEAR_BYTES, indexAt) });
    return plain === undefined ? undefined : Buffer.concat([clear, plain]);
  }

  #openCounterMode(packet: Buffer, indexAt: number, place: PacketPlace): Buffer | undefined {
    const signed = packet.subarray(0, indexAt + INDEX_BYTES);
    if (!sameTag(this.#hmac.over([signed], this.#keys.profile.tagBytes), packet.subarray(indexAt + INDEX_BYTES)))
      return undefined;
    const clear = packet.subarray(0, CLEAR_BYTES);
    return Buffer.concat([clear, applyCounterMode(this.#keys, place, packet.subarray(CLEAR_BYTES, indexAt))]);
  }
}
