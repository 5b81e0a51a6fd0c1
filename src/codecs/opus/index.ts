/** Opus: RTP by RFC 7587; more than two channels as `multiopus`. */
import type { Codec, RtpFormat } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { channelsOf, isEncoding } from "../rtp-format.ts";
import { wholeFrames } from "../whole-frames.ts";
import { sameNameWebRtc } from "../webrtc-mapping.ts";

/** Registry entry. */
export const opus: Codec = {
  name: "Opus",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", ["OPUS", "MULTIOPUS"]),
  open: (format) => new PlainTrack(format, { props: { channelCount: channelCount(format) }, ...wholeFrames }),
  webrtc: sameNameWebRtc([]),
};

/** rtpmap always says two channels (RFC 7587 §7); whether the second is used is told by `sprop-stereo`. */
function channelCount(format: RtpFormat): number {
  if (format.encodingName.toUpperCase() === "MULTIOPUS") return channelsOf(format);
  return format.fmtp.get("sprop-stereo") === "1" ? 2 : 1;
}
