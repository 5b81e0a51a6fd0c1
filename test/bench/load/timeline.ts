/**
 * One synthetic camera: produces its access units on time and hands them to whoever plays it, a whole unit per write or
 * packet by packet over 15 ms. A new player makes the next unit a key unit, as cameras do; while nobody plays nothing is made.
 * Real time passes on: after a pause of the process it goes on at the present, with a key unit.
 */
import { machineNow } from "./clock.ts";
import { AUDIO_CLOCK, AUDIO_TICKS, VIDEO_CLOCK, VIDEO_FPS, audioUnit, unitBytes, videoUnit } from "./media.ts";
import type { UnitTemplate, VideoShape } from "./media.ts";
import { writeStamp } from "./stamp.ts";

/** How the camera writes: a unit at once, or its packets spread over `PACKET_SPREAD_MS`. */
export type Pacing = "frame" | "packet";

/** What one camera sends. */
export interface CameraMedia extends VideoShape {
  readonly audio: boolean;
  readonly pacing: Pacing;
}

/** One connection that plays the camera. Channels are those of RTP; `undefined` = track not set up. */
export interface Player {
  readonly channels: readonly (number | undefined)[];
  /** Sends or drops (a reader too slow) the bytes. */
  write(bytes: Buffer): void;
}

const PACKET_SPREAD_MS = 15;
const GIVE_UP_BEHIND_MS = 1_000;
const REPORT_INTERVAL_MS = 5_000;
const NTP_EPOCH_SECONDS = 2_208_988_800;
const VIDEO_TICKS = VIDEO_CLOCK / VIDEO_FPS;
const SSRC = 0x0bec4000;

interface Track {
  readonly clock: number;
  readonly ticks: number;
  readonly intervalMs: number;
  dueAt: number;
  /** Units of time since the start: the RTP timestamp; `sent` counts the units that really were sent. */
  index: number;
  sent: number;
  sequence: number;
  packets: number;
  octets: number;
  reportAt: number;
}

interface Pending {
  readonly dueAt: number;
  readonly track: number;
  readonly bytes: Buffer;
  readonly stampAt: number;
  readonly number: number;
}

/** A camera. `step` must be called about every millisecond. */
export class Timeline {
  readonly #pacing: Pacing;
  readonly #gopUnits: number;
  readonly #key: UnitTemplate;
  readonly #delta: UnitTemplate;
  readonly #audio = audioUnit();
  readonly #tracks: Track[];
  readonly #players = new Set<Player>();
  readonly #phaseMs: number;
  #sinceKey = 0;
  #queue: Pending[] = [];

  /** `phaseMs` shifts this camera's units against the others'. */
  constructor(media: CameraMedia, phaseMs: number) {
    const sizes = unitBytes(media);
    this.#pacing = media.pacing;
    this.#gopUnits = Math.max(1, Math.round(media.gopSeconds * VIDEO_FPS));
    this.#key = videoUnit(sizes.key, true);
    this.#delta = videoUnit(sizes.delta, false);
    this.#phaseMs = phaseMs;
    this.#tracks = [newTrack(VIDEO_CLOCK, VIDEO_TICKS)];
    if (media.audio) this.#tracks.push(newTrack(AUDIO_CLOCK, AUDIO_TICKS));
  }

