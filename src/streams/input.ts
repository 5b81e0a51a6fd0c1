/**
 * What a source or publisher holds to feed a stream. It brings each packet onto the stream's own timeline
 * (`sequence = in + Δ`, `timestamp = in + Δ`, so gaps of the source survive), holds video back until the first key unit,
 * inserts parameter sets where a key unit lacks them, and sees to sender reports. Sequence resets and timestamp jumps of
 * more than `MAX_JUMP_MS` against the arrival clock are joined seamlessly (cameras that restart or set their clock).
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import { PacketFlag, type PayloadRange } from "#codecs/codec.ts";
import { emptyRtpHeader, readRtpHeader, sequenceDistance, timestampDistance } from "#formats/rtp/packet.ts";
import type { ByteRange, Feed, PacketFields } from "./feed.ts";
import type { Track } from "./track.ts";

/** A timestamp this far from where arrival time says it should be is a new timeline, not jitter (quirk row 11). */
const MAX_JUMP_MS = 5000;

/** A sequence number this far ahead is a restart, not loss; one this far behind is a restart, not lateness (RFC 3550 A.1). */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;

/** Cameras without key frames (intra refresh) are passed on after this long. */
const KEY_WAIT_MS = 10_000;

/** Units back that are looked at for reordering; codings allow 16. */
const REORDER_WINDOW = 16;

/** Weight of a new frame interval in the smoothed one. */
const INTERVAL_WEIGHT = 0.125;

/** What a sender report says of time. */
export interface SourceReport {
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  readonly rtpTimestamp: number;
}

/** What a source or publisher sees of the stream it feeds. */
export interface StreamInput {
  /** One RTP packet, in order; copied before return. Bad bytes are counted, never thrown. */
  pushRtp(track: number, buffer: Buffer, range: ByteRange): void;
  /** A sender report of the source. */
  pushSenderReport(track: number, report: SourceReport): void;
  /** Monotonic ms of the last packet on `track`. */
  lastPacketAt(track: number): number | undefined;
  /** Monotonic ms of the last key unit on `track`; undefined before the first. */
  lastKeyAt(track: number): number | undefined;
  /** Measured time between access units, ms; undefined until known. */
  frameInterval(track: number): number | undefined;
  /** The first key unit (or first audio, if there is no video) has arrived. */
  readonly ready: boolean;
  /** Calls back once ready; at once if it is. */
  onReady(run: () => void): void;
  /** The source is lost or the publisher left. Idempotent. */
  close(reason: SluiceError): void;
}

/** What the stream hears from its input. */
export interface InputOwner {
  readonly feed: Feed;
  readonly clock: Clock;
  /** A packet was written; for timeline and sender reports. */
  written(track: Track, timestamp: number, now: number): void;
  sourceReport(track: Track, timestamp: number, ntpMs: number): void;
  /** Size of an RTP packet seen, bytes. */
  packetSize(bytes: number): void;
  inputReady(): void;
  inputClosed(reason: SluiceError): void;
}

/** Counters of one input. */
export interface InputStatistics {
  bytes: number;
  malformed: number;
  foreign: number;
}

class InputTrack {
  readonly out: Track;
  readonly payloadType: number;
  readonly isVideo: boolean;
  anchored = false;
  /** Came before the first packet that was passed on, as publishers send it. */
  earlyReport: SourceReport | undefined;
  waitingForKey: boolean;
  sequenceDelta = 0;
  timestampDelta = 0;
  lastSequence = 0;
  lastTimestamp = 0;
  lastAt: number | undefined;
  firstAt: number | undefined;
  unitOpen = false;
  unitFlags = 0;
  unitChunk = 0;
  unitOffset = 0;
  unitKeyNoted = false;
  /** Timestamps of the newest units, overwritten in a circle. */
  readonly recent = new Uint32Array(REORDER_WINDOW);
  recentCount = 0;
  lastKey: number | undefined;

  constructor(out: Track, openedAtVideo: boolean) {
    this.out = out;
    this.payloadType = out.codec.format.payloadType;
    this.isVideo = openedAtVideo;
    this.waitingForKey = openedAtVideo;
  }
}

/** See the head of this file. */
export class Input implements StreamInput {
  readonly statistics: InputStatistics = { bytes: 0, malformed: 0, foreign: 0 };
  readonly #owner: InputOwner;
  readonly #tracks: readonly InputTrack[];
  readonly #hasVideo: boolean;
  readonly #readyCallbacks: (() => void)[] = [];
  readonly #header = emptyRtpHeader();
  readonly #payload: PayloadRange = { start: 0, end: 0, firstOfUnit: false };
  readonly #fields: PacketFields = { marker: false, sequence: 0, timestamp: 0 };
  readonly #packet: { buffer: Buffer; range: ByteRange } = { buffer: Buffer.alloc(0), range: { start: 0, end: 0 } };
  #ready = false;
  #closed = false;

