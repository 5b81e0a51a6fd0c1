/** MPEG-1/2 audio, MP3 among it: RTP by RFC 2250 §3.5 (MPA, payload type 14, 90 kHz). `mpa-robust` (RFC 5219) is not read. */
import type { Codec } from "../codec.ts";
import type { FramedAudio } from "../framed-audio.ts";
import { framedAudio } from "../framed-audio.ts";
import { PlainTrack } from "../plain-track.ts";
import { isEncoding } from "../rtp-format.ts";
import { readFrameHeader } from "./bitstream.ts";

const CLOCK_RATE = 90_000;

/** Payload header: 16 zero bits, 16 bits of offset within the frame. */
const payloads: FramedAudio = {
  headerBytes: 4,
  place: (payload) => {
    const offset = payload.readUInt16BE(2);
    return offset === 0 ? { kind: "begins" } : { kind: "goes-on", offset };
  },
  frameAt: (bytes, at) => {
    const frame = readFrameHeader(bytes, at);
    return frame && { bytes: frame.bytes, ticks: Math.round((frame.samples * CLOCK_RATE) / frame.sampleRate) };
  },
  printHeader: ({ offset }) => Buffer.of(0, 0, offset >> 8, offset & 0xff),
  markerEndsFrame: false,
};

/** Registry entry. */
export const mp3: Codec = {
  name: "MPEG-1/2 Audio",
  kind: "audio",
  matches: (format) => isEncoding(format, "audio", ["MPA"]),
  open: (format) => new PlainTrack(format, framedAudio(payloads)),
};
