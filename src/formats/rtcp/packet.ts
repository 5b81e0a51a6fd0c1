/**
 * RTCP (RFC 3550 §6): compound packets read as far as they are sound, and sender reports, receiver reports, source descriptions
 * and BYE written. Feedback, application and extended reports are recognised by type only.
 */

/** Bytes of the common header. */
export const RTCP_HEADER_BYTES = 4;
/** Packets read of one compound packet; further ones are ignored. */
export const MAX_RTCP_PACKETS = 32;
/** Reports one packet can hold (five-bit count). */
export const MAX_REPORTS = 31;
/** Bytes of a source description item or a BYE reason (one-byte length). */
export const MAX_TEXT_BYTES = 255;

/** Packet types (RFC 3550 §12.1). */
const RtcpType = { SenderReport: 200, ReceiverReport: 201, SourceDescription: 202, Bye: 203 } as const;

const VERSION = 2;
const WORD_BYTES = 4;
const SSRC_BYTES = 4;
const SENDER_BYTES = 20;
const REPORT_BYTES = 24;
const ITEM_HEADER_BYTES = 2;
const CNAME = 1;

/** One report block (RFC 3550 §6.4.1): how a source is received. */
export interface ReceptionReport {
  /** The source reported on. */
  readonly ssrc: number;
  /** Lost since the last report, in 1/256: 0…255. */
  readonly fractionLost: number;
  /** Lost since the beginning, −2²³…2²³−1; duplicates make it negative. */
  readonly cumulativeLost: number;
  /** Highest sequence number with its count of wraps in the upper 16 bits, 32 bit. */
  readonly highestSequence: number;
  /** Ticks of the source's clock. */
  readonly jitter: number;
  /** Middle 32 bits of the last sender report's NTP time; 0 before the first. */
  readonly lastSenderReport: number;
  /** Since that report, in 1/65536 s; 0 before the first. */
  readonly delaySinceLastSenderReport: number;
}

/** The sender's part of a sender report. All 32 bit, unsigned. */
export interface SenderReportFields {
  readonly ssrc: number;
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
  readonly packetCount: number;
  readonly octetCount: number;
}

/** One packet of a compound; told apart by `kind`. */
export type RtcpPacket =
  | (SenderReportFields & { readonly kind: "sender-report"; readonly reports: readonly ReceptionReport[] })
  | { readonly kind: "receiver-report"; readonly ssrc: number; readonly reports: readonly ReceptionReport[] }
  | { readonly kind: "source-description"; readonly chunks: readonly { readonly ssrc: number; readonly cname: string }[] }
  | { readonly kind: "bye"; readonly ssrcs: readonly number[]; readonly reason?: string }
  | { readonly kind: "other"; readonly packetType: number; readonly count: number };

interface PacketBounds {
  readonly type: number;
  readonly count: number;
  /** After the common header. */
  readonly start: number;
  readonly end: number;
}

/** Reads a compound packet in `[start, end)`. What can't be read, and everything after it, is left out. Never fails. */
export function parseRtcp(buffer: Buffer, range: { readonly start: number; readonly end: number }): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  const end = Math.min(range.end, buffer.length);
  let at = range.start;
  while (at + RTCP_HEADER_BYTES <= end && packets.length < MAX_RTCP_PACKETS) {
    const flags = buffer.readUInt8(at);
    const packetEnd = at + (buffer.readUInt16BE(at + 2) + 1) * WORD_BYTES;
    if (flags >> 6 !== VERSION || packetEnd > end) break;
    const padding = (flags & 0x20) === 0 ? 0 : buffer.readUInt8(packetEnd - 1);
    const bounds = {
      type: buffer.readUInt8(at + 1),
      count: flags & 0x1f,
      start: at + RTCP_HEADER_BYTES,
      end: packetEnd - padding,
    };
    const packet = bounds.end < bounds.start ? undefined : parsePacket(buffer, bounds);
    if (packet === undefined) break;
    packets.push(packet);
    at = packetEnd;
  }
  return packets;
}

