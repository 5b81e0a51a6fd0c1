/**
 * RTP packets (RFC 3550 §5.1): reading the header in place and writing small packets. Header extensions and CSRC lists are
 * stepped over, not interpreted. Reading allocates nothing.
 */

/** Bytes of the fixed header. */
export const RTP_HEADER_BYTES = 12;
/** The protocol version in the first two bits. */
export const RTP_VERSION = 2;

const EXTENSION_HEADER_BYTES = 4;
const WORD_BYTES = 4;

/** A header as read; reuse one object for many packets. Times are ticks of the payload's clock. */
export interface RtpHeader {
  marker: boolean;
  /** 0…127 */
  payloadType: number;
  /** 0…65535 */
  sequence: number;
  /** 32 bit, unsigned */
  timestamp: number;
  /** 32 bit, unsigned */
  ssrc: number;
  /** First byte of the payload in the buffer. */
  payloadStart: number;
  /** One past the last byte of the payload, padding excluded. */
  payloadEnd: number;
}

/** What a packet is written from. */
export interface RtpHeaderFields {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
}

/** A header object to read into. */
export function emptyRtpHeader(): RtpHeader {
  return { marker: false, payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0, payloadStart: 0, payloadEnd: 0 };
}

/**
 * Reads the header of the packet in `[start, end)` of `buffer` into `into`. False when this is no RTP packet: too short, other
 * version, or CSRC list, extension or padding that don't fit (RFC 3550 A.1); `into` is then undefined in part.
 */
export function readRtpHeader(buffer: Buffer, range: { readonly start: number; readonly end: number }, into: RtpHeader): boolean {
  const { start } = range;
  let { end } = range;
  if (end > buffer.length || end - start < RTP_HEADER_BYTES || start < 0) return false;
  const flags = byteAt(buffer, start);
  if (flags >> 6 !== RTP_VERSION) return false;
  let payloadStart = start + RTP_HEADER_BYTES + (flags & 0x0f) * WORD_BYTES;
  if ((flags & 0x10) !== 0) {
    if (payloadStart + EXTENSION_HEADER_BYTES > end) return false;
    const words = (byteAt(buffer, payloadStart + 2) << 8) | byteAt(buffer, payloadStart + 3);
    payloadStart += EXTENSION_HEADER_BYTES + words * WORD_BYTES;
  }
  if (payloadStart > end) return false;
  if ((flags & 0x20) !== 0) {
    const padding = byteAt(buffer, end - 1);
    if (padding === 0 || padding > end - payloadStart) return false;
    end -= padding;
  }
  const second = byteAt(buffer, start + 1);
  into.marker = (second & 0x80) !== 0;
  into.payloadType = second & 0x7f;
  into.sequence = (byteAt(buffer, start + 2) << 8) | byteAt(buffer, start + 3);
  into.timestamp = uint32At(buffer, start + 4);
  into.ssrc = uint32At(buffer, start + 8);
  into.payloadStart = payloadStart;
  into.payloadEnd = end;
  return true;
}

/** A packet without CSRC list, extension and padding. Numbers are taken modulo their width. */
export function printRtpPacket(header: RtpHeaderFields, payload: Buffer): Buffer {
  const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + payload.length);
  packet[0] = RTP_VERSION << 6;
  packet[1] = (header.marker ? 0x80 : 0) | (header.payloadType & 0x7f);
  packet.writeUInt16BE(header.sequence & 0xffff, 2);
  packet.writeUInt32BE(header.timestamp >>> 0, 4);
  packet.writeUInt32BE(header.ssrc >>> 0, 8);
  payload.copy(packet, RTP_HEADER_BYTES);
  return packet;
}

/** `to` − `from` of 16-bit sequence numbers, in −32768…32767: positive when `to` is later. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** `to` − `from` of 32-bit timestamps, in −2³¹…2³¹−1 ticks: positive when `to` is later. */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}

/** The byte at a position the caller has checked. */
function byteAt(buffer: Buffer, at: number): number {
  return buffer[at] ?? 0;
}

function uint32At(buffer: Buffer, at: number): number {
  return (
    ((byteAt(buffer, at) << 24) | (byteAt(buffer, at + 1) << 16) | (byteAt(buffer, at + 2) << 8) | byteAt(buffer, at + 3)) >>> 0
  );
}
