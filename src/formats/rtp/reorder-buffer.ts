/**
 * Puts the packets of one RTP source back into order (RFC 3550 §5.1 sequence numbers), bounded in packets, bytes and time.
 * Packets in order pass through at once without a copy; only what arrives ahead of a gap is copied and held until the gap is
 * filled, too old, or the bound is reached: then the missing packets are given up and counted lost. Works without timers:
 * the owner calls `flushExpired` at `nextDeadline`.
 */
import { RTP_HEADER_BYTES, sequenceDistance } from "./packet.ts";
import { MAX_DROPOUT, MAX_MISORDER } from "./reception.ts";

/** Bytes held at most; beyond it the oldest gap is given up. */
export const MAX_HELD_BYTES = 262144;
/** `maxPackets` at most. */
export const MAX_REORDER_PACKETS = 1024;

/** Bounds and receiver of a buffer. */
export interface ReorderBufferOptions {
  /** Packets the buffer looks ahead of a gap, 1…1024. */
  readonly maxPackets: number;
  /** How long a gap may last. */
  readonly maxDelayMs: number;
  /** Gets every packet once, in order. Packet and range are valid during the call. */
  readonly deliver: (packet: Buffer, range: { start: number; end: number }) => void;
}

interface HeldPacket {
  readonly bytes: Buffer;
  readonly arrivalMs: number;
}

/** The buffer of one source. */
export class ReorderBuffer {
  readonly #maxPackets: number;
  readonly #maxDelayMs: number;
  readonly #deliver: ReorderBufferOptions["deliver"];
  /** By sequence number modulo their length: packets ahead of the gap; and which of the latest numbers were delivered. */
  readonly #held: (HeldPacket | undefined)[];
  readonly #delivered: Uint8Array;
  #heldPackets = 0;
  #heldBytes = 0;
  #expected = -1;
  #newest = 0;
  #restartAt = -1;
  #oldestArrivalMs = Infinity;
  #lost = 0;
  #duplicates = 0;
  #reordered = 0;

