/** What segments are made of: fragmented MP4 or MPEG-TS, seen alike by the segmenter. */
import type { MediaKind } from "#codecs/codec.ts";
import type { StreamUnit } from "#streams/units/unit.ts";

/** A unit on its way into a segment; times in the track's ticks. */
export interface Sample {
  readonly pts: number;
  readonly dts: number;
  readonly duration: number;
  readonly type: "key" | "delta";
  readonly pieces: readonly Buffer[];
  readonly bytes: number;
}

/** A track of the stream that the container carries. */
export interface CarriedTrack {
  /** Index in the stream. */
  readonly index: number;
  readonly kind: MediaKind;
  readonly clockRate: number;
  /** Changes (by identity) when players must start their decoder anew; undefined while nothing can be decoded. */
  readonly form: unknown;
  /** As RFC 6381 names it. */
  readonly codecs: string | undefined;
  /** Pixels; 0 for audio and where unknown. */
  readonly width: number;
  readonly height: number;
  /** The unit as the container holds it; none where there is nothing to hold. */
  convert(unit: StreamUnit): readonly Buffer[];
}

/** A way of packing segments. */
export interface Container {
  /** Of segments' names. */
  readonly extension: "mp4" | "ts";
  /** The one that decides where segments end comes first. Empty when nothing of the stream can be carried. */
  readonly tracks: readonly CarriedTrack[];
  /** The initialization segment as of now; undefined where there is none. */
  init(): Buffer | undefined;
  /** Packs samples, a list per track; the first fragment of a segment may need more around it. */
  fragment(samples: readonly (readonly Sample[])[], place: "begins-segment" | "goes-on"): Buffer[];
}
