/**
 * Finds a packet in the ring by its sequence number: chunk by chunk back from the live edge, since what is asked for again is
 * young.
 */
import { sequenceDistance } from "#formats/rtp/packet.ts";
import { emptyPosition, readPosition } from "#streams/ring/packet-walk.ts";
import type { Chunk, Ring } from "#streams/ring/ring.ts";

/** Chunks looked at: some seconds of video with audio. */
const MAX_CHUNKS = 1000;

/** Where a packet lies. */
export interface FoundPacket {
  readonly chunk: number;
  readonly packet: Buffer;
}

/** The packet of `channel` with this sequence number; undefined when it has left the ring, or was never in it. */
export function findPacket(ring: Ring, channel: number, sequence: number): FoundPacket | undefined {
  const oldest = Math.max(ring.first, ring.next - MAX_CHUNKS);
  for (let number = ring.next - 1; number >= oldest; number -= 1) {
    const chunk = ring.chunk(number);
    if (chunk === undefined) return undefined;
    const found = lookInto(chunk, channel, sequence);
    if (found === "older") continue;
    return found === undefined ? undefined : { chunk: number, packet: found };
  }
  return undefined;
}

/** The packet; `older` where it must lie before this chunk (or the chunk has none of the channel); undefined where it is missing. */
function lookInto(chunk: Chunk, channel: number, sequence: number): Buffer | "older" | undefined {
  const position = emptyPosition();
  const { buffer } = chunk.slab;
  let seen = false;
  for (let at = chunk.start; at < chunk.end; at = position.end) {
    readPosition(buffer, at, position);
    if (position.channel !== channel) continue;
    const distance = sequenceDistance(buffer.readUInt16BE(position.start + 2), sequence);
    if (distance === 0) return buffer.subarray(position.start, position.end);
    if (!seen && distance < 0) return "older";
    seen = true;
  }
  return seen ? undefined : "older";
}