  constructor(owner: InputOwner) {
    this.#owner = owner;
    this.#tracks = owner.feed.tracks.map((track) => new InputTrack(track, track.kind === "video"));
    this.#hasVideo = this.#tracks.some((track) => track.isVideo);
  }

  get ready(): boolean {
    return this.#ready;
  }

  onReady(run: () => void): void {
    if (this.#ready) run();
    else this.#readyCallbacks.push(run);
  }

  lastPacketAt(track: number): number | undefined {
    return this.#tracks[track]?.lastAt;
  }

  lastKeyAt(track: number): number | undefined {
    return this.#tracks[track]?.out.meter.keyAt;
  }

  frameInterval(track: number): number | undefined {
    const out = this.#tracks[track]?.out;
    return out === undefined || out.frameTicks === 0 ? undefined : (out.frameTicks * 1000) / out.clockRate;
  }

  pushRtp(index: number, buffer: Buffer, range: ByteRange): void {
    const track = this.#tracks[index];
    const header = this.#header;
    if (track === undefined || this.#closed) return;
    if (!readRtpHeader(buffer, range, header)) {
      this.statistics.malformed += 1;
      return;
    }
    if (header.payloadType !== track.payloadType) {
      this.statistics.foreign += 1;
      return;
    }
    const now = this.#owner.clock.now();
    const bytes = range.end - range.start;
    this.statistics.bytes += bytes;
    this.#owner.packetSize(bytes);
    track.firstAt ??= now;
    track.out.meter.packets += 1;
    if (track.anchored) this.#followTimeline(track, now);
    const firstOfUnit = !track.unitOpen || header.timestamp !== track.lastTimestamp;
    if (firstOfUnit) this.#openUnit(track, now);
    track.lastAt = now;
    track.lastSequence = header.sequence;
    track.lastTimestamp = header.timestamp;
    const flags = this.#inspect(track, buffer, firstOfUnit);
    if (track.waitingForKey && !this.#mayStart(track, flags, now)) return;
    if (!track.anchored) this.#anchor(track, now);
    this.#write(track, { buffer, range }, flags);
  }

  pushSenderReport(index: number, report: SourceReport): void {
    const track = this.#tracks[index];
    if (track === undefined || this.#closed) return;
    if (track.anchored) this.#report(track, report);
    else track.earlyReport = report;
  }

  close(reason: SluiceError): void {
    if (this.#closed) return;
    this.cutOff();
    this.#owner.inputClosed(reason);
  }

  /** Another source took over, or the stream ended: what still arrives here is ignored. */
  cutOff(): void {
    this.#closed = true;
    this.#readyCallbacks.length = 0;
  }

  #report(track: InputTrack, report: SourceReport): void {
    const timestamp = (report.rtpTimestamp + track.timestampDelta) >>> 0;
    this.#owner.sourceReport(track.out, timestamp, report.ntpSeconds * 1000 + (report.ntpFraction / 2 ** 32) * 1000);
  }

  #inspect(track: InputTrack, buffer: Buffer, firstOfUnit: boolean): number {
    const payload = this.#payload;
    payload.start = this.#header.payloadStart;
    payload.end = this.#header.payloadEnd;
    payload.firstOfUnit = firstOfUnit;
    const flags = track.out.codec.inspect(buffer, payload);
    if ((flags & PacketFlag.Malformed) !== 0) this.statistics.malformed += 1;
    if ((flags & PacketFlag.SeveralUnits) !== 0) track.out.severalUnits = true;
    return flags;
  }

  /** Video starts at a key unit; after `KEY_WAIT_MS` without one at whatever comes. */
  #mayStart(track: InputTrack, flags: number, now: number): boolean {
    if ((flags & PacketFlag.Key) === 0 && now - (track.firstAt ?? now) < KEY_WAIT_MS) return false;
    track.waitingForKey = false;
    return true;
  }

  #openUnit(track: InputTrack, now: number): void {
    track.out.meter.unit(now);
    const ring = this.#owner.feed.ring;
    if (track.unitOpen) this.#measure(track);
    track.unitOpen = true;
    track.unitFlags = 0;
    track.unitKeyNoted = false;
    track.unitChunk = ring.next;
    track.unitOffset = ring.position;
  }

  #measure(track: InputTrack): void {
    const step = timestampDistance(track.lastTimestamp, this.#header.timestamp);
    const out = track.out;
    if (track.isVideo) noteOrder(track, this.#header.timestamp, step);
    if (step < 0) {
      const behind = timestampDistance((this.#header.timestamp + track.timestampDelta) >>> 0, out.timestamp);
      if (track.anchored && behind > out.reorderTicks) out.reorderTicks = Math.min(behind, out.clockRate);
    } else if (step > 0 && step < out.clockRate * 10) {
      out.frameTicks = out.frameTicks === 0 ? step : out.frameTicks + (step - out.frameTicks) * INTERVAL_WEIGHT;
    }
  }

  /** Joins sequence restarts and timestamp jumps onto the outgoing timeline. */
  #followTimeline(track: InputTrack, now: number): void {
    const header = this.#header;
    const sequenceStep = sequenceDistance(track.lastSequence, header.sequence);
    const mediaMs = (timestampDistance(track.lastTimestamp, header.timestamp) * 1000) / track.out.clockRate;
    const elapsed = now - (track.lastAt ?? now);
    if (Math.abs(mediaMs - elapsed) > MAX_JUMP_MS) {
      this.#anchor(track, now);
    } else if (sequenceStep > MAX_DROPOUT || sequenceStep < -MAX_MISORDER) {
      track.sequenceDelta = (track.out.sequence + 1 - header.sequence) & 0xffff;
    } else if (sequenceStep > 1) {
      track.out.meter.lost += sequenceStep - 1;
    }
  }

  /** Lets the outgoing timeline run on from where it is, by the time that has passed. */
  #anchor(track: InputTrack, now: number): void {
    const header = this.#header;
    const out = track.out;
    track.anchored = true;
    track.sequenceDelta = (out.sequence + 1 - header.sequence) & 0xffff;
    const pausedMs = out.writtenAt === undefined ? 0 : now - out.writtenAt;
    const ticks = Math.max(1, Math.round((pausedMs * out.clockRate) / 1000));
    track.timestampDelta = (out.timestamp + ticks - header.timestamp) >>> 0;
    if (track.earlyReport !== undefined) this.#report(track, track.earlyReport);
    track.earlyReport = undefined;
  }

  #write(track: InputTrack, packet: { buffer: Buffer; range: ByteRange }, flags: number): void {
    const { out } = track;
    const { feed } = this.#owner;
    const header = this.#header;
    const timestamp = (header.timestamp + track.timestampDelta) >>> 0;
    const before = track.unitFlags;
    track.unitFlags |= flags;
    if (timestampDistance(out.timestamp, timestamp) > 0 || out.packets === 0) out.timestamp = timestamp;
    if (track.isVideo && (track.unitFlags & PacketFlag.Key) !== 0 && (before & PacketFlag.Key) === 0)
      this.#beginKeyUnit(track, timestamp);
    const fields = this.#fields;
    fields.marker = header.marker;
    fields.sequence = (header.sequence + track.sequenceDelta) & 0xffff;
    fields.timestamp = timestamp;
    this.#packet.buffer = packet.buffer;
    this.#packet.range = packet.range;
    const now = this.#owner.clock.now();
    if (!this.#ready && (track.isVideo || !this.#hasVideo)) this.#becomeReady();
    this.#owner.written(out, timestamp, now);
    feed.append(out, fields, this.#packet);
  }

  /** Parameter sets that the unit lacks go before its first key packet, with its timestamp and numbers of their own. */
  #beginKeyUnit(track: InputTrack, timestamp: number): void {
    const { feed } = this.#owner;
    const out = track.out;
    out.meter.key(this.#owner.clock.now());
    if ((track.unitFlags & PacketFlag.ParameterSets) === 0) {
      for (const payload of out.codec.parameterSetPayloads()) {
        const sequence = (this.#header.sequence + track.sequenceDelta) & 0xffff;
        track.sequenceDelta = (track.sequenceDelta + 1) & 0xffff;
        feed.appendPayload(out, { marker: false, sequence, timestamp }, payload);
      }
    }
    if (track.lastKey !== undefined) out.keyTicks = Math.max(0, timestampDistance(track.lastKey, timestamp));
    track.lastKey = timestamp;
    feed.ring.addKey({
      chunk: track.unitChunk,
      offset: track.unitOffset,
      timestamp,
      track: out.index,
      at: this.#owner.clock.now(),
    });
  }

  #becomeReady(): void {
    this.#ready = true;
    this.#owner.inputReady();
    for (const run of this.#readyCallbacks.splice(0)) run();
  }
}

/** Counts the units sent before this one that are shown after it. */
function noteOrder(track: InputTrack, timestamp: number, step: number): void {
  if (step < 0) {
    let later = 0;
    const known = Math.min(track.recentCount, REORDER_WINDOW);
    for (let i = 0; i < known; i += 1) if (timestampDistance(timestamp, track.recent[i] ?? 0) > 0) later += 1;
    // A clock set back makes everything seem later: that is no reordering.
    if (later > track.out.reorderDepth && later < known) track.out.reorderDepth = later;
  }
  track.recent[track.recentCount % REORDER_WINDOW] = timestamp;
  track.recentCount += 1;
}
