/** VP9: RTP by RFC 9628. */
import type { Codec } from "../codec.ts";
import { isEncoding } from "../rtp-format.ts";
import { openVp9 } from "./track.ts";
import { sameNameWebRtc } from "../webrtc-mapping.ts";

/** Registry entry. */
export const vp9: Codec = {
  name: "VP9",
  kind: "video",
  matches: (format) => isEncoding(format, "video", ["VP9"]),
  open: openVp9,
  webrtc: sameNameWebRtc(["profile-id"]),
};
