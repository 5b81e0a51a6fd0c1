/**
 * MPEG-4 audio over RTP, mpeg4-generic (RFC 3640 §3.2): AU headers, several frames in a packet, one frame in pieces. ADTS
 * headers that some cameras put before each frame, or in place of AU headers, are taken off. Interleaving is refused.
 */
import { BitReader } from "#formats/bits/bit-reader.ts";
import type { AccessUnit, Depacketizer, DepacketizerResult, PacketizedPayload, Packetizer } from "../codec.ts";
import { FragmentBuffer } from "../fragment-buffer.ts";
import { readAdtsHeader } from "./audio-specific-config.ts";
import type { AuHeaderLayout } from "./parameters.ts";

/** Bytes of one frame: 6144 bits for each of eight channels is 6144 bytes; ADTS can tell up to 8191. */
export const MAX_FRAME_BYTES = 8192;
/** Frames of one packet. */
export const MAX_FRAMES = 128;
const LENGTH_BYTES = 2;

/** How a track's payloads are laid out. */
export interface AacPayloads {
  readonly layout: AuHeaderLayout;
  /** RTP ticks of one frame. */
  readonly frameTicks: number;
}

/** Whether payloads have an AU header section at all (RFC 3640 §3.2.1). */
export function hasAuHeaders(layout: AuHeaderLayout): boolean {
  const { sizeBits, indexBits, ctsDeltaBits, dtsDeltaBits, randomAccess, streamStateBits } = layout;
  return sizeBits + indexBits + ctsDeltaBits + dtsDeltaBits + streamStateBits > 0 || randomAccess;
}

/** Takes frames out of packets. */
export class AacDepacketizer implements Depacketizer {
  readonly #layout: AuHeaderLayout;
  readonly #frameTicks: number;
  readonly #fragments = new FragmentBuffer(MAX_FRAME_BYTES);
  #fragmentedBytes = 0;
  /** A gap was seen: a piece of a frame may be a later one. */
  #afterLoss = false;

