/** AV1: RTP by the Alliance for Open Media's payload format, version 1.0. */
import type { Codec } from "../codec.ts";
import { isEncoding } from "../rtp-format.ts";
import { openAv1 } from "./track.ts";
import { sameNameWebRtc } from "../webrtc-mapping.ts";

/** Registry entry. */
export const av1: Codec = {
  name: "AV1",
  kind: "video",
  matches: (format) => isEncoding(format, "video", ["AV1"]),
  open: openAv1,
  webrtc: sameNameWebRtc([]),
};
