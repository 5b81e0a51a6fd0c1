/**
 * Batches of RTP packets in counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2) for many receivers: laid out once, sealed for
 * each. A cipher object of the runtime costs more than what it encrypts of one packet, so there is none per packet: one that
 * lives as long as its key encrypts the counter blocks of the whole batch, and payload and keystream are joined word by word.
 * So packets begin at whole words:
 *
 *     | inner block of the HMAC, 64 bytes | RTP packet | rollover counter, then the tag in its place | up to a whole word |
 */
import { createCipheriv, type Cipheriv } from "node:crypto";
import type { PacketBatch, SrtpTarget } from "#base/network.ts";
import { HMAC_BLOCK_BYTES, HmacSha1 } from "./hmac.ts";
import type { PacketIndex } from "./packet-index.ts";
import type { SrtpSessionKeys } from "./profile.ts";
import { rtpHeaderBytes } from "./rtp.ts";

/** Packets laid out at once. */
const MAX_PACKETS = 128;
/** Room for them: the largest packet fits, and what one pass works on stays in the processor's cache. */
const BATCH_BYTES = 96 * 1024;
const MAX_PACKET_BYTES = 65_535;
const WORD_BYTES = 4;
const BLOCK_BYTES = 16;
const BLOCK_WORDS = BLOCK_BYTES / WORD_BYTES;
const ROLLOVER_BYTES = 4;
const TAG_BYTES = 10;
/** Room behind a packet: the tag, in whole words. */
const TAIL_BYTES = 12;
/** The last word of a counter block by the block's number in its packet, which are the word's last 16 bits. */
const BLOCK_NUMBERS = blockNumbers();

/** Session keys, ready for batches. */
export class CounterKeys {
  /** Encrypts blocks one by one. */
  readonly cipher: Cipheriv;
  readonly salt: Buffer;
  readonly hmac: HmacSha1;

  constructor(keys: SrtpSessionKeys) {
    this.cipher = createCipheriv("aes-128-ecb", keys.cipherKey, null).setAutoPadding(false);
    this.salt = Buffer.from(keys.salt);
    this.hmac = new HmacSha1(keys.authKey);
  }

  /** Forgets the keys: nothing may be sealed with them afterwards. */
  close(): void {
    this.cipher.final();
    this.salt.fill(0);
    this.hmac.clear();
  }
}

/** See the head of this file: as a batch it is what was sealed last. */
export class CounterBatch implements PacketBatch {
  readonly buffer = Buffer.from(new ArrayBuffer(BATCH_BYTES));
  readonly offsets = new Uint32Array(MAX_PACKETS);
  /** With tags. */
  readonly lengths = new Uint32Array(MAX_PACKETS);
  count = 0;
  readonly #sealed = new Int32Array(this.buffer.buffer);
  readonly #plain = Buffer.from(new ArrayBuffer(BATCH_BYTES));
  readonly #plainWords = new Int32Array(this.#plain.buffer);
  readonly #headerBytes = new Uint32Array(MAX_PACKETS);
  readonly #rollovers = new Uint32Array(MAX_PACKETS);
  readonly #counters = Buffer.from(new ArrayBuffer(BATCH_BYTES));
  readonly #counterWords = new Int32Array(this.#counters.buffer);
  readonly #counter = Buffer.from(new ArrayBuffer(BLOCK_BYTES));
  readonly #counterBlock = new Int32Array(this.#counter.buffer);
  #end = 0;
  /** The largest end since all was cleared. */
  #used = 0;

