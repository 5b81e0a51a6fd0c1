/** Motion JPEG: RTP by RFC 2435, payload type 26. */
import type { Codec, RtpFormat, TrackCodec } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { isEncoding } from "../rtp-format.ts";
import { HEADER_BYTES, JpegDepacketizer, JpegPacketizer } from "./rtp.ts";

const MAX_SIDE = 16_384;

/** Registry entry. */
export const mjpeg: Codec = {
  name: "M-JPEG",
  kind: "video",
  matches: (format) => isEncoding(format, "video", ["JPEG"]),
  open,
};

function open(format: RtpFormat): TrackCodec {
  return new PlainTrack(format, {
    headerBytes: HEADER_BYTES,
    depacketizer: () => new JpegDepacketizer(sizeOf(format)),
    packetizer: (maxPayloadBytes) => new JpegPacketizer(maxPayloadBytes),
  });
}

/** Picture size from `x-dimensions=W,H`, which cameras beyond 2040 pixels add; 0 where it is missing. */
function sizeOf(format: RtpFormat): { width: number; height: number } {
  const [width = 0, height = 0] = (format.fmtp.get("x-dimensions") ?? "").split(",", 2).map(Number);
  const isSize = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  return isSize && width <= MAX_SIDE && height <= MAX_SIDE ? { width, height } : { width: 0, height: 0 };
}
