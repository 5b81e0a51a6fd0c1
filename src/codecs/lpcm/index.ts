/** Linear PCM, big-endian: L8 and L16 (RFC 3551 §4.5.10, §4.5.11), L24 (RFC 3190 §4). */
import type { Codec, RtpFormat, TrackCodec } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { channelsOf, isEncoding } from "../rtp-format.ts";
import { sampleAudio } from "../sample-audio.ts";
import { sameNameWebRtc } from "../webrtc-mapping.ts";

const BIT_DEPTHS: Readonly<Record<string, number>> = { L8: 8, L16: 16, L24: 24 };

/** Registry entry. */
export const lpcm: Codec = {
  name: "LPCM",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", Object.keys(BIT_DEPTHS)),
  open,
  webrtc: sameNameWebRtc([]),
};

function open(format: RtpFormat): TrackCodec {
  const bitDepth = BIT_DEPTHS[format.encodingName.toUpperCase()] ?? 16;
  const channelCount = channelsOf(format);
  return new PlainTrack(format, {
    props: { bitDepth, sampleRate: format.clockRate, channelCount },
    ...sampleAudio({ groupBytes: (bitDepth / 8) * channelCount, groupTicks: 1 }),
  });
}