/** A sender report, alone or as the first part of a compound. */
export function printSenderReport(sender: SenderReportFields, reports: readonly ReceptionReport[] = []): Buffer {
  const blocks = reports.slice(0, MAX_REPORTS);
  const packet = allocate(RtcpType.SenderReport, blocks.length, SSRC_BYTES + SENDER_BYTES + blocks.length * REPORT_BYTES);
  packet.writeUInt32BE(sender.ssrc >>> 0, 4);
  packet.writeUInt32BE(sender.ntpSeconds >>> 0, 8);
  packet.writeUInt32BE(sender.ntpFraction >>> 0, 12);
  packet.writeUInt32BE(sender.rtpTimestamp >>> 0, 16);
  packet.writeUInt32BE(sender.packetCount >>> 0, 20);
  packet.writeUInt32BE(sender.octetCount >>> 0, 24);
  blocks.forEach((report, index) => {
    writeReport(packet, 28 + index * REPORT_BYTES, report);
  });
  return packet;
}

/** A receiver report. */
export function printReceiverReport(ssrc: number, reports: readonly ReceptionReport[]): Buffer {
  const blocks = reports.slice(0, MAX_REPORTS);
  const packet = allocate(RtcpType.ReceiverReport, blocks.length, SSRC_BYTES + blocks.length * REPORT_BYTES);
  packet.writeUInt32BE(ssrc >>> 0, 4);
  blocks.forEach((report, index) => {
    writeReport(packet, 8 + index * REPORT_BYTES, report);
  });
  return packet;
}

/** A source description with the one item RFC 3550 §6.5.1 demands. A name over 255 bytes is cut. */
export function printSourceDescription(ssrc: number, cname: string): Buffer {
  const text = cutText(cname);
  // At least one zero byte ends the item list.
  const packet = allocate(RtcpType.SourceDescription, 1, SSRC_BYTES + ITEM_HEADER_BYTES + text.length + 1);
  packet.writeUInt32BE(ssrc >>> 0, 4);
  packet.writeUInt8(CNAME, 8);
  packet.writeUInt8(text.length, 9);
  text.copy(packet, 10);
  return packet;
}

/** A BYE for up to 31 sources. */
export function printBye(ssrcs: readonly number[], reason?: string): Buffer {
  const sources = ssrcs.slice(0, MAX_REPORTS);
  const text = reason === undefined ? undefined : cutText(reason);
  const packet = allocate(RtcpType.Bye, sources.length, sources.length * SSRC_BYTES + (text === undefined ? 0 : 1 + text.length));
  sources.forEach((ssrc, index) => packet.writeUInt32BE(ssrc >>> 0, RTCP_HEADER_BYTES + index * SSRC_BYTES));
  if (text !== undefined) {
    const at = RTCP_HEADER_BYTES + sources.length * SSRC_BYTES;
    packet.writeUInt8(text.length, at);
    text.copy(packet, at + 1);
  }
  return packet;
}

function parsePacket(buffer: Buffer, bounds: PacketBounds): RtcpPacket | undefined {
  switch (bounds.type) {
    case RtcpType.SenderReport:
      return parseSenderReport(buffer, bounds);
    case RtcpType.ReceiverReport: {
      if (bounds.start + SSRC_BYTES > bounds.end) return undefined;
      const reports = parseReports(buffer, bounds, bounds.start + SSRC_BYTES);
      return { kind: "receiver-report", ssrc: buffer.readUInt32BE(bounds.start), reports };
    }
    case RtcpType.SourceDescription:
      return { kind: "source-description", chunks: parseChunks(buffer, bounds) };
    case RtcpType.Bye:
      return parseBye(buffer, bounds);
    default:
      return { kind: "other", packetType: bounds.type, count: bounds.count };
  }
}

function parseSenderReport(buffer: Buffer, bounds: PacketBounds): RtcpPacket | undefined {
  const { start, end } = bounds;
  if (start + SSRC_BYTES + SENDER_BYTES > end) return undefined;
  return {
    kind: "sender-report",
    ssrc: buffer.readUInt32BE(start),
    ntpSeconds: buffer.readUInt32BE(start + 4),
    ntpFraction: buffer.readUInt32BE(start + 8),
    rtpTimestamp: buffer.readUInt32BE(start + 12),
    packetCount: buffer.readUInt32BE(start + 16),
    octetCount: buffer.readUInt32BE(start + 20),
    reports: parseReports(buffer, bounds, start + SSRC_BYTES + SENDER_BYTES),
  };
}

