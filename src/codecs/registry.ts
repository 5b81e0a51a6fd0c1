/**
 * Every codec, in the order they are asked. Adding one is a folder and a line here.
 */
import { aac } from "./aac/index.ts";
import type { Codec, RtpFormat, TrackCodec } from "./codec.ts";
import { g711 } from "./g711/index.ts";
import { generic, labelled } from "./generic/index.ts";
import { h264 } from "./h264/index.ts";
import { opus } from "./opus/index.ts";

/** All codecs; the last takes any format. */
export const codecs: readonly Codec[] = [h264, aac, opus, g711, ...labelled, generic];

/** The codec of `format` and a fresh track state. Never throws: a format nobody knows is passed through as `Generic`. */
export function openTrack(format: RtpFormat): { codec: Codec; track: TrackCodec } {
  const codec = codecs.find((candidate) => candidate.matches(format)) ?? generic;
  return { codec, track: codec.open(format) };
}
