/**
 * Feedback of RTCP (RFC 4585, RFC 5104): lost packets, requests for a picture, congestion reports; read from a compound packet
 * as far as it is sound, and written where we receive media.
 */

/** Packets looked at in one compound packet. */
const MAX_PACKETS = 32;
/** Sequence numbers taken of one compound packet: more are a broken or hostile peer. */
export const MAX_NACKS = 512;

const VERSION = 2;
const HEADER_BYTES = 12;
const PacketType = { Transport: 205, Payload: 206 } as const;
const TransportFormat = { Nack: 1, TransportWide: 15 } as const;
const PayloadFormat = { PictureLoss: 1, FullIntra: 4, Application: 15 } as const;
const REMB = 0x52454d42; // "REMB"
const FIR_ENTRY_BYTES = 8;

/** One message of feedback. `ssrc` is the source it is about. */
export type Feedback =
  | { readonly kind: "nack"; readonly ssrc: number; readonly sequences: readonly number[] }
  | { readonly kind: "picture-loss"; readonly ssrc: number }
  /** Transport-wide congestion control: packets reported on, and those of them that didn't come. */
  | { readonly kind: "transport-wide"; readonly packets: number; readonly lost: number }
  /** Receiver's estimate of what the link carries, bits per second. */
  | { readonly kind: "bandwidth"; readonly bitrate: number };

interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** Reads the feedback in a compound packet. Never fails. */
export function parseFeedback(packet: Buffer): Feedback[] {
  const found: Feedback[] = [];
  let at = 0;
  for (let count = 0; at + 4 <= packet.length && count < MAX_PACKETS; count += 1) {
    const flags = packet.readUInt8(at);
    const end = at + (packet.readUInt16BE(at + 2) + 1) * 4;
    if (flags >> 6 !== VERSION || end > packet.length) break;
    const bounds = { start: at, end };
    if (end - at >= HEADER_BYTES) {
      const feedback = readFeedback(packet, { type: packet.readUInt8(at + 1), format: flags & 0x1f, bounds });
      found.push(...feedback);
    }
    at = end;
  }
  return found;
}

/** Asks the sender of `media` for a key picture (RFC 4585 §6.3.1). */
export function printPictureLoss(sender: number, media: number): Buffer {
  return printHeader(PacketType.Payload, PayloadFormat.PictureLoss, { sender, media, body: Buffer.alloc(0) });
}

/** Asks the sender of `media` for lost packets again (RFC 4585 §6.2.1); undefined for none. */
export function printNack(sender: number, media: number, sequences: readonly number[]): Buffer | undefined {
  const items: { first: number; mask: number }[] = [];
  for (const sequence of sequences.slice(0, MAX_NACKS)) {
    const last = items.at(-1);
    const distance = last === undefined ? 0 : (sequence - last.first) & 0xffff;
    if (last !== undefined && distance >= 1 && distance <= 16) last.mask |= 1 << (distance - 1);
    else items.push({ first: sequence, mask: 0 });
  }
  if (items.length === 0) return undefined;
  const body = Buffer.alloc(items.length * 4);
  for (const [index, { first, mask }] of items.entries()) {
    body.writeUInt16BE(first, index * 4);
    body.writeUInt16BE(mask & 0xffff, index * 4 + 2);
  }
  return printHeader(PacketType.Transport, TransportFormat.Nack, { sender, media, body });
}

/** Tells the sender how much it may send, bits per second, of all `sources` together (draft-alvestrand-rmcat-remb §2.2). */
export function printBandwidth(sender: number, bitrate: number, sources: readonly number[]): Buffer {
  const body = Buffer.alloc(8 + sources.length * 4);
  body.writeUInt32BE(REMB, 0);
  const exponent = Math.max(0, Math.floor(Math.log2(Math.max(1, bitrate))) - 17);
  const mantissa = Math.min(0x3ffff, Math.floor(bitrate / 2 ** exponent));
  body.writeUInt32BE(((sources.length << 24) | (exponent << 18) | mantissa) >>> 0, 4);
  for (const [index, source] of sources.entries()) body.writeUInt32BE(source, 8 + index * 4);
  return printHeader(PacketType.Payload, PayloadFormat.Application, { sender, media: 0, body });
}

