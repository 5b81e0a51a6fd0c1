/**
 * The ring of one stream: egress-ready packets, laid out as they go on the wire, in slabs.
 *
 *   slab      |$ 0 len RTP|$ 0 len RTP|$ 2 len RTP|…
 *   chunks    [   chunk n             ][ chunk n+1 …      a chunk is what one flush made visible, ≤ 64 KiB, within one slab
 *   keys      ^ chunk n, offset                           where a reader can start
 *
 * `$ channel length` is the interleaved frame of RFC 2326 §10.12 (channel = 2 × track, RTCP on the odd one). Chunks are
 * numbered from 0 without gaps. Old ones leave when they are older than the window and than the newest key unit that has
 * been there for a while, or when the ring holds more than its share; readers hold numbers, not chunks, so they never keep
 * anything alive.
 */
import { SLAB_BYTES, type Slab, type SlabPool } from "./slab.ts";

/** A flush never holds more, so a reader's write stays small and a stalled one pins little. */
export const MAX_CHUNK_BYTES = 64 * 1024;

/** What a reader may lag behind before it is overtaken. */
export const WINDOW_MS = 2000;

/** A key unit's predecessor stays this long after it, so that readers still catching up with it can finish (UDP is paced). */
const KEY_LINGER_MS = 1500;

/** Chunks a ring may index: 60 s of 500 flushes/s; more than that is cut like too many bytes. */
const MAX_CHUNKS = 30_000;

/** Chunks kept for reuse. */
const MAX_UNUSED = 64;

/**
 * One flush: bytes `[start, end)` of the slab. Chunks are reused when they have left the ring (thousands a second would
 * otherwise grow old and keep the garbage collector busy): look at one, but don't keep it.
 */
export interface Chunk {
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
  /** Monotonic milliseconds of the flush. */
  readonly at: number;
  /** RTP and RTCP packets in it. */
  readonly packets: number;
  /** How many packets the ring had taken before this chunk. */
  readonly packetsBefore: number;
  /** The same bytes as a view; may be kept as long as the slab is held. */
  readonly view: Buffer;
}

class ReusableChunk implements Chunk {
  slab: Slab;
  start = 0;
  end = 0;
  at = 0;
  packets = 0;
  packetsBefore = 0;
  #view: Buffer | undefined;

  constructor(slab: Slab) {
    this.slab = slab;
  }

  get view(): Buffer {
    return (this.#view ??= this.slab.buffer.subarray(this.start, this.end));
  }

  /** Ready for another use; points to `slab` so that it keeps no other alive. */
  clear(slab: Slab): void {
    this.slab = slab;
    this.#view = undefined;
  }
}

/** Where decoding can start. */
export interface KeyPosition {
  readonly chunk: number;
  /** Offset in that chunk's slab of the key unit's first packet. */
  readonly offset: number;
  /** Outgoing RTP timestamp of the key unit. */
  readonly timestamp: number;
  readonly track: number;
  readonly at: number;
}

/** How much the ring may hold now, asked at every flush. */
export type RingShare = () => number;

/** See the head of this file. One writer; readers use `chunk(n)`. */
export class Ring {
  readonly #slabs: SlabPool;
  readonly #share: RingShare;
  readonly #chunks: (ReusableChunk | undefined)[] = [];
  readonly #unused: ReusableChunk[] = [];
  #head = 0;
  #first = 0;
  #keys: KeyPosition[] = [];
  #bytes = 0;
  #slab: Slab | undefined;
  #write = 0;
  #pendingStart = 0;
  #pendingPackets = 0;
  #packets = 0;
  #keyEvicted = false;

  constructor(slabs: SlabPool, share: RingShare) {
    this.#slabs = slabs;
    this.#share = share;
  }

  /** Number of the oldest chunk held. */
  get first(): number {
    return this.#first;
  }

  /** Number the next flushed chunk will have. */
  get next(): number {
    return this.#first + this.#chunks.length - this.#head;
  }

  /** Bytes held, flushed or not. */
  get bytes(): number {
    return this.#bytes + this.pendingBytes;
  }

  /** Bytes that came within the last `WINDOW_MS`: what the ring must be able to hold. Walks through them. */
  windowBytes(now: number): number {
    let bytes = this.pendingBytes;
    for (let index = this.#chunks.length - 1; index >= this.#head; index -= 1) {
      const chunk = this.#chunks[index];
      if (chunk === undefined || now - chunk.at > WINDOW_MS) break;
      bytes += chunk.end - chunk.start;
    }
    return bytes;
  }

  /**
   * Where in its chunk a key unit begins. Its offset was noted before its first packet was written: if that packet went
   * into a new slab instead, it opens its chunk.
   */
  startOf(key: KeyPosition, chunk: Chunk): number {
    return key.offset >= chunk.start && key.offset <= chunk.end ? key.offset : chunk.start;
  }

  /** Bytes reserved and not flushed. */
  get pendingBytes(): number {
    return this.#write - this.#pendingStart;
  }

