/**
 * How one RTP source is received (RFC 3550 §6.4.1, A.1, A.3, A.8): extended sequence number, loss, jitter, and the report block
 * made of them. A source that restarts its sequence numbers is taken up anew after two packets in order. Times come as
 * arguments.
 */
import type { ReceptionReport } from "#formats/rtcp/packet.ts";
import { sequenceDistance, timestampDistance } from "./packet.ts";

/** A jump ahead by more than this is a restart until proven otherwise (RFC 3550 A.1). */
export const MAX_DROPOUT = 3000;
/** Packets late by more than this likewise. */
export const MAX_MISORDER = 100;
/** A step of transit time above this is a jump of a clock, not jitter. */
export const MAX_JITTER_STEP_MS = 10_000;

const SEQUENCE_SPACE = 0x10000;
const MAX_CUMULATIVE_LOST = 0x7fffff;
const MIN_CUMULATIVE_LOST = -0x800000;
const JITTER_GAIN = 16;

/** Statistics of one source. */
export class ReceptionStatistics {
  readonly #clockRate: number;
  #started = false;
  #baseSequence = 0;
  #highest = 0;
  #cycles = 0;
  /** The number that would confirm a restart. */
  #restartAt = -1;
  #received = 0;
  /** Expected and received before the last restart. */
  #pastExpected = 0;
  #pastReceived = 0;
  #reportedExpected = 0;
  #reportedReceived = 0;
  #jitter = 0;
  #lastTimestamp = 0;
  #lastArrivalMs = 0;
  #senderNtp = 0;
  #senderArrivalMs: number | undefined;

  /** `clockRate` in Hz, > 0. */
  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Packets received, duplicates included. */
  get received(): number {
    return this.#pastReceived + this.#received;
  }

  /** Packets missing so far; duplicates and late arrivals count against it, never below 0. */
  get lost(): number {
    return Math.max(this.#expectedTotal() - this.received, 0);
  }

  /** Mean deviation of the packet spacing, in ticks of the source's clock. */
  get jitterTicks(): number {
    return Math.floor(this.#jitter);
  }

  /** Highest sequence number with its wraps, 32 bit. */
  get highestSequence(): number {
    return (this.#cycles * SEQUENCE_SPACE + this.#highest) >>> 0;
  }

  /** Counts one packet. `arrivalMs` is any steady clock. */
  packet(sequence: number, timestamp: number, arrivalMs: number): void {
    if (!this.#started) {
      this.#started = true;
      this.#begin(sequence);
      this.#received++;
    } else {
      if (!this.#follow(sequence)) return;
      this.#received++;
      this.#updateJitter(timestamp, arrivalMs);
    }
    this.#lastTimestamp = timestamp;
    this.#lastArrivalMs = arrivalMs;
  }

  /** Notes a sender report's NTP time (32 bit each) for the report block's round-trip fields. */
  senderReport(ntpSeconds: number, ntpFraction: number, arrivalMs: number): void {
    this.#senderNtp = (((ntpSeconds & 0xffff) << 16) | (ntpFraction >>> 16)) >>> 0;
    this.#senderArrivalMs = arrivalMs;
  }

  /** The report block for source `ssrc`; closes the interval its fraction lost covers. */
  report(ssrc: number, nowMs: number): ReceptionReport {
    const expected = this.#expectedTotal();
    const { received } = this;
    const expectedInterval = expected - this.#reportedExpected;
    const lostInterval = expectedInterval - (received - this.#reportedReceived);
    this.#reportedExpected = expected;
    this.#reportedReceived = received;
    const fraction = expectedInterval <= 0 || lostInterval <= 0 ? 0 : Math.floor((lostInterval * 256) / expectedInterval);
    const sinceMs = this.#senderArrivalMs === undefined ? 0 : Math.max(nowMs - this.#senderArrivalMs, 0);
    return {
      ssrc,
      fractionLost: Math.min(fraction, 255),
      cumulativeLost: Math.max(Math.min(expected - received, MAX_CUMULATIVE_LOST), MIN_CUMULATIVE_LOST),
      highestSequence: this.highestSequence,
      jitter: Math.min(this.jitterTicks, 0xffffffff),
      lastSenderReport: this.#senderNtp,
      delaySinceLastSenderReport: Math.min(Math.round((sinceMs * 65536) / 1000), 0xffffffff),
    };
  }

  #begin(sequence: number): void {
    this.#baseSequence = sequence;
    this.#highest = sequence;
    this.#cycles = 0;
    this.#restartAt = -1;
    this.#received = 0;
  }

  /** Places a sequence number (RFC 3550 A.1). False when it is out of all order and not counted. */
  #follow(sequence: number): boolean {
    const ahead = sequenceDistance(this.#highest, sequence);
    if (ahead > 0 && ahead < MAX_DROPOUT) {
      if (sequence < this.#highest) this.#cycles++;
      this.#highest = sequence;
    } else if (ahead > 0 || ahead < -MAX_MISORDER) {
      if (sequence !== this.#restartAt) {
        this.#restartAt = (sequence + 1) & 0xffff;
        return false;
      }
      this.#pastExpected = this.#expectedTotal();
      this.#pastReceived = this.received;
      this.#begin(sequence);
    }
    return true;
  }

  #expectedTotal(): number {
    if (!this.#started) return 0;
    return this.#pastExpected + this.#cycles * SEQUENCE_SPACE + this.#highest - this.#baseSequence + 1;
  }

  /** RFC 3550 A.8. */
  #updateJitter(timestamp: number, arrivalMs: number): void {
    const arrivalTicks = ((arrivalMs - this.#lastArrivalMs) * this.#clockRate) / 1000;
    const step = Math.abs(arrivalTicks - timestampDistance(this.#lastTimestamp, timestamp));
    if (step * 1000 > MAX_JITTER_STEP_MS * this.#clockRate) return;
    this.#jitter += (step - this.#jitter) / JITTER_GAIN;
  }
}