function readFeedback(packet: Buffer, what: { type: number; format: number; bounds: Bounds }): Feedback[] {
  const { type, format, bounds } = what;
  const ssrc = packet.readUInt32BE(bounds.start + 8);
  if (type === PacketType.Transport && format === TransportFormat.Nack) {
    return [{ kind: "nack", ssrc, sequences: readNack(packet, bounds) }];
  }
  if (type === PacketType.Transport && format === TransportFormat.TransportWide) return readTransportWide(packet, bounds);
  if (type !== PacketType.Payload) return [];
  switch (format) {
    case PayloadFormat.PictureLoss:
      return [{ kind: "picture-loss", ssrc }];
    case PayloadFormat.FullIntra:
      return readFullIntra(packet, bounds);
    case PayloadFormat.Application:
      return readBandwidth(packet, bounds);
    default:
      return [];
  }
}

function readNack(packet: Buffer, bounds: Bounds): number[] {
  const sequences: number[] = [];
  for (let at = bounds.start + HEADER_BYTES; at + 4 <= bounds.end && sequences.length < MAX_NACKS; at += 4) {
    const first = packet.readUInt16BE(at);
    const mask = packet.readUInt16BE(at + 2);
    sequences.push(first);
    for (let bit = 0; bit < 16; bit += 1) if ((mask & (1 << bit)) !== 0) sequences.push((first + bit + 1) & 0xffff);
  }
  return sequences;
}

/** RFC 5104 §4.3.1: the sources stand in the entries. */
function readFullIntra(packet: Buffer, bounds: Bounds): Feedback[] {
  const found: Feedback[] = [];
  for (let at = bounds.start + HEADER_BYTES; at + FIR_ENTRY_BYTES <= bounds.end; at += FIR_ENTRY_BYTES) {
    found.push({ kind: "picture-loss", ssrc: packet.readUInt32BE(at) });
  }
  return found;
}

function readBandwidth(packet: Buffer, bounds: Bounds): Feedback[] {
  const at = bounds.start + HEADER_BYTES;
  if (at + 8 > bounds.end || packet.readUInt32BE(at) !== REMB) return [];
  const word = packet.readUInt32BE(at + 4);
  return [{ kind: "bandwidth", bitrate: (word & 0x3ffff) * 2 ** ((word >>> 18) & 0x3f) }];
}

/** draft-holmer-rmcat-transport-wide-cc-extensions §3.1: chunks of run lengths or symbols, one symbol per packet. */
function readTransportWide(packet: Buffer, bounds: Bounds): Feedback[] {
  const base = bounds.start + HEADER_BYTES;
  if (base + 8 > bounds.end) return [];
  const packets = packet.readUInt16BE(base + 2);
  let seen = 0;
  let lost = 0;
  const count = (symbol: number, times: number): void => {
    const taken = Math.min(times, packets - seen);
    seen += taken;
    if (symbol === 0) lost += taken;
  };
  for (let at = base + 8; at + 2 <= bounds.end && seen < packets; at += 2) {
    const chunk = packet.readUInt16BE(at);
    if ((chunk & 0x8000) === 0) count((chunk >> 13) & 3, chunk & 0x1fff);
    else if ((chunk & 0x4000) === 0) for (let bit = 13; bit >= 0; bit -= 1) count((chunk >> bit) & 1, 1);
    else for (let bit = 12; bit >= 0; bit -= 2) count((chunk >> bit) & 3, 1);
  }
  return [{ kind: "transport-wide", packets: seen, lost }];
}

function printHeader(type: number, format: number, what: { sender: number; media: number; body: Buffer }): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES + what.body.length);
  packet[0] = (VERSION << 6) | format;
  packet[1] = type;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(what.sender >>> 0, 4);
  packet.writeUInt32BE(what.media >>> 0, 8);
  what.body.copy(packet, HEADER_BYTES);
  return packet;
}
