/** Tracks of the hub → what an HLS segment carries: the first picture and the first sound that the container can hold. */
import type { Stream } from "#streams/stream.ts";
import type { Track } from "#streams/track.ts";
import type { Container } from "./muxer/container.ts";
import { Fmp4Container } from "./muxer/fmp4.ts";
import { MpegtsContainer } from "./muxer/mpegts.ts";

/** A container for `stream`; undefined when nothing of it can be carried. */
export function openContainer(stream: Stream, variant: "lowLatency" | "fmp4" | "mpegts"): Container | undefined {
  const make = variant === "mpegts" ? openMpegts : openFmp4;
  // A track with the lowest index of its kind; sound must be known beforehand, pictures show what they are.
  const picture = stream.tracks.find((track) => track.kind === "video" && make([track]).tracks.length > 0);
  const sound = stream.tracks.find((track) => track.kind === "audio" && make([track]).tracks[0]?.form !== undefined);
  const chosen = [picture, sound].filter((track) => track !== undefined);
  return chosen.length === 0 ? undefined : make(chosen);
}

function openFmp4(tracks: readonly Track[]): Container {
  return new Fmp4Container(tracks);
}

function openMpegts(tracks: readonly Track[]): Container {
  return new MpegtsContainer(tracks);
}
