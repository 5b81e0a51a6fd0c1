/**
 * HMAC-SHA1 (RFC 2104) of one key, by two plain hashes: the runtime's object for it costs twice as much for each message, and
 * ten times where the key is bytes.
 */
import { hash } from "node:crypto";

/** What a message must begin with room for. */
export const HMAC_BLOCK_BYTES = 64;

const DIGEST_BYTES = 20;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** See the head of this file. Keys are at most a block. */
export class HmacSha1 {
  /** The key's block, then the message: what the inner hash is over. */
  readonly #inner = Buffer.alloc(HMAC_BLOCK_BYTES, INNER_PAD);
  /** The key's other block, then the inner hash. */
  readonly #outer = Buffer.alloc(HMAC_BLOCK_BYTES + DIGEST_BYTES, OUTER_PAD);

  constructor(key: Buffer) {
    if (key.length > HMAC_BLOCK_BYTES) throw new RangeError("a key of more than a block");
    for (const [at, byte] of key.entries()) {
      this.#inner[at] = byte ^ INNER_PAD;
      this.#outer[at] = byte ^ OUTER_PAD;
    }
  }

  /** The code over `parts`, cut to `bytes`. */
  over(parts: readonly Buffer[], bytes: number): Buffer {
    const message = Buffer.concat([this.#inner, ...parts]);
    const code = Buffer.alloc(bytes);
    this.#write(message, code, { at: 0, bytes });
    message.fill(0, 0, HMAC_BLOCK_BYTES);
    return code;
  }

  /**
   * Writes the code over `[start, end)` of `buffer` behind it or elsewhere, cut to `bytes`. The `HMAC_BLOCK_BYTES` before
   * `start` hold the key's block afterwards.
   */
  sign(
    buffer: Buffer,
    range: { readonly start: number; readonly end: number },
    code: { readonly at: number; readonly bytes: number },
  ): void {
    this.#inner.copy(buffer, range.start - HMAC_BLOCK_BYTES);
    this.#write(buffer.subarray(range.start - HMAC_BLOCK_BYTES, range.end), buffer, code);
  }

  /** Forgets the key. */
  clear(): void {
    this.#inner.fill(0);
    this.#outer.fill(0);
  }

  #write(message: Buffer, into: Buffer, code: { readonly at: number; readonly bytes: number }): void {
    // As text of one character a byte, which is made faster than a buffer.
    this.#outer.write(hash("sha1", message, "binary"), HMAC_BLOCK_BYTES, "binary");
    into.write(hash("sha1", this.#outer, "binary"), code.at, code.bytes, "binary");
  }
}
