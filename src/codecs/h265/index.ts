/** H.265 / HEVC: RTP by RFC 7798. */
import type { Codec } from "../codec.ts";
import { isEncoding } from "../rtp-format.ts";
import { H265Track } from "./track.ts";
import { h265WebRtc } from "./webrtc.ts";

/** Registry entry. */
export const h265: Codec = {
  name: "H265",
  kind: "video",
  matches: (format) => isEncoding(format, "video", ["H265"]),
  open: (format) => new H265Track(format),
  webrtc: h265WebRtc,
};