  /** Packets flushed so far. */
  get packets(): number {
    return this.#packets;
  }

  /** The newest place to start at, or undefined when its GOP was too large to keep or none came yet. */
  get newestKey(): KeyPosition | undefined {
    return this.#keys.at(-1);
  }

  /** True when the newest key unit had to be dropped because its GOP outgrew the ring's share. */
  get keyEvicted(): boolean {
    return this.#keyEvicted;
  }

  /** Chunk `number`, or undefined when it has left or isn't there yet. */
  chunk(number: number): Chunk | undefined {
    return this.#chunks[this.#head + number - this.#first];
  }

  /** First key position at or after chunk `number`. */
  keyAfter(number: number): KeyPosition | undefined {
    return this.#keys.find((key) => key.chunk >= number);
  }

  /**
   * Makes room for `bytes` in the current slab and answers its buffer; write at `offset` = `position`, then `commit`.
   * Flushes what is pending when the slab is full. Undefined when no slab is to be had.
   */
  reserve(bytes: number, now: number): Buffer | undefined {
    if (this.pendingBytes + bytes > MAX_CHUNK_BYTES) this.flush(now);
    if (this.#slab !== undefined && this.#write + bytes <= SLAB_BYTES) return this.#slab.buffer;
    this.flush(now);
    const slab = this.#takeSlab();
    if (slab === undefined) return undefined;
    this.#slab?.release();
    this.#slab = slab;
    this.#write = 0;
    this.#pendingStart = 0;
    return slab.buffer;
  }

  /** Offset at which reserved bytes are to be written. */
  get position(): number {
    return this.#write;
  }

  /** Takes over `bytes` written at `position` as one packet. */
  commit(bytes: number): void {
    this.#write += bytes;
    this.#pendingPackets += 1;
  }

  /** Notes a key unit that begins at `offset` of chunk `chunk` (which may be the pending one). */
  addKey(key: KeyPosition): void {
    this.#keys.push(key);
    this.#keyEvicted = false;
  }

  /** Forgets where decoding could start: what was kept belongs to a source that is gone. */
  forgetKeys(): void {
    this.#keys = [];
  }

  /** Makes pending packets visible as a chunk; false when there were none. */
  flush(now: number): boolean {
    const slab = this.#slab;
    if (slab === undefined || this.#write === this.#pendingStart) return false;
    slab.hold();
    this.#chunks.push(this.#fillChunk(slab, now));
    this.#packets += this.#pendingPackets;
    this.#bytes += this.#write - this.#pendingStart;
    this.#pendingStart = this.#write;
    this.#pendingPackets = 0;
    this.#evict(now);
    return true;
  }

  /** Lets go of everything. */
  close(): void {
    this.#unused.length = 0;
    while (this.#head < this.#chunks.length) this.#dropOldest();
    this.#slab?.release();
    this.#slab = undefined;
    this.#write = 0;
    this.#pendingStart = 0;
  }

  #fillChunk(slab: Slab, now: number): ReusableChunk {
    const chunk = this.#unused.pop() ?? new ReusableChunk(slab);
    chunk.slab = slab;
    chunk.start = this.#pendingStart;
    chunk.end = this.#write;
    chunk.at = now;
    chunk.packets = this.#pendingPackets;
    chunk.packetsBefore = this.#packets;
    return chunk;
  }

  #takeSlab(): Slab | undefined {
    let slab = this.#slabs.take();
    while (slab === undefined && this.#head < this.#chunks.length) {
      this.#dropOldest();
      slab = this.#slabs.take();
    }
    return slab;
  }

  #evict(now: number): void {
    const share = this.#share();
    const settled = this.#keys.findLast((key) => now - key.at >= KEY_LINGER_MS) ?? this.#keys[0];
    const keep = settled?.chunk ?? Number.POSITIVE_INFINITY;
    for (;;) {
      const oldest = this.#chunks[this.#head];
      if (oldest === undefined) break;
      const overfull = this.#bytes > share || this.#chunks.length - this.#head > MAX_CHUNKS;
      const needed = now - oldest.at <= WINDOW_MS || this.#first >= keep;
      if (needed && !overfull) break;
      this.#dropOldest();
    }
    if (this.#head > 512 && this.#head * 2 > this.#chunks.length) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }

  #dropOldest(): void {
    const oldest = this.#chunks[this.#head];
    if (oldest === undefined) return;
    this.#chunks[this.#head] = undefined;
    this.#head += 1;
    this.#first += 1;
    this.#bytes -= oldest.end - oldest.start;
    oldest.slab.release();
    if (this.#slab !== undefined && this.#unused.length < MAX_UNUSED) {
      oldest.clear(this.#slab);
      this.#unused.push(oldest);
    }
    while (this.#keys[0] !== undefined && this.#keys[0].chunk < this.#first) {
      this.#keyEvicted = this.#keys.length === 1;
      this.#keys.shift();
    }
    if (this.#head === this.#chunks.length) {
      this.#chunks.length = 0;
      this.#head = 0;
    }
  }
}