  constructor(payloads: AacPayloads) {
    this.#layout = payloads.layout;
    this.#frameTicks = payloads.frameTicks;
  }

  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    const { payload, timestamp } = packet;
    if (readAdtsHeader(payload) !== undefined) return this.#units(adtsFrames(payload), timestamp);
    const section = readSection(payload, this.#layout);
    if (typeof section === "string") return this.#damaged(section);
    const { sizes, data } = section;
    const [first = 0] = sizes;
    if (sizes.length === 1 && first > data.length) return this.#fragment(packet, { data, size: first });
    if (this.#fragments.length > 0) this.#fragments.clear();
    this.#afterLoss = false;
    const frames: Buffer[] = [];
    let at = 0;
    for (const size of sizes) {
      if (size > data.length - at) return this.#damaged("frame longer than its packet");
      if (size > 0) frames.push(withoutAdts(data.subarray(at, at + size)));
      at += size;
    }
    return this.#units(frames, timestamp);
  }

  reset(): void {
    this.#fragments.clear();
    this.#afterLoss = true;
  }

  /** A piece of a frame: each repeats the header with the whole frame's size. */
  #fragment(packet: { timestamp: number; marker: boolean }, piece: { data: Buffer; size: number }): DepacketizerResult {
    if (this.#afterLoss) {
      this.#afterLoss = !packet.marker;
      return { kind: "joined-mid-unit" };
    }
    if (this.#fragments.length > 0 && piece.size !== this.#fragmentedBytes) return this.#damaged("fragments don't meet");
    this.#fragmentedBytes = piece.size;
    if (piece.size > MAX_FRAME_BYTES || !this.#fragments.append(piece.data)) return this.#damaged("frame too large");
    if (this.#fragments.length < piece.size) {
      return packet.marker ? this.#damaged("frame cut short") : { kind: "need-more" };
    }
    const frame = this.#fragments.take().subarray(0, piece.size);
    return this.#units([withoutAdts(frame)], packet.timestamp);
  }

  #units(frames: readonly Buffer[], timestamp: number): DepacketizerResult {
    const accessUnits = frames
      .filter((frame) => frame.length > 0)
      .map((frame, i): AccessUnit => {
        return { timestamp: (timestamp + i * this.#frameTicks) >>> 0, type: "key", units: [Buffer.from(frame)] };
      });
    return accessUnits.length > 0 ? { kind: "access-units", accessUnits } : { kind: "damaged", reason: "no frames" };
  }

  #damaged(reason: string): DepacketizerResult {
    this.#fragments.clear();
    return { kind: "damaged", reason };
  }
}

/** Frame sizes from the AU headers, and the data behind them. */
function readSection(payload: Buffer, layout: AuHeaderLayout): { sizes: number[]; data: Buffer } | string {
  if (!hasAuHeaders(layout)) {
    const size = layout.constantSize > 0 ? layout.constantSize : payload.length;
    const count = Math.min(MAX_FRAMES, Math.floor(payload.length / Math.max(1, size)));
    return { sizes: Array.from({ length: count }, () => size), data: payload };
  }
  if (payload.length < LENGTH_BYTES) return "payload too short";
  const headerBits = payload.readUInt16BE(0);
  const headerEnd = LENGTH_BYTES + ((headerBits + 7) >> 3);
  if (headerEnd > payload.length) return "AU headers longer than their packet";
  const sizes = readAuHeaders(new BitReader(payload, { start: LENGTH_BYTES, end: headerEnd }), { layout, headerBits });
  if (typeof sizes === "string") return sizes;
  const auxiliary = new BitReader(payload, { start: headerEnd, end: payload.length });
  if (layout.auxiliarySizeBits > 0) auxiliary.skip(auxiliary.bits(layout.auxiliarySizeBits));
  auxiliary.align();
  if (auxiliary.failed) return "auxiliary section longer than its packet";
  return { sizes, data: payload.subarray(auxiliary.position >> 3) };
}

function readAuHeaders(reader: BitReader, how: { layout: AuHeaderLayout; headerBits: number }): number[] | string {
  const { layout, headerBits } = how;
  const begin = reader.position;
  const sizes: number[] = [];
  while (reader.position - begin < headerBits && sizes.length < MAX_FRAMES) {
    const before = reader.position;
    const size = layout.sizeBits > 0 ? reader.bits(layout.sizeBits) : layout.constantSize;
    const index = reader.bits(sizes.length === 0 ? layout.indexBits : layout.indexDeltaBits);
    if (layout.ctsDeltaBits > 0 && reader.flag()) reader.skip(layout.ctsDeltaBits);
    if (layout.dtsDeltaBits > 0 && reader.flag()) reader.skip(layout.dtsDeltaBits);
    reader.skip((layout.randomAccess ? 1 : 0) + layout.streamStateBits);
    if (reader.failed || reader.position === before) return "AU headers cut short";
    // Without interleaving the first index counts up or is 0, and every difference is 0 (§3.3.6).
    if (sizes.length > 0 && index > 0) return "interleaved frames are not supported";
    sizes.push(size);
  }
  return sizes;
}

function withoutAdts(frame: Buffer): Buffer {
  const header = readAdtsHeader(frame);
  return header !== undefined && header.frameBytes === frame.length ? frame.subarray(header.headerBytes) : frame;
}

function adtsFrames(payload: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < payload.length && frames.length < MAX_FRAMES;) {
    const header = readAdtsHeader(payload.subarray(at));
    if (header === undefined || header.frameBytes > payload.length - at) break;
    frames.push(payload.subarray(at + header.headerBytes, at + header.frameBytes));
    at += header.frameBytes;
  }
  return frames;
}

/** Whether this layout can be written: sizes in AU headers, and no fields that say more. */
export function isWritable(layout: AuHeaderLayout): boolean {
  const { sizeBits, indexBits, ctsDeltaBits, dtsDeltaBits, streamStateBits, auxiliarySizeBits } = layout;
  const others = ctsDeltaBits + dtsDeltaBits + streamStateBits + auxiliarySizeBits;
  return sizeBits > 0 && sizeBits + indexBits <= 32 && others === 0 && !layout.randomAccess;
}

/** Bytes before the frame in a packet of one, where the layout is writable. */
export function auHeaderBytes(layout: AuHeaderLayout): number {
  return LENGTH_BYTES + Math.ceil((layout.sizeBits + layout.indexBits) / 8);
}

/** One frame per packet, in pieces where it doesn't fit. A frame too large for the size field gives no payload. */
export class AacPacketizer implements Packetizer {
  readonly #layout: AuHeaderLayout;
  readonly #frameTicks: number;
  readonly #headerBytes: number;
  readonly #room: number;

  constructor(payloads: AacPayloads, maxPayloadBytes: number) {
    this.#layout = payloads.layout;
    this.#frameTicks = payloads.frameTicks;
    this.#headerBytes = auHeaderBytes(payloads.layout);
    this.#room = maxPayloadBytes - this.#headerBytes;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const payloads: PacketizedPayload[] = [];
    for (const [i, frame] of unit.units.entries()) {
      if (frame.length >= 2 ** this.#layout.sizeBits) continue;
      const header = this.#printHeader(frame.length);
      for (let at = 0; at < frame.length; at += this.#room) {
        const payload = Buffer.concat([header, frame.subarray(at, at + this.#room)]);
        payloads.push({ payload, marker: at + this.#room >= frame.length, timestampOffset: i * this.#frameTicks });
      }
    }
    return payloads;
  }

  #printHeader(frameBytes: number): Buffer {
    const { sizeBits, indexBits } = this.#layout;
    const bits = sizeBits + indexBits;
    const bytes = this.#headerBytes - LENGTH_BYTES;
    const header = Buffer.alloc(this.#headerBytes);
    header.writeUInt16BE(bits, 0);
    header.writeUIntBE(frameBytes * 2 ** (indexBits + bytes * 8 - bits), LENGTH_BYTES, bytes);
    return header;
  }
}
