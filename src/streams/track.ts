/**
 * A track of a stream: what it is (codec, format) and the state of its outgoing packets, which outlives the source that
 * feeds it: SSRC, payload type and the run of sequence numbers and timestamps belong to the stream.
 */
import { TrackMeter } from "./track-meter.ts";
import type { Codec, CodecProps, MediaKind, TrackCodec } from "#codecs/codec.ts";

/** First dynamic payload type (RFC 3551 §6). */
const FIRST_DYNAMIC_PAYLOAD_TYPE = 96;

/** A codec opened for one RTP format, as `codecs/registry` makes it. */
export interface OpenTrack {
  readonly codec: Codec;
  readonly track: TrackCodec;
}

/** What readers may know of a track. */
export interface TrackView {
  readonly index: number;
  /** Codec label as MediaMTX prints it. */
  readonly name: string;
  readonly kind: MediaKind;
  readonly payloadType: number;
  readonly ssrc: number;
  readonly clockRate: number;
  readonly channels: number | undefined;
  readonly encodingName: string;
  fmtp(): string;
  props(): CodecProps;
}

/** A track with its outgoing state. */
export class Track implements TrackView {
  readonly index: number;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly clockRate: number;
  /** Interleaved channel of its RTP; RTCP is the next one. */
  readonly channel: number;
  /** Last sequence number written, 0…65535. */
  sequence: number;
  /** Newest timestamp written (the largest, so B-frames don't take it back). */
  timestamp: number;
  /** Monotonic ms of the last packet written; undefined before the first. */
  writtenAt: number | undefined;
  /** How far timestamps have ever gone back in decoding order, ticks: 0 without B-frames. */
  reorderTicks = 0;
  /** How many units that come later in time have ever been sent before one: 0 without B-frames. */
  reorderDepth = 0;
  /** A packet has held several access units. */
  severalUnits = false;
  /** Ticks between access units, smoothed; 0 until measured. */
  frameTicks = 0;
  /** Ticks between the newest two key units; 0 until there were two. */
  keyTicks = 0;
  packets = 0;
  octets = 0;
  /** What its sources send. */
  readonly meter = new TrackMeter();
  #open: OpenTrack;

  constructor(open: OpenTrack, options: { index: number; ssrc: number; sequence: number; timestamp: number }) {
    this.#open = open;
    this.index = options.index;
    this.channel = options.index * 2;
    this.ssrc = options.ssrc;
    this.sequence = options.sequence;
    this.timestamp = options.timestamp;
    this.clockRate = open.track.format.clockRate;
    const offered = open.track.format.payloadType;
    this.payloadType = offered < FIRST_DYNAMIC_PAYLOAD_TYPE ? offered : FIRST_DYNAMIC_PAYLOAD_TYPE + options.index;
  }

  /** Codec and codec state of the current source. */
  get open(): OpenTrack {
    return this.#open;
  }

  /** The codec state fed by the current source. */
  get codec(): TrackCodec {
    return this.#open.track;
  }

  get name(): string {
    return this.#open.codec.name;
  }

  get kind(): MediaKind {
    return this.#open.track.format.kind;
  }

  get channels(): number | undefined {
    return this.#open.track.format.channels;
  }

  get encodingName(): string {
    return this.#open.track.format.encodingName;
  }

  fmtp(): string {
    return this.#open.track.fmtp();
  }

  props(): CodecProps {
    return this.#open.track.props();
  }

  /** A track with the same identity and its own run of sequence numbers, going on from here: for other packet sizes. */
  fork(): Track {
    const { index, ssrc, sequence, timestamp } = this;
    const fork = new Track(this.#open, { index, ssrc, sequence, timestamp });
    fork.reorderTicks = this.reorderTicks;
    fork.reorderDepth = this.reorderDepth;
    fork.keyTicks = this.keyTicks;
    fork.frameTicks = this.frameTicks;
    fork.writtenAt = this.writtenAt;
    return fork;
  }

  /** Whether readers of this track can go on with `other`. */
  continuesWith(other: OpenTrack): boolean {
    return (
      other.codec === this.#open.codec &&
      other.track.format.clockRate === this.clockRate &&
      this.#open.track.compatibleWith(other.track.format)
    );
  }

  /** A new source feeds the track. */
  replaceSource(open: OpenTrack): void {
    this.#open = open;
    this.meter.sourceReplaced();
  }
}
