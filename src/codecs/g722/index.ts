/** G.722: RTP by RFC 3551 §4.5.2. The clock is 8000 Hz by an old mistake, so one byte (two samples at 16 kHz) is one tick. */
import type { Codec } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { channelsOf, isEncoding } from "../rtp-format.ts";
import { sampleAudio } from "../sample-audio.ts";
import { sameNameWebRtc } from "../webrtc-mapping.ts";

/** Registry entry. */
export const g722: Codec = {
  name: "G722",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", ["G722"]),
  open: (format) => new PlainTrack(format, sampleAudio({ groupBytes: channelsOf(format), groupTicks: 1 })),
  webrtc: sameNameWebRtc([]),
};