  /** Lays out packets of `batch` from number `first` on, as many as have room; the number of the first one left. */
  layOut(batch: PacketBatch, first: number): number {
    this.count = 0;
    this.#end = 0;
    let next = first;
    for (; next < batch.count && this.count < MAX_PACKETS; next += 1) {
      const from = batch.offsets[next] ?? 0;
      const length = batch.lengths[next] ?? 0;
      const header = rtpHeaderBytes(batch.buffer, from, from + length);
      if (header === 0 || length > MAX_PACKET_BYTES) continue;
      const at = this.#end + HMAC_BLOCK_BYTES;
      const end = wholeWords(at + length) + TAIL_BYTES;
      if (end > BATCH_BYTES) break;
      batch.buffer.copy(this.#plain, at, from, from + length);
      this.offsets[this.count] = at;
      this.lengths[this.count] = length + TAG_BYTES;
      this.#headerBytes[this.count] = header;
      this.count += 1;
      this.#end = end;
    }
    this.#used = Math.max(this.#used, this.#end);
    return next;
  }

  /** Seals what is laid out; `index` is that of the target's source. */
  seal(keys: CounterKeys, target: Omit<SrtpTarget, "context">, index: PacketIndex): void {
    if (this.count === 0) return;
    this.#writeHeaders(target, index);
    const blocks = this.#writeCounters(keys.salt, target.ssrc);
    this.#encrypt(wordsOf(keys.cipher.update(this.#counters.subarray(0, blocks * BLOCK_BYTES))));
    this.#sign(keys.hmac);
  }

  /** Forgets what was sealed, and with what. */
  clear(): void {
    this.buffer.fill(0, 0, this.#used);
    this.#used = 0;
  }

  #writeHeaders({ ssrc, payloadType, sequenceOffset }: Omit<SrtpTarget, "context">, index: PacketIndex): void {
    const { buffer } = this;
    for (let each = 0; each < this.count; each += 1) {
      const at = this.offsets[each] ?? 0;
      const sequence = (this.#plain.readUInt16BE(at + 2) + sequenceOffset) & 0xffff;
      const end = (at + (this.#headerBytes[each] ?? 0)) / WORD_BYTES;
      for (let word = at / WORD_BYTES; word < end; word += 1) this.#sealed[word] = this.#plainWords[word] ?? 0;
      buffer[at + 1] = ((buffer[at + 1] ?? 0) & 0x80) | payloadType;
      buffer.writeUInt16BE(sequence, at + 2);
      buffer.writeUInt32BE(ssrc, at + 8);
      this.#rollovers[each] = index.send(sequence);
    }
  }

  /** The counter blocks of all packets, one after another; how many. */
  #writeCounters(salt: Buffer, ssrc: number): number {
    const words = this.#counterWords;
    const block = this.#counterBlock;
    const bytes = this.#counter;
    let word = 0;
    for (let each = 0; each < this.count; each += 1) {
      const at = this.offsets[each] ?? 0;
      const payload = (this.lengths[each] ?? 0) - TAG_BYTES - (this.#headerBytes[each] ?? 0);
      bytes.writeInt32BE(salt.readInt32BE(0), 0);
      bytes.writeInt32BE(salt.readInt32BE(4) ^ ssrc, 4);
      bytes.writeInt32BE(salt.readInt32BE(8) ^ (this.#rollovers[each] ?? 0), 8);
      bytes.writeUInt16BE(salt.readUInt16BE(12) ^ this.buffer.readUInt16BE(at + 2), 12);
      const first = block[0] ?? 0;
      const second = block[1] ?? 0;
      const third = block[2] ?? 0;
      const fourth = block[3] ?? 0;
      for (let number = 0; number * BLOCK_BYTES < payload; number += 1, word += BLOCK_WORDS) {
        words[word] = first;
        words[word + 1] = second;
        words[word + 2] = third;
        words[word + 3] = fourth | (BLOCK_NUMBERS[number] ?? 0);
      }
    }
    return word / BLOCK_WORDS;
  }

  #encrypt(keystream: Int32Array): void {
    const [plain, sealed] = [this.#plainWords, this.#sealed];
    let from = 0;
    for (let each = 0; each < this.count; each += 1) {
      const at = this.offsets[each] ?? 0;
      const first = (at + (this.#headerBytes[each] ?? 0)) / WORD_BYTES;
      const end = wholeWords(at + (this.lengths[each] ?? 0) - TAG_BYTES) / WORD_BYTES;
      for (let word = first, key = from; word < end; word += 1, key += 1) {
        sealed[word] = (plain[word] ?? 0) ^ (keystream[key] ?? 0);
      }
      from += Math.ceil((end - first) / BLOCK_WORDS) * BLOCK_WORDS;
    }
  }

  /** RFC 3711 §4.2: over the packet and the rollover counter, which isn't sent. */
  #sign(hmac: HmacSha1): void {
    for (let each = 0; each < this.count; each += 1) {
      const start = this.offsets[each] ?? 0;
      const end = start + (this.lengths[each] ?? 0) - TAG_BYTES;
      this.buffer.writeUInt32BE(this.#rollovers[each] ?? 0, end);
      hmac.sign(this.buffer, { start, end: end + ROLLOVER_BYTES }, { at: end, bytes: TAG_BYTES });
    }
  }
}

function blockNumbers(): Int32Array {
  const words = new Int32Array(Math.ceil(MAX_PACKET_BYTES / BLOCK_BYTES));
  const bytes = Buffer.from(words.buffer);
  for (let number = 0; number < words.length; number += 1) bytes.writeUInt16BE(number, number * WORD_BYTES + 2);
  return words;
}

function wholeWords(bytes: number): number {
  return (bytes + WORD_BYTES - 1) & -WORD_BYTES;
}

/** The bytes as words; the runtime doesn't promise that what it returns is aligned. */
function wordsOf(bytes: Buffer): Int32Array {
  const aligned = bytes.byteOffset % WORD_BYTES === 0 ? bytes : Uint8Array.from(bytes);
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / WORD_BYTES);
}
