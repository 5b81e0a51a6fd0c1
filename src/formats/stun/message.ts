/**
 * STUN messages (RFC 8489) as ICE uses them (RFC 8445 §7): binding requests read and their integrity checked, answers written.
 * Attributes that aren't needed are stepped over; what comes after MESSAGE-INTEGRITY counts only as fingerprint.
 */
import { timingSafeEqual } from "node:crypto";
import {
  Attribute as Shared,
  ATTRIBUTE_HEADER_BYTES,
  fingerprint,
  HEADER_BYTES,
  integrity,
  INTEGRITY_BYTES,
  MAGIC_COOKIE,
  printAttribute,
  printHeader,
  setLength,
  TRANSACTION_BYTES,
  xorAddress,
} from "./encoding.ts";

/** Longest message read: checks are about 100 bytes. */
export const MAX_STUN_BYTES = 1280;

const MAX_USERNAME_BYTES = 513;

const MessageType = { BindingRequest: 0x0001, BindingIndication: 0x0011, BindingSuccess: 0x0101, BindingError: 0x0111 } as const;
const Attribute = {
  ...Shared,
  UseCandidate: 0x0025,
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

/** Whether `message`, read from this range, was made by who knows the password (RFC 8489 §9.1) or, of long-term ones, the key (§9.2). */
export function hasIntegrity(
  message: Pick<StunMessage, "integrityAt">,
  packet: { buffer: Buffer; range: Range },
  password: string | Buffer,
): boolean {
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
  const mapped = printAttribute(Attribute.XorMappedAddress, xorAddress(transactionId, from));
  return finish(MessageType.BindingSuccess, transactionId, { attributes: [mapped], password });
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
  const open = Buffer.concat([printHeader(type, transactionId), ...body.attributes]);
  const sealed = Buffer.concat([open, printAttribute(Attribute.MessageIntegrity, integrity(open, body.password))]);
  const mark = Buffer.alloc(4);
  mark.writeUInt32BE(fingerprint(sealed, 0, sealed.length));
  return setLength(Buffer.concat([sealed, printAttribute(Attribute.Fingerprint, mark)]));
}
