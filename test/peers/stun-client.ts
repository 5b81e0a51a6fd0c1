/**
 * STUN as the controlling side of ICE sends it, written apart from what is tested: a binding request with short-term
 * credentials (RFC 8489, RFC 8445 §7.1).
 */
import { createHmac } from "node:crypto";
import { crc32 } from "node:zlib";

const MAGIC = "2112a442";

/** A check. `controlled` claims the wrong role. */
export interface BindingRequest {
  readonly transactionId: Buffer;
  /** `theirs:ours` */
  readonly username: string;
  readonly password: string;
  readonly nominate: boolean;
  readonly controlled?: boolean;
}

/** The check's bytes. */
export function bindingRequest(request: BindingRequest): Buffer {
  const attributes = [attribute(0x0006, Buffer.from(request.username)), attribute(0x0024, Buffer.of(0x6e, 0, 0x1e, 0xff))];
  attributes.push(attribute(request.controlled === true ? 0x8029 : 0x802a, Buffer.alloc(8, 7)));
  if (request.nominate) attributes.push(attribute(0x0025, Buffer.alloc(0)));
  return seal(0x0001, request.transactionId, { attributes, password: request.password });
}

/** A successful answer without the address, which nobody here looks at. */
export function bindingSuccess(transactionId: Buffer, password: string): Buffer {
  return seal(0x0101, transactionId, { attributes: [], password });
}

function seal(type: number, transactionId: Buffer, body: { attributes: readonly Buffer[]; password: string }): Buffer {
  const content = Buffer.concat(body.attributes);
  const header = (length: number): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(length, 2);
    return Buffer.concat([head, Buffer.from(MAGIC, "hex"), transactionId]);
  };
  const digest = createHmac("sha1", body.password)
    .update(Buffer.concat([header(content.length + 24), content]))
    .digest();
  const signed = Buffer.concat([content, attribute(0x0008, digest)]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE((crc32(Buffer.concat([header(signed.length + 8), signed])) ^ 0x5354554e) >>> 0);
  return Buffer.concat([header(signed.length + 8), signed, attribute(0x8028, check)]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
