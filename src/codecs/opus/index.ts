/** Opus: RTP by RFC 7587; more than two channels as `multiopus`. */
import type { Codec, RtpFormat } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { channelsOf, isEncoding } from "../rtp-format.ts";
import { wholeFrames } from "../whole-frames.ts";
import { sameNameWebRtc } from "../webrtc-mapping.ts";
import { OpusIsobmff } from "./isobmff.ts";
import { OpusMpegts } from "./mpegts.ts";

/** Registry entry. */
export const opus: Codec = {
  name: "Opus",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", ["OPUS", "MULTIOPUS"]),
  webrtc: sameNameWebRtc([]),
  open: (format) =>
    new PlainTrack(format, { props: { channelCount: channelCount(format) }, ...wholeFrames, ...containers(format) }),
};

/** rtpmap always says two channels (RFC 7587 §7); whether the second is used is told by `sprop-stereo`. */
function channelCount(format: RtpFormat): number {
  if (format.encodingName.toUpperCase() === "MULTIOPUS") return channelsOf(format);
  return format.fmtp.get("sprop-stereo") === "1" ? 2 : 1;
}

/** Any packet can be decoded to two channels; more of them would need the mapping of `multiopus`, which isn't read. */
function containers(format: RtpFormat) {
  if (format.encodingName.toUpperCase() !== "OPUS") return {};
  const channels = Math.min(2, channelsOf(format));
  return { isobmff: () => new OpusIsobmff(channels), mpegts: () => new OpusMpegts(channels) };
}
