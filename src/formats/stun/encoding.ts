/**
 * How STUN messages are made up (RFC 8489 §5, §14): attributes, addresses under the magic cookie's mask, the codes over what came
 * before. Shared by ICE's checks and by what servers are asked.
 */
import { createHmac } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { crc32 } from "node:zlib";

/** Size of a message's header. */
export const HEADER_BYTES = 20;
/** Size of an attribute's header. */
export const ATTRIBUTE_HEADER_BYTES = 4;
/** Size of a transaction's id. */
export const TRANSACTION_BYTES = 12;
/** Size of MESSAGE-INTEGRITY's value. */
export const INTEGRITY_BYTES = 20;
/** Stands in every message's header. */
export const MAGIC_COOKIE = 0x2112a442;
const FINGERPRINT_XOR = 0x5354554e;
const Family = { IPv4: 1, IPv6: 2 } as const;

/** Attributes that both kinds of messages have. */
export const Attribute = {
  Username: 0x0006,
  MessageIntegrity: 0x0008,
  ErrorCode: 0x0009,
  XorMappedAddress: 0x0020,
  Fingerprint: 0x8028,
} as const;

/** A numeric address and a port. */
export interface StunEndpoint {
  readonly address: string;
  readonly port: number;
}

/** A message's header; its length is set by `setLength`. */
export function printHeader(type: number, transactionId: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  transactionId.copy(header, 8);
  return header;
}

/** Writes the length of a whole message into its header. */
export function setLength(message: Buffer): Buffer {
  message.writeUInt16BE(message.length - HEADER_BYTES, 2);
  return message;
}

/** An attribute, padded. */
export function printAttribute(type: number, value: Buffer): Buffer {
  const attribute = Buffer.alloc(ATTRIBUTE_HEADER_BYTES + ((value.length + 3) & ~3));
  attribute.writeUInt16BE(type, 0);
  attribute.writeUInt16BE(value.length, 2);
  value.copy(attribute, ATTRIBUTE_HEADER_BYTES);
  return attribute;
}

/** The code over what precedes the attribute, with the length as if the message ended after it (RFC 8489 §14.5). */
export function integrity(before: Buffer, key: string | Buffer): Buffer {
  const head = Buffer.from(before.subarray(0, HEADER_BYTES));
  head.writeUInt16BE(before.length - HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + INTEGRITY_BYTES, 2);
  return createHmac("sha1", key).update(head).update(before.subarray(HEADER_BYTES)).digest();
}

/** CRC-32 over what precedes the attribute, the length as if the message ended after it (RFC 8489 §14.7). */
export function fingerprint(buffer: Buffer, start: number, end: number): number {
  const message = Buffer.from(buffer.subarray(start, end));
  message.writeUInt16BE(end - start - HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + 4, 2);
  return (crc32(message) ^ FINGERPRINT_XOR) >>> 0;
}

/** The value of an XOR-…-ADDRESS attribute (RFC 8489 §14.2). */
export function xorAddress(transactionId: Buffer, endpoint: StunEndpoint): Buffer {
  const address = addressBytes(endpoint.address);
  const mask = maskOf(transactionId);
  const value = Buffer.alloc(4 + address.length);
  value[1] = address.length === 4 ? Family.IPv4 : Family.IPv6;
  value.writeUInt16BE(endpoint.port ^ (MAGIC_COOKIE >>> 16), 2);
  for (const [index, byte] of address.entries()) value[4 + index] = byte ^ (mask[index] ?? 0);
  return value;
}

/** Reads such a value; undefined where it isn't one. */
export function readXorAddress(transactionId: Buffer, value: Buffer): StunEndpoint | undefined {
  const bytes = value[1] === Family.IPv4 ? 4 : 16;
  if (value.length !== 4 + bytes || (value[1] !== Family.IPv4 && value[1] !== Family.IPv6)) return undefined;
  const mask = maskOf(transactionId);
  const plain = Buffer.from(value.subarray(4).map((byte, index) => byte ^ (mask[index] ?? 0)));
  const port = value.readUInt16BE(2) ^ (MAGIC_COOKIE >>> 16);
  if (bytes === 4) return { address: plain.join("."), port };
  const words = Array.from({ length: 8 }, (_, index) => plain.readUInt16BE(index * 2).toString(16));
  return { address: words.join(":"), port };
}

function maskOf(transactionId: Buffer): Buffer {
  const mask = Buffer.alloc(4 + TRANSACTION_BYTES);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  transactionId.copy(mask, 4);
  return mask;
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
