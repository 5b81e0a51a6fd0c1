/** MPEG-4 audio (AAC): RTP by RFC 3640 (mpeg4-generic) and RFC 6416 (MP4A-LATM). */
import type { Codec } from "../codec.ts";
import { isEncoding } from "../rtp-format.ts";
import { openLatm } from "./latm-track.ts";
import { AacTrack } from "./track.ts";

/** Registry entry of mpeg4-generic. */
export const aac: Codec = {
  name: "MPEG-4 Audio",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", ["MPEG4-GENERIC"]),
  open: (format) => new AacTrack(format),
};

/** Registry entry of LATM. */
export const aacLatm: Codec = {
  name: "MPEG-4 Audio LATM",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", ["MP4A-LATM"]),
  open: openLatm,
};
