/**
 * Every codec, in the order they are asked. Adding one is a folder and a line here.
 */
import { aac, aacLatm } from "./aac/index.ts";
import { ac3 } from "./ac3/index.ts";
import { av1 } from "./av1/index.ts";
import type { Codec, RtpFormat, TrackCodec } from "./codec.ts";
import { g711 } from "./g711/index.ts";
import { g722 } from "./g722/index.ts";
import { g726 } from "./g726/index.ts";
import { generic, labelled } from "./generic/index.ts";
import { h264 } from "./h264/index.ts";
import { h265 } from "./h265/index.ts";
import { lpcm } from "./lpcm/index.ts";
import { mjpeg } from "./mjpeg/index.ts";
import { mp3 } from "./mp3/index.ts";
import { opus } from "./opus/index.ts";
import { vp8 } from "./vp8/index.ts";
import { vp9 } from "./vp9/index.ts";

const videoCodecs = [h264, h265, av1, vp8, vp9, mjpeg];
const audioCodecs = [aac, aacLatm, opus, g711, g722, g726, lpcm, mp3, ac3];

/** All codecs; the last takes any format. */
export const codecs: readonly Codec[] = [...videoCodecs, ...audioCodecs, ...labelled, generic];

/** The codec of `format` and a fresh track state. Never throws: a format nobody knows is passed through as `Generic`. */
export function openTrack(format: RtpFormat): { codec: Codec; track: TrackCodec } {
  const codec = codecs.find((candidate) => candidate.matches(format)) ?? generic;
  return { codec, track: codec.open(format) };
}
