/** Tracks of the hub → what an HLS segment carries: the first picture and the first sound that the container can hold. */
import type { Stream } from "#streams/stream.ts";
import type { Container } from "./muxer/container.ts";
import { Fmp4Container } from "./muxer/fmp4.ts";

/** A container for `stream`; undefined when nothing of it can be carried. */
export function openContainer(stream: Stream, variant: "lowLatency" | "fmp4" | "mpegts"): Container | undefined {
  void variant;
  const container = new Fmp4Container(stream.tracks);
  return container.tracks.length > 0 ? container : undefined;
}
