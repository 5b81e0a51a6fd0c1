/**
 * STUN messages (RFC 8489) as ICE uses them (RFC 8445 §7): binding requests read and their integrity checked, answers written.
 * Attributes that aren't needed are stepped over; what comes after MESSAGE-INTEGRITY counts only as fingerprint.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { crc32 } from "node:zlib";

/** Longest message read: checks are about 100 bytes, TURN is not ours. */
export const MAX_STUN_BYTES = 1280;

const HEADER_BYTES = 20;
const ATTRIBUTE_HEADER_BYTES = 4;
const MAGIC_COOKIE = 0x2112a442;
const FINGERPRINT_XOR = 0x5354554e;
const INTEGRITY_BYTES = 20;
const TRANSACTION_BYTES = 12;
const MAX_USERNAME_BYTES = 513;

const MessageType = { BindingRequest: 0x0001, BindingIndication: 0x0011, BindingSuccess: 0x0101, BindingError: 0x0111 } as const;
const Attribute = {
  Username: 0x0006,
  MessageIntegrity: 0x0008,
  ErrorCode: 0x0009,
  XorMappedAddress: 0x0020,
  UseCandidate: 0x0025,
  Fingerprint: 0x8028,
  IceControlled: 0x8029,
} as const;

/** A message as far as ICE reads it. */
export interface StunMessage {
  readonly kind: "request" | "indication" | "success" | "error" | "other";
  /** 12 bytes, copied. */
  readonly transactionId: Buffer;
  /** `ours:theirs`; undefined when absent. */
  readonly username: string | undefined;
  readonly useCandidate: boolean;
  /** The peer takes itself for the controlled side. */
  readonly controlled: boolean;
  /** Offset of MESSAGE-INTEGRITY from the message's start; undefined when absent. */
  readonly integrityAt: number | undefined;
}

/** Bytes `[start, end)`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Whether a datagram that shares its port with DTLS and SRTP is STUN (RFC 7983): first byte 0…3. */
export function isStun(buffer: Buffer, range: Range): boolean {
  const first = buffer[range.start] ?? 0xff;
  return first < 4 && range.end - range.start >= HEADER_BYTES && buffer.readUInt32BE(range.start + 4) === MAGIC_COOKIE;
}

/** Reads a message; undefined where it isn't a whole, sound one or its fingerprint is wrong. */
export function parseStun(buffer: Buffer, range: Range): StunMessage | undefined {
  const { start } = range;
  const bytes = range.end - start;
  if (bytes > MAX_STUN_BYTES || range.end > buffer.length || !isStun(buffer, range)) return undefined;
  if (buffer.readUInt16BE(start + 2) !== bytes - HEADER_BYTES || bytes % 4 !== 0) return undefined;
  let username: string | undefined;
  let useCandidate = false;
  let controlled = false;
  let integrityAt: number | undefined;
  for (let at = start + HEADER_BYTES; at < range.end;) {
    if (at + ATTRIBUTE_HEADER_BYTES > range.end) return undefined;
    const type = buffer.readUInt16BE(at);
    const length = buffer.readUInt16BE(at + 2);
    const value = at + ATTRIBUTE_HEADER_BYTES;
    if (length > range.end - value) return undefined;
    if (type === Attribute.Fingerprint) {
      if (length !== 4 || buffer.readUInt32BE(value) !== fingerprint(buffer, start, at)) return undefined;
      break;
    }
    if (integrityAt === undefined) {
      if (type === Attribute.Username && length <= MAX_USERNAME_BYTES)
        username ??= buffer.toString("utf8", value, value + length);
      if (type === Attribute.UseCandidate) useCandidate = true;
      if (type === Attribute.IceControlled) controlled = true;
      if (type === Attribute.MessageIntegrity && length === INTEGRITY_BYTES) integrityAt = at - start;
    }
    at = value + ((length + 3) & ~3);
  }
  const transactionId = Buffer.from(buffer.subarray(start + 8, start + 8 + TRANSACTION_BYTES));
  return { kind: kindOf(buffer.readUInt16BE(start)), transactionId, username, useCandidate, controlled, integrityAt };
}

/** Whether `message`, read from this range, was made by who knows `password` (short-term credentials, RFC 8489 §9.1). */
export function hasIntegrity(message: StunMessage, packet: { buffer: Buffer; range: Range }, password: string): boolean {
  const { integrityAt } = message;
  if (integrityAt === undefined) return false;
  const { buffer, range } = packet;
  const expected = integrity(buffer.subarray(range.start, range.start + integrityAt), password);
  const at = range.start + integrityAt + ATTRIBUTE_HEADER_BYTES;
  return timingSafeEqual(expected, buffer.subarray(at, at + INTEGRITY_BYTES));
}

