/**
 * H.264 with browsers (RFC 7742 §6.2): packetization mode 1, and the profile that fits the stream best. Browsers decode more
 * than they offer, so another profile is better than no picture.
 */
import type { RtpFormat, TrackCodec, WebRtcMapping } from "../codec.ts";
import { fmtpHex } from "../rtp-format.ts";

/** profile_idc of the profiles, each able to decode those before it (H.264 §A.2). */
const PROFILES = [66, 77, 100];
const BASELINE = 66;

/** See the head of this file. */
export const h264WebRtc: WebRtcMapping = { rank };

function rank(offered: RtpFormat, track: TrackCodec | undefined): number {
  if (offered.encodingName !== "H264" || offered.fmtp.get("packetization-mode")?.trim() !== "1") return 0;
  if (track === undefined) return 1;
  const wanted = profileOf(track.fmtp());
  const given = fmtpHex(offered, "profile-level-id")?.[0] ?? BASELINE;
  if (given === wanted) return 3;
  return PROFILES.indexOf(given) > PROFILES.indexOf(wanted) ? 2 : 1;
}

function profileOf(fmtp: string): number {
  const [, hex] = /profile-level-id=([0-9a-f]{2})/i.exec(fmtp) ?? [];
  return hex === undefined ? BASELINE : Number.parseInt(hex, 16);
}
