/** VP8: RTP by RFC 7741. */
import type { Codec, PayloadRange } from "../codec.ts";
import { PacketFlag } from "../codec.ts";
import { FrameDepacketizer } from "../frame-depacketizer.ts";
import { isEncoding } from "../rtp-format.ts";
import type { SelfContainedVideo } from "../self-contained-video.ts";
import { SelfContainedVideoTrack } from "../self-contained-video.ts";
import { descriptorBytes, frameBeginning, readPayload, Vp8Packetizer } from "./rtp.ts";
import { sameNameWebRtc } from "../webrtc-mapping.ts";

const coding: SelfContainedVideo = {
  inspect,
  depacketizer: () => new FrameDepacketizer(readPayload),
  packetizer: (maxPayloadBytes) => new Vp8Packetizer(maxPayloadBytes),
};

/** Registry entry. */
export const vp8: Codec = {
  name: "VP8",
  kind: "video",
  matches: (format) => isEncoding(format, "video", ["VP8"]),
  open: (format) => new SelfContainedVideoTrack(format, coding),
  webrtc: sameNameWebRtc([]),
};

function inspect(buffer: Buffer, range: PayloadRange): number {
  const descriptor = descriptorBytes(buffer, range.start, range.end);
  if (descriptor === 0) return PacketFlag.Malformed;
  return frameBeginning(buffer, range.start, descriptor) === "key" ? PacketFlag.Key : 0;
}
