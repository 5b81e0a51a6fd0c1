/**
 * One track of a publisher: order, loss, and which packets to ask for again. What is missing for `MAX_WAIT_MS` is given up.
 */
import { emptyRtpHeader, readRtpHeader, type RtpHeader, sequenceDistance } from "#formats/rtp/packet.ts";
import { ReceptionStatistics } from "#formats/rtp/reception.ts";
import { ReorderBuffer } from "#formats/rtp/reorder-buffer.ts";
import type { RtpMap } from "#formats/sdp/parse.ts";

/** How long and how many packets wait for missing ones. */
const MAX_WAIT_MS = 200;
const MAX_WAITING_PACKETS = 512;
/** Missing packets kept in mind; more at once is an outage, and a new picture helps better. */
const MAX_MISSING = 128;
/** A packet is asked for at this interval, at most so often. */
const ASK_INTERVAL_MS = 40;
const MAX_ASKED = 4;

interface Missing {
  askedAt: number;
  times: number;
}

/** See the head of this file. */
export class TrackReceiver {
  readonly format: RtpMap;
  reception: ReceptionStatistics;
  readonly #reorder: ReorderBuffer;
  readonly #missing = new Map<number, Missing>();
  readonly #header = emptyRtpHeader();
  /** Packets of padding alone so far, by which browsers measure the link: numbers go on without them. */
  #padding = 0;
  #ssrc: number | undefined;
  #newest: number | undefined;
  #packets = 0;
  #lostBefore = 0;
  #broken = false;
  #pictureAt = Number.NEGATIVE_INFINITY;

  constructor(format: RtpMap, deliver: (packet: Buffer, range: { start: number; end: number }) => void) {
    this.format = format;
    this.reception = new ReceptionStatistics(format.clockRate);
    this.#reorder = new ReorderBuffer({
      maxPackets: MAX_WAITING_PACKETS,
      maxDelayMs: MAX_WAIT_MS,
      deliver: (packet, range) => {
        if (this.#renumber(packet, range)) deliver(packet, range);
      },
    });
  }

  /** The source it is fed by; undefined before its first packet. */
  get ssrc(): number | undefined {
    return this.#ssrc;
  }

  get packets(): number {
    return this.#packets;
  }

  push(packet: Buffer, header: RtpHeader, now: number): void {
    if (header.ssrc !== this.#ssrc) {
      this.#ssrc = header.ssrc;
      this.reception = new ReceptionStatistics(this.format.clockRate);
      this.#newest = undefined;
      this.#missing.clear();
    }
    this.#packets += 1;
    this.reception.packet(header.sequence, header.timestamp, now);
    this.#follow(header.sequence);
    this.#reorder.push(packet, { start: 0, end: packet.length }, now);
  }

  /** Every few milliseconds: what to ask for now, and whether something was lost for good. */
  tick(now: number): { readonly missing: readonly number[]; readonly broken: boolean } {
    this.#reorder.flushExpired(now);
    const missing: number[] = [];
    for (const [sequence, state] of this.#missing) {
      if (now - state.askedAt < ASK_INTERVAL_MS) continue;
      if (state.times >= MAX_ASKED) {
        this.#missing.delete(sequence);
        continue;
      }
      state.askedAt = now;
      state.times += 1;
      missing.push(sequence);
    }
    this.#broken ||= this.#reorder.lost > this.#lostBefore;
    this.#lostBefore = this.#reorder.lost;
    return { missing, broken: this.#broken };
  }

  /** Whether a picture may be asked for; asking again has to wait. */
  mayAskForPicture(now: number, intervalMs: number): boolean {
    if (now - this.#pictureAt < intervalMs) return false;
    this.#pictureAt = now;
    this.#broken = false;
    return true;
  }

  /** False for padding alone. The packet is our own, just decrypted. */
  #renumber(packet: Buffer, range: { start: number; end: number }): boolean {
    const header = this.#header;
    if (!readRtpHeader(packet, range, header)) return false;
    if (header.payloadEnd === header.payloadStart) {
      this.#padding += 1;
      return false;
    }
    packet.writeUInt16BE((header.sequence - this.#padding) & 0xffff, range.start + 2);
    return true;
  }

  #follow(sequence: number): void {
    const newest = this.#newest;
    if (newest === undefined) {
      this.#newest = sequence;
      return;
    }
    const distance = sequenceDistance(newest, sequence);
    if (distance <= 0) {
      this.#missing.delete(sequence);
      return;
    }
    this.#newest = sequence;
    if (distance > MAX_MISSING) {
      this.#missing.clear();
      this.#broken = true;
      return;
    }
    for (let step = 1; step < distance && this.#missing.size < MAX_MISSING; step += 1) {
      this.#missing.set((newest + step) & 0xffff, { askedAt: Number.NEGATIVE_INFINITY, times: 0 });
    }
  }
}
