/**
 * Walks the packets of a chunk. Positions are reused between calls so that hot paths allocate nothing.
 */

/** `$`, channel and length before each packet (RFC 2326 §10.12). */
export const FRAME_HEADER_BYTES = 4;

/** One packet of a slab: its interleaved frame header lies at `frame`, its bytes are `[start, end)`. */
export interface PacketPosition {
  frame: number;
  start: number;
  end: number;
  /** Interleaved channel: 2 × track, odd for RTCP. */
  channel: number;
}

/** A position to be reused. */
export function emptyPosition(): PacketPosition {
  return { frame: 0, start: 0, end: 0, channel: 0 };
}

/** Reads the packet whose frame header lies at `at` into `position`; call only with offsets that packets begin at. */
export function readPosition(buffer: Buffer, at: number, position: PacketPosition): PacketPosition {
  position.frame = at;
  position.channel = buffer[at + 1] ?? 0;
  position.start = at + FRAME_HEADER_BYTES;
  position.end = position.start + (((buffer[at + 2] ?? 0) << 8) | (buffer[at + 3] ?? 0));
  return position;
}
