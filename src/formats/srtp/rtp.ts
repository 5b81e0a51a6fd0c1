/**
 * SRTP of one direction (RFC 3711 §3.3, RFC 7714 §8): RTP packets protected and opened, with the index of each source kept. Up
 * to `MAX_SOURCES` sources; whoever invents more isn't heard.
 */
import { applyCounterMode, gcmIv, openGcm, sameTag, sealGcm, type PacketPlace } from "./cipher.ts";
import { HmacSha1 } from "./hmac.ts";
import { PacketIndex, ReplayWindow } from "./packet-index.ts";
import { MAX_TAG_BYTES, type SrtpSessionKeys } from "./profile.ts";

/** Sources whose index is kept in one direction: a few tracks, each with a retransmission stream. */
export const MAX_SOURCES = 64;

const RTP_HEADER_BYTES = 12;
const INDEX_HALF = 0x10000;

/** Bytes that protection adds at most. */
export const SRTP_OVERHEAD_BYTES = MAX_TAG_BYTES;

/** Bytes in front of the payload of the packet `[start, end)`, extension and CSRC list included; 0 where it is no RTP packet. */
export function rtpHeaderBytes(buffer: Buffer, start: number, end: number): number {
  const flags = buffer[start] ?? 0;
  if (flags >> 6 !== 2 || end - start < RTP_HEADER_BYTES) return 0;
  let bytes = RTP_HEADER_BYTES + (flags & 0x0f) * 4;
  if ((flags & 0x10) !== 0) {
    if (start + bytes + 4 > end) return 0;
    bytes += 4 + buffer.readUInt16BE(start + bytes + 2) * 4;
  }
  return start + bytes <= end ? bytes : 0;
}

/** Protects what is sent. */
export class SrtpSender {
  readonly #keys: SrtpSessionKeys;
  readonly #hmac: HmacSha1;
  readonly #indices = new Map<number, PacketIndex>();
  readonly #iv = Buffer.alloc(12);

  constructor(keys: SrtpSessionKeys) {
    this.#keys = keys;
    this.#hmac = new HmacSha1(keys.authKey);
  }

  /**
   * Protects the packet `packet` into `into` at `at`; the bytes written, 0 where it isn't RTP or doesn't fit. A packet sent
   * again must be the same byte for byte: each index stands for one keystream.
   */
  protect(packet: Buffer, into: Buffer, at: number): number {
    const header = rtpHeaderBytes(packet, 0, packet.length);
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
      const signed = [into.subarray(at, at + packet.length), rolloverBytes(place.high)];
      this.#hmac.over(signed, this.#keys.profile.tagBytes).copy(into, at + packet.length);
    }
    return total;
  }

  /** Where the numbers of a source are. */
  index(ssrc: number): PacketIndex {
    const known = this.#indices.get(ssrc);
    if (known !== undefined) return known;
    const index = new PacketIndex();
    this.#indices.set(ssrc, index);
    return index;
  }

  #place(packet: Buffer): PacketPlace {
    const ssrc = packet.readUInt32BE(8);
    const low = packet.readUInt16BE(2);
    return { ssrc, high: this.index(ssrc).send(low), low, lowBytes: 2 };
  }
}

/** Opens what is received. */
export class SrtpReceiver {
  readonly #keys: SrtpSessionKeys;
  readonly #hmac: HmacSha1;
  readonly #sources = new Map<number, { readonly index: PacketIndex; readonly replay: ReplayWindow }>();

  constructor(keys: SrtpSessionKeys) {
    this.#keys = keys;
    this.#hmac = new HmacSha1(keys.authKey);
  }

  /** The RTP packet in `packet`; undefined where it isn't genuine or came before. */
  open(packet: Buffer): Buffer | undefined {
    const header = rtpHeaderBytes(packet, 0, packet.length);
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
    const { tagBytes } = this.#keys.profile;
    const tagAt = packet.length - tagBytes;
    const expected = this.#hmac.over([packet.subarray(0, tagAt), rolloverBytes(place.high)], tagBytes);
    if (!sameTag(expected, packet.subarray(tagAt))) return undefined;
    return Buffer.concat([aad, applyCounterMode(this.#keys, place, packet.subarray(header, tagAt))]);
  }
}

function rolloverBytes(rollovers: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(rollovers);
  return bytes;
}
