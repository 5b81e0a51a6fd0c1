/**
 * What a codec is to the rest of Sluice: a descriptor in the registry, and per track a small state machine that reads RTP
 * payloads as they pass (key units, parameter sets) without copying them. Depacketizers and packetizers are made only when
 * someone wants whole access units or other packet sizes.
 */

/** Kind of an SDP media section; anything else than audio and video is `application`. */
export type MediaKind = "video" | "audio" | "application";

/** One RTP payload type as SDP describes it (RFC 8866 §6.6). `fmtp` keys are lower-case, values as written. */
export interface RtpFormat {
  readonly kind: MediaKind;
  /** 0…127 */
  readonly payloadType: number;
  /** As written in rtpmap, upper-cased; from the static table (RFC 3551) where there is no rtpmap; "" when unknown. */
  readonly encodingName: string;
  /** Hz, > 0 */
  readonly clockRate: number;
  /** Audio channels; undefined where rtpmap doesn't say. */
  readonly channels: number | undefined;
  readonly fmtp: ReadonlyMap<string, string>;
}

/** What one RTP payload shows, as bits of a number so that the hot path allocates nothing. */
export const PacketFlag = {
  /** The access unit this packet belongs to is a key unit: decoding can start at it. */
  Key: 1,
  /** The packet carries a complete set of parameter sets, or the last missing one of this access unit. */
  ParameterSets: 2,
  /** Parameter sets differ from those known before: the SDP must be announced anew. */
  ParameterSetsChanged: 4,
  /** The payload can't be read; it is passed on, and counted. */
  Malformed: 8,
  /** The packet holds several access units. */
  SeveralUnits: 16,
} as const;

/** One coded picture or audio frame. `units` are NAL units, OBUs or frames, without start codes or length prefixes. */
export interface AccessUnit {
  /** RTP timestamp of the track's clock, 32 bit. */
  readonly timestamp: number;
  readonly type: "key" | "delta";
  /** Non-empty; the receiver owns the bytes. */
  readonly units: readonly Buffer[];
}

/** Outcome of feeding one packet to a depacketizer; the middle three are ordinary, not errors. */
export type DepacketizerResult =
  | { readonly kind: "access-units"; readonly accessUnits: readonly AccessUnit[] }
  | { readonly kind: "need-more" }
  | { readonly kind: "joined-mid-unit" }
  | { readonly kind: "damaged"; readonly reason: string };

/** RTP payloads → access units. After loss (`reset`) it waits for the next unit's beginning. */
export interface Depacketizer {
  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult;
  /** Forgets a half-built unit: a sequence gap was seen. */
  reset(): void;
}

/** One payload a packetizer made. */
export interface PacketizedPayload {
  readonly payload: Buffer;
  readonly marker: boolean;
  /** Ticks after the unit's timestamp; 0 but for long runs of audio samples, which are cut in time. */
  readonly timestampOffset: number;
}

/**
 * Access units → RTP payloads no longer than the limit it was made with. The last one of a unit carries the marker, but for
 * audio formats whose marker means the end of a silence. A unit the format can't carry gives no payloads.
 */
export interface Packetizer {
  packetize(unit: AccessUnit): readonly PacketizedPayload[];
}

/** Properties for `/v3/paths` `tracks2[].codecProps`; names as MediaMTX prints them (width, height, profile, level, sampleRate, channelCount…). */
export type CodecProps = Readonly<Record<string, string | number | boolean>>;

/** What a file of the ISO family (MP4, CMAF) says of a track. A new object where parameter sets changed. */
export interface IsobmffDescription {
  readonly sampleEntry: Buffer;
  /** As RFC 6381 names it: `avc1.64001f`. */
  readonly codecs: string;
  /** Pixels; 0 for audio. */
  readonly width: number;
  readonly height: number;
}

/** Access units → samples of ISO BMFF (MP4, CMAF), in order. */
export interface IsobmffMapping {
  /** Undefined until the units have shown it. */
  readonly description: IsobmffDescription | undefined;
  /** The sample's bytes in pieces; none where the unit is nothing but parameter sets. May renew `description` at key units. */
  sample(unit: AccessUnit): readonly Buffer[];
}

/** Access units → payloads of PES packets in MPEG-TS (ISO/IEC 13818-1), in order. */
export interface MpegtsMapping {
  /** Table 2-34. */
  readonly streamType: number;
  /** Table 2-22. */
  readonly streamId: number;
  /** Descriptors of the stream in the program map. */
  readonly descriptors: Buffer;
  /** As RFC 6381 names it; undefined until the units have shown it. */
  readonly codecs: string | undefined;
  /** Goes up when parameter sets change; 0 while something is missing to decode. */
  readonly version: number;
  /** The payload's bytes in pieces; none where the unit can't be carried. */
  payload(unit: AccessUnit): readonly Buffer[];
}

/** One track's codec state. Everything is tolerant: broken parameters make it know less, never throw. */
export interface TrackCodec {
  readonly format: RtpFormat;
  /** Reads the payload `[start, end)` as it passes. `firstOfUnit` is true for the first packet of an access unit. Returns `PacketFlag` bits. Must not keep the buffer. */
  inspect(buffer: Buffer, range: PayloadRange): number;
  /** RTP payloads to insert before a key unit that carries no parameter sets of its own; empty when none are needed or known. */
  parameterSetPayloads(): readonly Buffer[];
  /** fmtp line for the SDP we offer (without `a=fmtp:N `), kept up to date with in-band parameter sets; "" for none. */
  fmtp(): string;
  props(): CodecProps;
  /** Pictures per second that the parameter sets promise; undefined where they don't say. */
  declaredFrameRate?(): number | undefined;
  /** Undefined for formats that are passed through as they are. */
  depacketizer(): Depacketizer | undefined;
  /** Undefined where packets of this format can't be cut differently. `maxPayloadBytes` ≥ 100. */
  packetizer(maxPayloadBytes: number): Packetizer | undefined;
  /** How the track goes into ISO BMFF; absent or undefined where it can't. */
  isobmff?(): IsobmffMapping | undefined;
  /** How the track goes into MPEG-TS; absent or undefined where it can't. */
  mpegts?(): MpegtsMapping | undefined;
  /** Whether a track with `other` can go on with readers of this one (same coding; parameter sets may differ). */
  compatibleWith(other: RtpFormat): boolean;
}

/** Where in the buffer a payload lies, and whether its packet opens an access unit. Reused between calls. */
export interface PayloadRange {
  start: number;
  end: number;
  firstOfUnit: boolean;
}

/** How a codec is agreed on with browsers (RFC 8829): they offer formats, we choose one. */
export interface WebRtcMapping {
  /**
   * How well a browser that offers `offered` plays this track: 0 not at all, more is better. Without a track: whether we would
   * take it from a browser.
   */
  rank(offered: RtpFormat, track: TrackCodec | undefined): number;
}

/** A codec's registry entry. */
export interface Codec {
  /** Label as MediaMTX prints it: `H264`, `MPEG-4 Audio`, `M-JPEG`, `G711`, `Generic`… */
  readonly name: string;
  readonly kind: MediaKind;
  /** Whether `format` is this codec. The registry asks in order; `Generic` comes last and takes all. */
  matches(format: RtpFormat): boolean;
  open(format: RtpFormat): TrackCodec;
  /** Absent where WebRTC doesn't carry the codec. */
  readonly webrtc?: WebRtcMapping;
}
