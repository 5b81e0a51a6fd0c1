/** H.264 / AVC: RTP by RFC 6184 (single NAL unit and non-interleaved modes). */
import type { Codec } from "../codec.ts";
import { isEncoding } from "../rtp-format.ts";
import { H264Track } from "./track.ts";
import { h264WebRtc } from "./webrtc.ts";

/** Registry entry. */
export const h264: Codec = {
  name: "H264",
  kind: "video",
  matches: (format) => isEncoding(format, "video", ["H264"]),
  open: (format) => new H264Track(format),
  webrtc: h264WebRtc,
};
