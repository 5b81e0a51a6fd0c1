/** AC-3: RTP by RFC 4184. */
import type { Codec, RtpFormat, TrackCodec } from "../codec.ts";
import { framedAudio } from "../framed-audio.ts";
import { PlainTrack } from "../plain-track.ts";
import { isEncoding } from "../rtp-format.ts";
import { ac3Payloads } from "./rtp.ts";

/** Channels where rtpmap doesn't tell: 5.1 (RFC 4184 §5.1). */
const DEFAULT_CHANNELS = 6;

/** Registry entry. */
export const ac3: Codec = {
  name: "AC3",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", ["AC3"]),
  open,
};

function open(format: RtpFormat): TrackCodec {
  return new PlainTrack(format, {
    props: { sampleRate: format.clockRate, channelCount: format.channels ?? DEFAULT_CHANNELS },
    ...framedAudio(ac3Payloads(format.clockRate)),
  });
}
