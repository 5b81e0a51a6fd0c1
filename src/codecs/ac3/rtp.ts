/**
 * AC-3 over RTP (RFC 4184 §4): six zero bits, two bits of frame type (0 whole frames, 1 and 2 a first piece, 3 a later one),
 * eight bits of the number of frames or pieces.
 */
import type { FramedAudio, FramePiece } from "../framed-audio.ts";
import { FRAME_SAMPLES, readSyncFrame } from "./bitstream.ts";

const FrameType = { Whole: 0, FirstWithFiveEighths: 1, First: 2, Later: 3 } as const;

/** Payloads of a track with this clock rate, Hz. */
export function ac3Payloads(clockRate: number): FramedAudio {
  return {
    headerBytes: 2,
    place: (payload) =>
      ((payload[0] ?? 0) & 3) === FrameType.Later ? { kind: "goes-on", offset: undefined } : { kind: "begins" },
    frameAt: (bytes, at) => {
      const frame = readSyncFrame(bytes, at);
      return frame && { bytes: frame.bytes, ticks: Math.round((FRAME_SAMPLES * clockRate) / frame.sampleRate) };
    },
    printHeader: (piece) => Buffer.of(frameType(piece), Math.min(piece.pieces, 255)),
    markerEndsFrame: true,
  };
}

function frameType(piece: FramePiece): number {
  if (piece.pieces === 1) return FrameType.Whole;
  if (piece.offset > 0) return FrameType.Later;
  return piece.bytes * 8 >= piece.frameBytes * 5 ? FrameType.FirstWithFiveEighths : FrameType.First;
}
