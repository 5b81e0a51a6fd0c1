/** G.711 µ-law and A-law: RTP by RFC 3551 §4.5.14, payload types 0 and 8; other rates and channel counts on dynamic types. */
import type { Codec, RtpFormat, TrackCodec } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { channelsOf, isEncoding } from "../rtp-format.ts";
import { sampleAudio } from "../sample-audio.ts";
import { sameNameWebRtc } from "../webrtc-mapping.ts";

/** Registry entry. */
export const g711: Codec = {
  name: "G711",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", ["PCMU", "PCMA"]),
  open,
  webrtc: sameNameWebRtc([]),
};

function open(format: RtpFormat): TrackCodec {
  const channels = channelsOf(format);
  const muLaw = format.encodingName.toUpperCase() === "PCMU";
  return new PlainTrack(format, {
    props: { muLaw, sampleRate: format.clockRate, channelCount: channels },
    ...sampleAudio({ groupBytes: channels, groupTicks: 1 }),
  });
}
