/**
 * How sound begins beside a burst that is live from its start. What comes next may lag behind the pictures: up to the sequence
 * number that RTP-Info named it is left out, since players take the earliest timestamp for the beginning and would show the
 * burst late by the lag (ffmpeg counts in whole frames then, and calls each picture of the burst but the first an error). And
 * a packet of several units is cut to its last one at the beginning: ffmpeg doesn't know yet how long a unit is, and gives the
 * first two of them the same time.
 */
import type { Clock } from "#base/clock.ts";
import { emptyRtpHeader, printRtpPacket, readRtpHeader, sequenceDistance } from "#formats/rtp/packet.ts";
import type { Feed } from "#streams/feed.ts";
import type { PacketPosition } from "#streams/ring/packet-walk.ts";
import type { Track } from "#streams/track.ts";
import type { PlayPosition } from "./reader.ts";

/** Longest wait for a beginning; a track that falls silent mustn't cost copies for ever. */
const MAX_WAIT_MS = 2000;

/** Smallest payload that packetizers may be asked for. */
const MIN_PAYLOAD_BYTES = 100;

interface Beginning {
  readonly track: Track;
  readonly sequence: number;
}

/** See the head of this file. */
export class TrackBeginnings {
  readonly #clock: Clock;
  readonly #until: number;
  /** By ring channel; a track that has begun is taken out. */
  readonly #open = new Map<number, Beginning>();

  private constructor(clock: Clock) {
    this.#clock = clock;
    this.#until = clock.now() + MAX_WAIT_MS;
  }

  /** Of the tracks that can't simply go on with their next packet, beside video; undefined when there are none. */
  static of(feed: Feed, positions: readonly PlayPosition[], clock: Clock): TrackBeginnings | undefined {
    if (!positions.some(({ track }) => feed.tracks[track]?.kind === "video")) return undefined;
    let beginnings: TrackBeginnings | undefined;
    for (const { track: index, sequence } of positions) {
      const track = feed.tracks[index];
      if (track?.kind !== "audio") continue;
      const isLate = sequenceDistance(track.sequence, sequence) > 1;
      if (!isLate && !track.severalUnits) continue;
      beginnings ??= new TrackBeginnings(clock);
      beginnings.#open.set(track.channel, { track, sequence });
    }
    return beginnings;
  }

  /** Whether every track has begun, or had time enough. */
  get over(): boolean {
    return this.#open.size === 0 || this.#clock.now() >= this.#until;
  }

  /** What becomes of a packet: it is copied, left out, or another one, no longer than it, takes its place. */
  admit(buffer: Buffer, position: PacketPosition): "copy" | "leave-out" | Buffer {
    const beginning = this.#open.get(position.channel);
    if (beginning === undefined) return "copy";
    if (sequenceDistance(beginning.sequence, buffer.readUInt16BE(position.start + 2)) < 0) return "leave-out";
    this.#open.delete(position.channel);
    return beginning.track.severalUnits ? (lastUnit(beginning.track, buffer, position) ?? "copy") : "copy";
  }
}

/** A packet of the last of several units; undefined where there is one only, or it can't be written. */
function lastUnit(track: Track, buffer: Buffer, position: PacketPosition): Buffer | undefined {
  const header = emptyRtpHeader();
  if (!readRtpHeader(buffer, position, header)) return undefined;
  const { marker, timestamp, payloadStart, payloadEnd } = header;
  const payload = buffer.subarray(payloadStart, payloadEnd);
  const result = track.codec.depacketizer()?.push({ payload, timestamp, marker });
  const units = result?.kind === "access-units" ? result.accessUnits : [];
  const last = units.at(-1);
  if (units.length < 2 || last === undefined) return undefined;
  const packetizer = track.codec.packetizer(Math.max(MIN_PAYLOAD_BYTES, payload.length));
  const [only, second] = packetizer?.packetize(last) ?? [];
  if (only === undefined || second !== undefined || only.payload.length > payload.length) return undefined;
  return printRtpPacket({ ...header, timestamp: last.timestamp }, only.payload);
}
