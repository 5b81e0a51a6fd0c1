/** One VP9 track: its profile comes from SDP or from the first key frame. */
import type { PayloadRange, RtpFormat } from "../codec.ts";
import { PacketFlag } from "../codec.ts";
import { FrameDepacketizer } from "../frame-depacketizer.ts";
import { fmtpInteger } from "../rtp-format.ts";
import { SelfContainedVideoTrack } from "../self-contained-video.ts";
import { Vp9Isobmff } from "./isobmff.ts";
import { descriptorBytes, frameBeginning, profileOf, readPayload, Vp9Packetizer } from "./rtp.ts";

/** Opens a track of `format`. */
export function openVp9(format: RtpFormat): SelfContainedVideoTrack {
  let profile = fmtpInteger(format, "profile-id") ?? 0;

  const inspect = (buffer: Buffer, range: PayloadRange): number => {
    const descriptor = descriptorBytes(buffer, range.start, range.end);
    if (descriptor === 0) return PacketFlag.Malformed;
    if (frameBeginning(buffer, range.start, descriptor) !== "key") return 0;
    const seen = profileOf(buffer[range.start + descriptor] ?? 0);
    if (seen === profile) return PacketFlag.Key;
    profile = seen;
    return PacketFlag.Key | PacketFlag.ParameterSetsChanged;
  };

  return new SelfContainedVideoTrack(format, {
    inspect,
    depacketizer: () => new FrameDepacketizer(readPayload),
    packetizer: (maxPayloadBytes) => new Vp9Packetizer(maxPayloadBytes),
    isobmff: () => new Vp9Isobmff(),
    props: () => ({ profile }),
    fmtp: () => (profile > 0 || format.fmtp.has("profile-id") ? { "profile-id": String(profile) } : {}),
  });
}
