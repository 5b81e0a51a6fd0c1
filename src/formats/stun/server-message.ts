/**
 * What STUN and TURN servers are asked and answer (RFC 8489, RFC 8656), client side: how we look from outside, and a port of the
 * server's that relays. Long-term credentials (RFC 8489 §9.2, MD5 and SHA-1, which every server knows).
 */
import { createHash } from "node:crypto";
import {
  Attribute as Shared,
  ATTRIBUTE_HEADER_BYTES,
  HEADER_BYTES,
  integrity,
  INTEGRITY_BYTES,
  printAttribute,
  printHeader,
  readXorAddress,
  setLength,
  type StunEndpoint,
  TRANSACTION_BYTES,
  xorAddress,
} from "./encoding.ts";
import { isStun } from "./message.ts";

/** Longest text of a server's (RFC 8489 §14.9, §14.10): 763 bytes. */
const MAX_TEXT_BYTES = 763;
/** Addresses in one request for permission. */
export const MAX_PERMISSIONS = 16;
const UDP = 17;

const Method = { binding: 0x0001, allocate: 0x0003, refresh: 0x0004, "create-permission": 0x0008 } as const;
const SEND_INDICATION = 0x0016;
const DATA_INDICATION = 0x0017;
/** Bits of the class within the type (RFC 8489 §5). */
const CLASS_MASK = 0x0110;
const SUCCESS = 0x0100;
const ERROR = 0x0110;

const Attribute = {
  ...Shared,
  Lifetime: 0x000d,
  XorPeerAddress: 0x0012,
  Data: 0x0013,
  Realm: 0x0014,
  Nonce: 0x0015,
  XorRelayedAddress: 0x0016,
  RequestedTransport: 0x0019,
} as const;

/** Credentials with what the server said of them. */
export interface LongTermCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** See `longTermKey`. */
  readonly key: Buffer;
}

/** What is asked. */
export type ServerRequest = (
  | { readonly method: "binding" }
  | { readonly method: "allocate" }
  | { readonly method: "refresh"; readonly lifetimeS: number }
  /** Addresses that may send to us; at most `MAX_PERMISSIONS`. */
  | { readonly method: "create-permission"; readonly peers: readonly string[] }
) & {
  /** 12 bytes. */
  readonly transactionId: Buffer;
  readonly credentials?: LongTermCredentials | undefined;
};

/** What came from a server. */
export type ServerMessage =
  | { readonly kind: "data"; readonly peer: StunEndpoint; /** Valid as long as the datagram. */ readonly data: Buffer }
  | {
      readonly kind: "answer";
      readonly transactionId: Buffer;
      readonly mapped: StunEndpoint | undefined;
      readonly relayed: StunEndpoint | undefined;
      readonly lifetimeS: number | undefined;
      readonly integrityAt: number | undefined;
    }
  | {
      readonly kind: "error";
      readonly transactionId: Buffer;
      /** 300…699 */
      readonly code: number;
      readonly realm: string | undefined;
      readonly nonce: string | undefined;
    };

/** The key of long-term credentials. */
export function longTermKey(username: string, realm: string, password: string): Buffer {
  return createHash("md5").update(`${username}:${realm}:${password}`).digest();
}

/** A request. */
export function printServerRequest(request: ServerRequest): Buffer {
  const { transactionId, credentials } = request;
  const attributes = [...attributesOf(request)];
  if (credentials !== undefined) {
    attributes.push(
      printAttribute(Attribute.Username, Buffer.from(credentials.username)),
      printAttribute(Attribute.Realm, Buffer.from(credentials.realm)),
      printAttribute(Attribute.Nonce, Buffer.from(credentials.nonce)),
    );
  }
  const open = Buffer.concat([printHeader(Method[request.method], transactionId), ...attributes]);
  if (credentials === undefined) return setLength(open);
  return setLength(Buffer.concat([open, printAttribute(Attribute.MessageIntegrity, integrity(open, credentials.key))]));
}

