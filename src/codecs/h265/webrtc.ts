/** H.265 with browsers that offer it (RFC 7798 §7.1): single stream mode; the same profile is preferred. */
import type { RtpFormat, TrackCodec, WebRtcMapping } from "../codec.ts";

/** See the head of this file. */
export const h265WebRtc: WebRtcMapping = { rank };

function rank(offered: RtpFormat, track: TrackCodec | undefined): number {
  const mode = offered.fmtp.get("tx-mode")?.toUpperCase() ?? "SRST";
  if (offered.encodingName !== "H265" || mode !== "SRST") return 0;
  if (track === undefined) return 1;
  const [, profile = "1"] = /profile-id=(\d+)/.exec(track.fmtp()) ?? [];
  return (offered.fmtp.get("profile-id") ?? "1") === profile ? 2 : 1;
}
