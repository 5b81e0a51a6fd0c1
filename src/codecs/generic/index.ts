/**
 * Everything Sluice has no codec for, ONVIF metadata included: passed through packet by packet, fmtp and all. The labels are
 * those MediaMTX gives to formats it knows and we only carry.
 */
import type { Codec, MediaKind } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { isEncoding } from "../rtp-format.ts";

/** Formats carried as they are, under a name of their own. */
export const labelled: readonly Codec[] = [
  carried("MPEG-4 Video", "video", ["MP4V-ES"]),
  carried("MPEG-1/2 Video", "video", ["MPV"]),
  carried("MPEG-TS", "video", ["MP2T"]),
  carried("FLAC", "audio", ["FLAC"]),
  carried("Vorbis", "audio", ["VORBIS"]),
  carried("Speex", "audio", ["SPEEX"]),
  carried("KLV", "application", ["SMPTE336M"]),
];

/** The last registry entry: takes all. */
export const generic: Codec = {
  name: "Generic",
  kind: "application",
  matches: () => true,
  open: (format) => new PlainTrack(format),
};

function carried(name: string, kind: MediaKind, encodings: readonly string[]): Codec {
  return {
    name,
    kind,
    matches: (format) => isEncoding(format, kind, encodings),
    open: (format) => new PlainTrack(format),
  };
}