/** Something to be relayed to `peer`. */
export function printSendIndication(transactionId: Buffer, peer: StunEndpoint, data: Buffer): Buffer {
  const to = printAttribute(Attribute.XorPeerAddress, xorAddress(transactionId, peer));
  return setLength(Buffer.concat([printHeader(SEND_INDICATION, transactionId), to, printAttribute(Attribute.Data, data)]));
}

/** A binding indication: answered by nobody, it only opens the way back through a NAT. */
export function printBindingIndication(transactionId: Buffer): Buffer {
  return setLength(printHeader(0x0011, transactionId));
}

/** Reads what a server sent; undefined where it isn't a whole, sound message of a kind that is waited for. */
export function parseServerMessage(buffer: Buffer, range: { start: number; end: number }): ServerMessage | undefined {
  const message = buffer.subarray(range.start, range.end);
  if (!isStun(buffer, range) || message.readUInt16BE(2) !== message.length - HEADER_BYTES) return undefined;
  const transactionId = Buffer.from(message.subarray(8, 8 + TRANSACTION_BYTES));
  const found = readAttributes(message);
  if (found === undefined) return undefined;
  const { values, integrityAt } = found;
  const type = message.readUInt16BE(0);
  const address = (which: number): StunEndpoint | undefined => {
    const value = values.get(which);
    return value === undefined ? undefined : readXorAddress(transactionId, value);
  };
  if (type === DATA_INDICATION) {
    const [peer, data] = [address(Attribute.XorPeerAddress), values.get(Attribute.Data)];
    return peer === undefined || data === undefined ? undefined : { kind: "data", peer, data };
  }
  if ((type & CLASS_MASK) === SUCCESS) {
    const [mapped, relayed] = [address(Attribute.XorMappedAddress), address(Attribute.XorRelayedAddress)];
    const lifetime = values.get(Attribute.Lifetime);
    const lifetimeS = lifetime?.length === 4 ? lifetime.readUInt32BE(0) : undefined;
    return { kind: "answer", transactionId, mapped, relayed, lifetimeS, integrityAt };
  }
  if ((type & CLASS_MASK) !== ERROR) return undefined;
  const error = values.get(Attribute.ErrorCode);
  if (error === undefined || error.length < 4) return undefined;
  const code = ((error[2] ?? 0) & 7) * 100 + (error[3] ?? 0);
  return {
    kind: "error",
    transactionId,
    code,
    realm: text(values.get(Attribute.Realm)),
    nonce: text(values.get(Attribute.Nonce)),
  };
}

function* attributesOf(request: ServerRequest): Generator<Buffer> {
  switch (request.method) {
    case "binding":
      return;
    case "allocate":
      yield printAttribute(Attribute.RequestedTransport, Buffer.of(UDP, 0, 0, 0));
      return;
    case "refresh": {
      const lifetime = Buffer.alloc(4);
      lifetime.writeUInt32BE(request.lifetimeS);
      yield printAttribute(Attribute.Lifetime, lifetime);
      return;
    }
    case "create-permission":
      for (const address of request.peers.slice(0, MAX_PERMISSIONS)) {
        yield printAttribute(Attribute.XorPeerAddress, xorAddress(request.transactionId, { address, port: 0 }));
      }
      return;
  }
}

/** The first of each; what comes after MESSAGE-INTEGRITY doesn't count. */
function readAttributes(message: Buffer): { values: Map<number, Buffer>; integrityAt: number | undefined } | undefined {
  const values = new Map<number, Buffer>();
  for (let at = HEADER_BYTES; at < message.length;) {
    if (at + ATTRIBUTE_HEADER_BYTES > message.length) return undefined;
    const type = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 2);
    const value = at + ATTRIBUTE_HEADER_BYTES;
    if (length > message.length - value) return undefined;
    if (type === Attribute.MessageIntegrity && length === INTEGRITY_BYTES) return { values, integrityAt: at };
    if (!values.has(type)) values.set(type, message.subarray(value, value + length));
    at = value + ((length + 3) & ~3);
  }
  return { values, integrityAt: undefined };
}

function text(value: Buffer | undefined): string | undefined {
  return value === undefined || value.length > MAX_TEXT_BYTES ? undefined : value.toString("utf8");
}