/** The answer to a request: where it came from, as we see it. */
export function printBindingSuccess(
  transactionId: Buffer,
  from: { readonly address: string; readonly port: number },
  password: string,
): Buffer {
  return finish(MessageType.BindingSuccess, transactionId, { attributes: [mappedAddress(transactionId, from)], password });
}

/** The answer to a request that can't be served, such as 487 role conflict (RFC 8445 §7.3.1.1). */
export function printBindingError(
  transactionId: Buffer,
  error: { readonly code: number; readonly reason: string },
  password: string,
): Buffer {
  const reason = Buffer.from(error.reason);
  const value = Buffer.concat([Buffer.of(0, 0, Math.floor(error.code / 100), error.code % 100), reason]);
  const attributes = [printAttribute(Attribute.ErrorCode, value)];
  return finish(MessageType.BindingError, transactionId, { attributes, password });
}

function kindOf(type: number): StunMessage["kind"] {
  switch (type) {
    case MessageType.BindingRequest:
      return "request";
    case MessageType.BindingIndication:
      return "indication";
    case MessageType.BindingSuccess:
      return "success";
    case MessageType.BindingError:
      return "error";
    default:
      return "other";
  }
}

/** Header, attributes, MESSAGE-INTEGRITY, FINGERPRINT. */
function finish(type: number, transactionId: Buffer, body: { attributes: readonly Buffer[]; password: string }): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  transactionId.copy(header, 8);
  const open = Buffer.concat([header, ...body.attributes]);
  const sealed = Buffer.concat([open, printAttribute(Attribute.MessageIntegrity, integrity(open, body.password))]);
  const mark = Buffer.alloc(4);
  mark.writeUInt32BE(fingerprint(sealed, 0, sealed.length));
  const message = Buffer.concat([sealed, printAttribute(Attribute.Fingerprint, mark)]);
  message.writeUInt16BE(message.length - HEADER_BYTES, 2);
  return message;
}

function printAttribute(type: number, value: Buffer): Buffer {
  const attribute = Buffer.alloc(ATTRIBUTE_HEADER_BYTES + ((value.length + 3) & ~3));
  attribute.writeUInt16BE(type, 0);
  attribute.writeUInt16BE(value.length, 2);
  value.copy(attribute, ATTRIBUTE_HEADER_BYTES);
  return attribute;
}

/** The code over what precedes the attribute, with the length as if the message ended after it (RFC 8489 §14.5). */
function integrity(before: Buffer, password: string): Buffer {
  const head = Buffer.from(before.subarray(0, HEADER_BYTES));
  head.writeUInt16BE(before.length - HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES, 2);
  return createHmac("sha1", password).update(head).update(before.subarray(HEADER_BYTES)).digest();
}

/** CRC-32 over what precedes the attribute, the length as if the message ended after it (RFC 8489 §14.7). */
function fingerprint(buffer: Buffer, start: number, end: number): number {
  const message = Buffer.from(buffer.subarray(start, end));
  message.writeUInt16BE(end - start - HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + 4, 2);
  return (crc32(message) ^ FINGERPRINT_XOR) >>> 0;
}

function mappedAddress(transactionId: Buffer, from: { readonly address: string; readonly port: number }): Buffer {
  const address = addressBytes(from.address);
  const mask = Buffer.alloc(4 + TRANSACTION_BYTES);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  transactionId.copy(mask, 4);
  const value = Buffer.alloc(4 + address.length);
  value[1] = address.length === 4 ? 1 : 2;
  value.writeUInt16BE(from.port ^ (MAGIC_COOKIE >>> 16), 2);
  for (const [index, byte] of address.entries()) value[4 + index] = byte ^ (mask[index] ?? 0);
  return printAttribute(Attribute.XorMappedAddress, value);
}

/** The bytes of a numeric address in network order, its scope left out; zeros for anything else. */
function addressBytes(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split(".").map(Number));
  const [plain = ""] = text.split("%");
  const bytes = Buffer.alloc(16);
  if (!isIPv6(plain)) return bytes;
  const [head = "", tail] = plain.split("::");
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  for (const [index, group] of front.entries()) bytes.writeUInt16BE(group, index * 2);
  for (const [index, group] of back.entries()) bytes.writeUInt16BE(group, 16 - (back.length - index) * 2);
  return bytes;
}

function groups(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
