/** G.726: RTP by RFC 3551 §4.5.4, in both bit orders; the name tells kbit/s. */
import type { Codec } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { isEncoding } from "../rtp-format.ts";
import type { SampleLayout } from "../sample-audio.ts";
import { sampleAudio } from "../sample-audio.ts";

/** Bytes that hold whole samples of 2, 3, 4 and 5 bits. */
const LAYOUTS: Readonly<Record<string, SampleLayout>> = {
  "16": { groupBytes: 1, groupTicks: 4 },
  "24": { groupBytes: 3, groupTicks: 8 },
  "32": { groupBytes: 1, groupTicks: 2 },
  "40": { groupBytes: 5, groupTicks: 8 },
};
const NAMES = Object.keys(LAYOUTS).flatMap((rate) => [`G726-${rate}`, `AAL2-G726-${rate}`]);

/** Registry entry. */
export const g726: Codec = {
  name: "G726",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", NAMES),
  open: (format) => {
    const layout = LAYOUTS[format.encodingName.slice(-2)];
    return new PlainTrack(format, layout === undefined ? {} : sampleAudio(layout));
  },
};
