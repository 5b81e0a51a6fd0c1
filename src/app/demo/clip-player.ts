/**
 * Plays a clip into a stream, for ever: as a camera would, unit by unit at their times, with sequence numbers and timestamps
 * that run on when the clip begins anew. Held up for longer than `MAX_LATE_MS` it goes on from there instead of rushing.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { Packetizer } from "#codecs/codec.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import type { StreamInput } from "#streams/input.ts";
import type { OpenTrack } from "#streams/track.ts";
import type { Clip, ClipUnit } from "./clip.ts";

/** Payloads leave room for RTP, UDP and IP headers in an Ethernet frame. */
const MAX_PAYLOAD_BYTES = 1400;
const MAX_LATE_MS = 1000;
/** Seconds between 1900 (NTP) and 1970 (RFC 5905 §6). */
const NTP_EPOCH_SECONDS = 2_208_988_800;

/** What a player works with; `tracks` are those of the clip, opened. */
export interface ClipPlayerOptions {
  readonly clip: Clip;
  readonly tracks: readonly OpenTrack[];
  readonly input: StreamInput;
  readonly clock: Clock;
  readonly random: Random;
}

interface OutTrack {
  readonly payloadType: number;
  readonly clockRate: number;
  readonly ssrc: number;
  /** Timestamp of the clip's beginning in its first round. */
  readonly origin: number;
  /** Ticks of one round. */
  readonly roundTicks: number;
  readonly packetizer: Packetizer | undefined;
  sequence: number;
}

/** One clip being played; starts at once. */
export class ClipPlayer {
  readonly #options: ClipPlayerOptions;
  readonly #tracks: readonly OutTrack[];
  readonly #unitTimes: readonly number[];
  #timer: Timer | undefined;
  /** Monotonic ms at which the present round began. */
  #roundStart: number;
  #round = 0;
  #next = 0;
  #closed = false;

  constructor(options: ClipPlayerOptions) {
    const { clip, random, clock } = options;
    this.#options = options;
    this.#tracks = options.tracks.map(({ track }) => ({
      payloadType: track.format.payloadType,
      clockRate: track.format.clockRate,
      ssrc: random.uint32(),
      origin: random.uint32(),
      roundTicks: (clip.durationMs * track.format.clockRate) / 1000,
      packetizer: track.packetizer(MAX_PAYLOAD_BYTES),
      sequence: random.uint32() & 0xffff,
    }));
    this.#unitTimes = clip.units.map((unit) => (unit.timestamp * 1000) / (clip.tracks[unit.track]?.clockRate ?? 1));
    this.#roundStart = clock.now();
    this.#report();
    this.#play();
  }

  /** Stops; the stream is left to whoever opened it. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  /** Sends all that is due, then waits for the next. */
  #play(): void {
    const { clip, clock } = this.#options;
    const now = clock.now();
    const late = now - this.#dueTime();
    if (late > MAX_LATE_MS) this.#roundStart += late;
    while (this.#dueTime() <= now) {
      const unit = clip.units[this.#next];
      if (unit === undefined) break;
      this.#send(unit);
      this.#next += 1;
      if (this.#next === clip.units.length) this.#beginRound();
    }
    if (!this.#closed) this.#timer = clock.after("demo clip", Math.max(0, this.#dueTime() - clock.now()), () => this.#play());
  }

  #dueTime(): number {
    return this.#roundStart + (this.#unitTimes[this.#next] ?? 0);
  }

  #beginRound(): void {
    this.#next = 0;
    this.#round += 1;
    this.#roundStart += this.#options.clip.durationMs;
    this.#report();
  }

  #send(unit: ClipUnit): void {
    const track = this.#tracks[unit.track];
    if (track?.packetizer === undefined) return;
    const timestamp = track.origin + this.#round * track.roundTicks + unit.timestamp;
    for (const { payload, marker, timestampOffset } of track.packetizer.packetize(unit)) {
      const header = { ...track, marker, timestamp: (timestamp + timestampOffset) % 2 ** 32 };
      const packet = printRtpPacket(header, payload);
      this.#options.input.pushRtp(unit.track, packet, { start: 0, end: packet.length });
      track.sequence = (track.sequence + 1) & 0xffff;
    }
  }

  /** Says which wall clock time the round's beginning has, the same for all tracks: that is what keeps them together. */
  #report(): void {
    const { clock, input } = this.#options;
    const wall = (clock.wallNow() + this.#roundStart - clock.now()) / 1000 + NTP_EPOCH_SECONDS;
    this.#tracks.forEach((track, index) => {
      input.pushSenderReport(index, {
        ntpSeconds: Math.floor(wall),
        ntpFraction: Math.floor((wall % 1) * 2 ** 32),
        rtpTimestamp: (track.origin + this.#round * track.roundTicks) % 2 ** 32,
      });
    });
  }
}