  /** Starts playing to `player`, from a key unit on. */
  add(player: Player): void {
    if (this.#players.size === 0) {
      for (const track of this.#tracks) track.dueAt = machineNow() + this.#phaseMs;
      this.#queue = [];
    }
    this.#players.add(player);
    this.#sinceKey = 0;
  }

  /** Stops playing to `player`. */
  remove(player: Player): void {
    this.#players.delete(player);
  }

  /** Sends what is due at `now` (`machineNow`). */
  step(now: number): void {
    if (this.#players.size === 0) return;
    for (const [index, track] of this.#tracks.entries()) {
      this.#catchUp(track, now);
      while (track.dueAt <= now) {
        this.#unit(index, track);
        track.dueAt += track.intervalMs;
        track.index += 1;
      }
      if (now >= track.reportAt) this.#report(index, track, now);
    }
    while ((this.#queue[0]?.dueAt ?? Infinity) <= now) {
      const pending = this.#queue.shift();
      if (pending !== undefined) this.#send(pending.track, pending.bytes, [pending]);
    }
  }

  #catchUp(track: Track, now: number): void {
    if (now - track.dueAt < GIVE_UP_BEHIND_MS) return;
    const missed = Math.floor((now - track.dueAt) / track.intervalMs);
    track.dueAt += missed * track.intervalMs;
    track.index += missed;
    this.#sinceKey = 0;
    this.#queue = [];
  }

  #unit(index: number, track: Track): void {
    const template = index === 1 ? this.#audio : this.#sinceKey === 0 ? this.#key : this.#delta;
    if (index === 0) this.#sinceKey = (this.#sinceKey + 1) % this.#gopUnits;
    const bytes = Buffer.from(template.bytes);
    const number = track.sent % 2 ** 28;
    for (const packet of template.packets) {
      bytes.writeUInt16BE(track.sequence, packet.start + 6);
      bytes.writeUInt32BE((track.index * track.ticks) % 2 ** 32, packet.start + 8);
      bytes.writeUInt32BE(SSRC + index, packet.start + 12);
      track.sequence = (track.sequence + 1) & 0xffff;
      track.octets = (track.octets + packet.end - packet.start - 16) % 2 ** 32;
    }
    track.packets += template.packets.length;
    track.sent += 1;
    if (this.#pacing === "frame" || index === 1) {
      this.#send(
        index,
        bytes,
        template.packets.map(({ stampAt }) => ({ stampAt, number })),
      );
      return;
    }
    const gap = PACKET_SPREAD_MS / template.packets.length;
    for (const [place, packet] of template.packets.entries()) {
      const stampAt = packet.stampAt === 0 ? 0 : packet.stampAt - packet.start;
      const piece = bytes.subarray(packet.start, packet.end);
      this.#queue.push({ dueAt: track.dueAt + place * gap, track: index, bytes: piece, stampAt, number });
    }
  }

  /** One write to each player; all stamps get the present time. */
  #send(track: number, bytes: Buffer, stamps: readonly { readonly stampAt: number; readonly number: number }[]): void {
    const sentAt = machineNow();
    for (const { stampAt, number } of stamps) if (stampAt !== 0) writeStamp(bytes, stampAt, { number, sentAt });
    let first = true;
    for (const player of this.#players) {
      const channel = player.channels[track];
      if (channel === undefined) continue;
      const own = first ? bytes : Buffer.from(bytes);
      first = false;
      for (let at = 0; at < own.length; at += 4 + own.readUInt16BE(at + 2)) own[at + 1] = channel;
      player.write(own);
    }
  }

  /** A sender report (RFC 3550 §6.4.1) every five seconds per track. */
  #report(index: number, track: Track, now: number): void {
    track.reportAt = now + REPORT_INTERVAL_MS;
    const report = Buffer.alloc(4 + 28);
    const wallMs = Date.now();
    const sinceUnitMs = now - (track.dueAt - track.intervalMs);
    const timestamp = (track.index - 1) * track.ticks + Math.round((sinceUnitMs * track.clock) / 1_000);
    report.writeUInt32BE(0x24_00_00_1c, 0);
    report.writeUInt32BE(0x80_c8_00_06, 4);
    report.writeUInt32BE(SSRC + index, 8);
    report.writeUInt32BE(Math.floor(wallMs / 1_000) + NTP_EPOCH_SECONDS, 12);
    report.writeUInt32BE(Math.floor(((wallMs % 1_000) / 1_000) * 2 ** 32), 16);
    report.writeUInt32BE(Math.max(0, timestamp) % 2 ** 32, 20);
    report.writeUInt32BE(track.packets % 2 ** 32, 24);
    report.writeUInt32BE(track.octets, 28);
    for (const player of this.#players) {
      const channel = player.channels[index];
      if (channel === undefined) continue;
      const own = Buffer.from(report);
      own[1] = channel + 1;
      player.write(own);
    }
  }
}

function newTrack(clock: number, ticks: number): Track {
  const intervalMs = (ticks / clock) * 1_000;
  return { clock, ticks, intervalMs, dueAt: 0, index: 0, sent: 0, sequence: 0, packets: 0, octets: 0, reportAt: 0 };
}
