/** MPEG-TS as HLS carries it (RFC 8216 §3.2): tables at the beginning of each segment, one PES packet per unit, in order of time. */
import type { MpegtsMapping } from "#codecs/codec.ts";
import { TransportPackets } from "#formats/mpegts/packets.ts";
import { FIRST_STREAM_PID, MAP_PID, printAssociation, printMap } from "#formats/mpegts/tables.ts";
import type { Track } from "#streams/track.ts";
import type { StreamUnit } from "#streams/units/unit.ts";
import type { CarriedTrack, Container, Sample } from "./container.ts";

const ASSOCIATION_PID = 0;
const CLOCK_RATE = 90_000;
/** The clock runs this far before the units, so that a decoder has time: 0.1 s. */
const CLOCK_LEAD = 9000;

class MpegtsTrack implements CarriedTrack {
  readonly index: number;
  readonly kind: "video" | "audio";
  readonly clockRate: number;
  readonly mapping: MpegtsMapping;
  readonly #track: Track;

  constructor(track: Track, kind: "video" | "audio", mapping: MpegtsMapping) {
    this.#track = track;
    this.index = track.index;
    this.kind = kind;
    this.clockRate = track.clockRate;
    this.mapping = mapping;
  }

  get form(): unknown {
    return this.mapping.version === 0 ? undefined : this.mapping.version;
  }

  get codecs(): string | undefined {
    return this.mapping.codecs;
  }

  get width(): number {
    return Number(this.#track.props()["width"] ?? 0);
  }

  get height(): number {
    return Number(this.#track.props()["height"] ?? 0);
  }

  convert(unit: StreamUnit): readonly Buffer[] {
    return this.mapping.payload(unit);
  }
}

/** See the head of this file. */
export class MpegtsContainer implements Container {
  readonly extension = "ts";
  readonly tracks: readonly CarriedTrack[];
  readonly #tracks: readonly MpegtsTrack[];
  readonly #packets = new TransportPackets();
  readonly #map: Buffer;

  /** Carries what it can of `tracks`, in their order. */
  constructor(tracks: readonly Track[]) {
    this.#tracks = tracks.flatMap((track) => {
      const mapping = track.codec.mpegts?.();
      return mapping === undefined || track.kind === "application" ? [] : [new MpegtsTrack(track, track.kind, mapping)];
    });
    this.tracks = this.#tracks;
    this.#map = printMap(this.#tracks.map(({ mapping }) => mapping));
  }

  /** Tables travel in the segments. */
  init(): undefined {
    return undefined;
  }

  fragment(samples: readonly (readonly Sample[])[], place: "begins-segment" | "goes-on"): Buffer[] {
    const out: Buffer[] = [];
    if (place === "begins-segment") {
      out.push(this.#packets.table(ASSOCIATION_PID, printAssociation()), this.#packets.table(MAP_PID, this.#map));
    }
    const all = samples.flatMap((track, position) => {
      const scale = CLOCK_RATE / (this.#tracks[position]?.clockRate ?? CLOCK_RATE);
      return track.map((sample) => ({ sample, position, pts: sample.pts * scale, dts: sample.dts * scale }));
    });
    all.sort((one, other) => one.dts - other.dts);
    for (const { sample, position, pts, dts } of all) {
      out.push(
        this.#packets.pes({
          pid: FIRST_STREAM_PID + position,
          streamId: this.#tracks[position]?.mapping.streamId ?? 0,
          pts,
          dts,
          type: sample.type,
          clock: position === 0 ? dts - CLOCK_LEAD : undefined,
          payload: sample.pieces,
        }),
      );
    }
    return out;
  }
}