/** As many of the counted blocks as are there: some cameras count blocks they don't send. */
function parseReports(buffer: Buffer, bounds: PacketBounds, from: number): ReceptionReport[] {
  const reports: ReceptionReport[] = [];
  for (let at = from; reports.length < bounds.count && at + REPORT_BYTES <= bounds.end; at += REPORT_BYTES) {
    reports.push({
      ssrc: buffer.readUInt32BE(at),
      fractionLost: buffer.readUInt8(at + 4),
      cumulativeLost: buffer.readIntBE(at + 5, 3),
      highestSequence: buffer.readUInt32BE(at + 8),
      jitter: buffer.readUInt32BE(at + 12),
      lastSenderReport: buffer.readUInt32BE(at + 16),
      delaySinceLastSenderReport: buffer.readUInt32BE(at + 20),
    });
  }
  return reports;
}

/** RFC 3550 §6.5: chunks of items, each list ended by a zero byte and padded to a word. */
function parseChunks(buffer: Buffer, bounds: PacketBounds): { ssrc: number; cname: string }[] {
  const chunks: { ssrc: number; cname: string }[] = [];
  let at = bounds.start;
  while (chunks.length < bounds.count && at + SSRC_BYTES <= bounds.end) {
    const ssrc = buffer.readUInt32BE(at);
    let cname = "";
    at += SSRC_BYTES;
    while (at + ITEM_HEADER_BYTES <= bounds.end && buffer[at] !== 0) {
      const textEnd = at + ITEM_HEADER_BYTES + buffer.readUInt8(at + 1);
      if (textEnd > bounds.end) return chunks;
      if (buffer[at] === CNAME) cname = buffer.toString("utf8", at + ITEM_HEADER_BYTES, textEnd);
      at = textEnd;
    }
    chunks.push({ ssrc, cname });
    at += WORD_BYTES - ((at - bounds.start) % WORD_BYTES);
  }
  return chunks;
}

function parseBye(buffer: Buffer, bounds: PacketBounds): RtcpPacket {
  const ssrcs: number[] = [];
  let at = bounds.start;
  for (; ssrcs.length < bounds.count && at + SSRC_BYTES <= bounds.end; at += SSRC_BYTES) ssrcs.push(buffer.readUInt32BE(at));
  const textEnd = at < bounds.end ? at + 1 + buffer.readUInt8(at) : at;
  if (textEnd <= at || textEnd > bounds.end) return { kind: "bye", ssrcs };
  return { kind: "bye", ssrcs, reason: buffer.toString("utf8", at + 1, textEnd) };
}

/** A zeroed packet of `bodyBytes` rounded up to a word, its header written. */
function allocate(type: number, count: number, bodyBytes: number): Buffer {
  const words = Math.ceil(bodyBytes / WORD_BYTES);
  const packet = Buffer.alloc(RTCP_HEADER_BYTES + words * WORD_BYTES);
  packet.writeUInt8((VERSION << 6) | count, 0);
  packet.writeUInt8(type, 1);
  packet.writeUInt16BE(words, 2);
  return packet;
}

function writeReport(packet: Buffer, at: number, report: ReceptionReport): void {
  packet.writeUInt32BE(report.ssrc >>> 0, at);
  packet.writeUInt8(report.fractionLost & 0xff, at + 4);
  packet.writeIntBE(Math.max(Math.min(report.cumulativeLost, 0x7fffff), -0x800000), at + 5, 3);
  packet.writeUInt32BE(report.highestSequence >>> 0, at + 8);
  packet.writeUInt32BE(report.jitter >>> 0, at + 12);
  packet.writeUInt32BE(report.lastSenderReport >>> 0, at + 16);
  packet.writeUInt32BE(report.delaySinceLastSenderReport >>> 0, at + 20);
}

function cutText(text: string): Buffer {
  return Buffer.from(text).subarray(0, MAX_TEXT_BYTES);
}
