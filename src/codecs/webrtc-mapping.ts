/**
 * Agreement with browsers for codecs that play wherever their name is known: same name, clock rate and channels, and where
 * both sides say them, the same values of the parameters that decoders differ by.
 */
import type { RtpFormat, TrackCodec, WebRtcMapping } from "./codec.ts";
import { isSameCoding } from "./rtp-format.ts";

/** The mapping; `preferred` are parameters that had better be equal. */
export function sameNameWebRtc(preferred: readonly string[]): WebRtcMapping {
  return {
    rank: (offered: RtpFormat, track: TrackCodec | undefined): number => {
      if (track === undefined) return 1;
      if (!isSameCoding(offered, track.format)) return 0;
      return 1 + preferred.filter((key) => (offered.fmtp.get(key) ?? "0") === (track.format.fmtp.get(key) ?? "0")).length;
    },
  };
}
