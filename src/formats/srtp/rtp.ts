/**
 * SRTP of one direction (RFC 3711 §3.3, RFC 7714 §8): RTP packets protected and opened, with the index of each source kept. Up
 * to `MAX_SOURCES` sources; whoever invents more isn't heard.
 */
import { applyCounterMode, authTag, gcmIv, openGcm, sameTag, sealGcm, type PacketPlace } from "./cipher.ts";
import { PacketIndex, ReplayWindow } from "./packet-index.ts";
import { MAX_TAG_BYTES, type SrtpSessionKeys } from "./profile.ts";

/** Sources whose index is kept in one direction: a few tracks, each with a retransmission stream. */
export const MAX_SOURCES = 64;

const RTP_HEADER_BYTES = 12;
const INDEX_HALF = 0x10000;

/** Bytes that protection adds at most. */
export const SRTP_OVERHEAD_BYTES = MAX_TAG_BYTES;

/** Bytes of the header in front of the payload, extension and CSRC list included; 0 where it doesn't fit. */
function headerBytes(packet: Buffer): number {
  const flags = packet[0] ?? 0;
  if (flags >> 6 !== 2 || packet.length < RTP_HEADER_BYTES) return 0;
  let bytes = RTP_HEADER_BYTES + (flags & 0x0f) * 4;
  if ((flags & 0x10) !== 0) {
    if (bytes + 4 > packet.length) return 0;
    bytes += 4 + packet.readUInt16BE(bytes + 2) * 4;
  }
  return bytes <= packet.length ? bytes : 0;
}

/** Protects what is sent. */
export class SrtpSender {
  readonly #keys: SrtpSessionKeys;
  readonly #indices = new Map<number, PacketIndex>();
  readonly #iv = Buffer.alloc(12);

  constructor(keys: SrtpSessionKeys) {
    this.#keys = keys;
  }

  /**
   * Protects the packet `packet` into `into` at `at`; the bytes written, 0 where it isn't RTP or doesn't fit. A packet sent
   * again must be the same byte for byte: each index stands for one keystream.
   */
  protect(packet: Buffer, into: Buffer, at: number): number {
    const header = headerBytes(packet);
    const total = packet.length + this.#keys.profile.tagBytes;
    if (header === 0 || at + total > into.length) return 0;
    const place = this.#place(packet);
    packet.copy(into, at, 0, header);
    const payload = packet.subarray(header);
    if (this.#keys.profile.name === "AEAD_AES_128_GCM") {
      const iv = gcmIv(this.#keys.salt, place, this.#iv);
      const tag = sealGcm(this.#keys, iv, { aad: packet.subarray(0, header), plain: payload, into, at: at + header });
      tag.copy(into, at + packet.length);
    } else {
      applyCounterMode(this.#keys, place, payload).copy(into, at + header);
      const tag = authTag(this.#keys, [into.subarray(at, at + packet.length), rolloverBytes(place.high)]);
      tag.copy(into, at + packet.length);
    }
    return total;
  }

  #place(packet: Buffer): PacketPlace {
    const ssrc = packet.readUInt32BE(8);
    const sequence = packet.readUInt16BE(2);
    let index = this.#indices.get(ssrc);
    if (index === undefined) {
      index = new PacketIndex();
      this.#indices.set(ssrc, index);
    }
    const high = Math.max(0, index.guess(sequence));
    index.accept(sequence, high);
    return { ssrc, high, low: sequence, lowBytes: 2 };
  }
}

/** Opens what is received. */
export class SrtpReceiver {
  readonly #keys: SrtpSessionKeys;
  readonly #sources = new Map<number, { readonly index: PacketIndex; readonly replay: ReplayWindow }>();

  constructor(keys: SrtpSessionKeys) {
    this.#keys = keys;
  }

  /** The RTP packet in `packet`; undefined where it isn't genuine or came before. */
  open(packet: Buffer): Buffer | undefined {
    const header = headerBytes(packet);
    const { tagBytes } = this.#keys.profile;
    if (header === 0 || packet.length < header + tagBytes) return undefined;
    const ssrc = packet.readUInt32BE(8);
    const known = this.#sources.get(ssrc);
    if (known === undefined && this.#sources.size >= MAX_SOURCES) return undefined;
    const source = known ?? { index: new PacketIndex(), replay: new ReplayWindow() };
    const low = packet.readUInt16BE(2);
    const high = source.index.guess(low);
    const index = high * INDEX_HALF + low;
    if (!source.replay.admits(index)) return undefined;
    const plain = this.#unprotect(packet, header, { ssrc, high, low, lowBytes: 2 });
    if (plain === undefined) return undefined;
    source.replay.accept(index);
    source.index.accept(low, high);
    this.#sources.set(ssrc, source);
    return plain;
  }

  #unprotect(packet: Buffer, header: number, place: PacketPlace): Buffer | undefined {
    const aad = packet.subarray(0, header);
    if (this.#keys.profile.name === "AEAD_AES_128_GCM") {
      const payload = openGcm(this.#keys, gcmIv(this.#keys.salt, place), { aad, sealed: packet.subarray(header) });
      return payload === undefined ? undefined : Buffer.concat([aad, payload]);
    }
    const tagAt = packet.length - this.#keys.profile.tagBytes;
    const expected = authTag(this.#keys, [packet.subarray(0, tagAt), rolloverBytes(place.high)]);
    if (!sameTag(expected, packet.subarray(tagAt))) return undefined;
    return Buffer.concat([aad, applyCounterMode(this.#keys, place, packet.subarray(header, tagAt))]);
  }
}

function rolloverBytes(rollovers: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(rollovers);
  return bytes;
}
