/** Fragmented MP4 (CMAF) as HLS carries it: all tracks in one file, a fragment per part. */
import type { IsobmffMapping } from "#codecs/codec.ts";
import { printFragmentHead } from "#formats/isobmff/fragment.ts";
import { printInitSegment } from "#formats/isobmff/init-segment.ts";
import type { Track } from "#streams/track.ts";
import type { StreamUnit } from "#streams/units/unit.ts";
import type { CarriedTrack, Container, Sample } from "./container.ts";

class Fmp4Track implements CarriedTrack {
  readonly index: number;
  readonly kind: "video" | "audio";
  readonly clockRate: number;
  readonly mapping: IsobmffMapping;

  constructor(track: Track, kind: "video" | "audio", mapping: IsobmffMapping) {
    this.index = track.index;
    this.kind = kind;
    this.clockRate = track.clockRate;
    this.mapping = mapping;
  }

  get form(): unknown {
    return this.mapping.description;
  }

  get codecs(): string | undefined {
    return this.mapping.description?.codecs;
  }

  get width(): number {
    return this.mapping.description?.width ?? 0;
  }

  get height(): number {
    return this.mapping.description?.height ?? 0;
  }

  convert(unit: StreamUnit): readonly Buffer[] {
    return this.mapping.sample(unit);
  }
}

/** See the head of this file. */
export class Fmp4Container implements Container {
  readonly extension = "mp4";
  readonly tracks: readonly CarriedTrack[];
  readonly #tracks: readonly Fmp4Track[];
  #sequence = 0;

  /** Carries what it can of `tracks`, in their order. */
  constructor(tracks: readonly Track[]) {
    this.#tracks = tracks.flatMap((track) => {
      const mapping = track.codec.isobmff?.();
      return mapping === undefined || track.kind === "application" ? [] : [new Fmp4Track(track, track.kind, mapping)];
    });
    this.tracks = this.#tracks;
  }

  init(): Buffer | undefined {
    const known = this.#tracks.flatMap(({ kind, clockRate: timescale, mapping }, index) => {
      const { description } = mapping;
      if (description === undefined) return [];
      const { sampleEntry, width, height } = description;
      return [{ id: index + 1, kind, timescale, sampleEntry, width, height }];
    });
    return known.length === this.#tracks.length ? printInitSegment(known) : undefined;
  }

  fragment(samples: readonly (readonly Sample[])[]): Buffer[] {
    this.#sequence += 1;
    const head = printFragmentHead(
      this.#sequence,
      samples.map((track, index) => ({
        id: index + 1,
        baseTime: track[0]?.dts ?? 0,
        samples: track.map(({ duration, bytes, type, pts, dts }) => ({ duration, bytes, type, compositionOffset: pts - dts })),
      })),
    );
    return [head, ...samples.flatMap((track) => track.flatMap((sample) => sample.pieces))];
  }
}