  constructor(options: ReorderBufferOptions) {
    this.#maxPackets = Math.max(1, Math.min(options.maxPackets, MAX_REORDER_PACKETS));
    this.#maxDelayMs = options.maxDelayMs;
    this.#deliver = options.deliver;
    // 65536 must be a multiple of it, so that slots stay distinct where sequence numbers wrap.
    const slots = 2 ** Math.ceil(Math.log2(this.#maxPackets));
    this.#held = new Array<HeldPacket | undefined>(slots).fill(undefined);
    this.#delivered = new Uint8Array(slots);
  }

  /** Packets given up. One that comes after all is dropped and stays counted. */
  get lost(): number {
    return this.#lost;
  }

  /** Packets that came again. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Packets that came late, but in time to be put into order. */
  get reordered(): number {
    return this.#reordered;
  }

  /** When `flushExpired` has something to do next; undefined while nothing is held. */
  nextDeadline(): number | undefined {
    return this.#heldPackets === 0 ? undefined : this.#oldestArrivalMs + this.#maxDelayMs;
  }

  /** Takes an RTP packet. What is shorter than its header is dropped. */
  push(packet: Buffer, range: { start: number; end: number }, nowMs: number): void {
    if (range.end - range.start < RTP_HEADER_BYTES) return;
    this.#place(packet, range, nowMs);
    if (this.#heldPackets > 0) this.flushExpired(nowMs);
  }

  /** Gives up gaps older than the delay allowed. */
  flushExpired(nowMs: number): void {
    while (this.#heldPackets > 0 && nowMs - this.#oldestArrivalMs >= this.#maxDelayMs) this.#giveUpGap();
  }

  /** Delivers everything held, gaps or not: the source has ended. */
  flush(): void {
    while (this.#heldPackets > 0) this.#giveUpGap();
  }

  /** Another source follows, whose numbers have nothing to do with those before. */
  startAnew(): void {
    this.flush();
    this.#expected = -1;
    this.#restartAt = -1;
  }

  #place(packet: Buffer, range: { start: number; end: number }, nowMs: number): void {
    const sequence = packet.readUInt16BE(range.start + 2);
    if (this.#expected < 0) this.#start(sequence);
    const ahead = sequenceDistance(this.#expected, sequence);
    if (ahead > MAX_DROPOUT || ahead < -Math.max(MAX_MISORDER, this.#maxPackets)) {
      if (!this.#confirmRestart(sequence)) return;
    } else if (ahead < 0) {
      // A number that was given up is late, not a duplicate; beyond the window nobody remembers.
      if (ahead < -this.#delivered.length || this.#delivered[this.#slot(sequence)] === 1) this.#duplicates++;
      return;
    } else if (ahead >= this.#maxPackets) {
      this.#advanceTo((sequence - this.#maxPackets + 1) & 0xffff);
      this.#drain();
    }
    this.#restartAt = -1;
    if (sequence === this.#expected) {
      this.#noteOrder(sequence);
      this.#pass(packet, range);
      this.#drain();
    } else {
      this.#hold(packet, range, nowMs);
    }
  }

  /** Two consecutive numbers far off are a source that began anew; the first of them is lost. */
  #confirmRestart(sequence: number): boolean {
    if (sequence !== this.#restartAt) {
      this.#restartAt = (sequence + 1) & 0xffff;
      return false;
    }
    this.flush();
    this.#lost++;
    this.#start(sequence);
    return true;
  }

  #start(sequence: number): void {
    this.#delivered.fill(0);
    this.#expected = sequence;
    this.#newest = sequence;
  }

  #slot(sequence: number): number {
    return sequence & (this.#held.length - 1);
  }

  #pass(packet: Buffer, range: { start: number; end: number }): void {
    this.#delivered[this.#slot(this.#expected)] = 1;
    this.#expected = (this.#expected + 1) & 0xffff;
    this.#deliver(packet, range);
  }

  #noteOrder(sequence: number): void {
    const ahead = sequenceDistance(this.#newest, sequence);
    if (ahead >= 0) this.#newest = sequence;
    else this.#reordered++;
  }

  #hold(packet: Buffer, range: { start: number; end: number }, nowMs: number): void {
    const sequence = packet.readUInt16BE(range.start + 2);
    const slot = this.#slot(sequence);
    if (this.#held[slot] !== undefined) {
      this.#duplicates++;
      return;
    }
    this.#noteOrder(sequence);
    const bytes = Buffer.from(packet.subarray(range.start, range.end));
    this.#held[slot] = { bytes, arrivalMs: nowMs };
    this.#heldPackets++;
    this.#heldBytes += bytes.length;
    this.#oldestArrivalMs = Math.min(this.#oldestArrivalMs, nowMs);
    while (this.#heldBytes > MAX_HELD_BYTES) this.#giveUpGap();
  }

  /** Delivers what is held in front, up to the next gap. */
  #drain(): void {
    while (this.#heldPackets > 0 && this.#passHeld());
    this.#oldestArrivalMs = Infinity;
    if (this.#heldPackets === 0) return;
    for (const held of this.#held) {
      if (held !== undefined) this.#oldestArrivalMs = Math.min(this.#oldestArrivalMs, held.arrivalMs);
    }
  }

  /** Delivers the expected packet if it is held. */
  #passHeld(): boolean {
    const slot = this.#slot(this.#expected);
    const held = this.#held[slot];
    if (held === undefined) return false;
    this.#held[slot] = undefined;
    this.#heldPackets--;
    this.#heldBytes -= held.bytes.length;
    this.#pass(held.bytes, { start: 0, end: held.bytes.length });
    return true;
  }

  /** Steps over the missing packets in front of the first held one. */
  #giveUpGap(): void {
    while (this.#held[this.#slot(this.#expected)] === undefined) this.#skipExpected();
    this.#drain();
  }

  /** Moves the front to `sequence`, delivering what is held on the way. */
  #advanceTo(sequence: number): void {
    while (this.#expected !== sequence) {
      if (!this.#passHeld()) this.#skipExpected();
    }
  }

  #skipExpected(): void {
    this.#delivered[this.#slot(this.#expected)] = 0;
    this.#expected = (this.#expected + 1) & 0xffff;
    this.#lost++;
  }
}
