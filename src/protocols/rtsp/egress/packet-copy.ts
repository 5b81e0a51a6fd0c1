/**
 * Copies of packets for readers that can't share the ring's bytes: other channel numbers, fewer tracks, or squeezed
 * timestamps. Copies go into a slab of the media budget, laid out as interleaved frames.
 */
import type { TimestampSqueeze } from "#streams/ring/catch-up.ts";
import { emptyPosition, readPosition } from "#streams/ring/packet-walk.ts";

/** Which of the stream's packets a session gets, and as what. */
export interface CopyRules {
  /** Outgoing channel by the ring's channel; undefined = leave out. */
  readonly channels: readonly (number | undefined)[];
  /** While bursting: video timestamps are mapped, and everything that isn't this channel is left out. */
  readonly squeeze?: { readonly channel: number; readonly timestamps: TimestampSqueeze } | undefined;
}

/** What a copy took and made. */
export interface CopyResult {
  /** Where in the source to go on; its end when all was looked at. */
  readonly next: number;
  /** End of what was written in the target. */
  readonly end: number;
  readonly packets: number;
}

/** Copies packets of `source` into `target` from `target.at` on, as far as they fit. */
export function copyPackets(
  source: { buffer: Buffer; start: number; end: number },
  target: { buffer: Buffer; at: number },
  rules: CopyRules,
): CopyResult {
  const position = emptyPosition();
  const { squeeze } = rules;
  let { start: next } = source;
  let { at } = target;
  let packets = 0;
  while (next < source.end) {
    readPosition(source.buffer, next, position);
    const channel = rules.channels[position.channel];
    const wanted = channel !== undefined && (squeeze === undefined || position.channel === squeeze.channel);
    if (wanted) {
      if (at + position.end - position.frame > target.buffer.length) break;
      source.buffer.copy(target.buffer, at, position.frame, position.end);
      target.buffer[at + 1] = channel;
      if (squeeze !== undefined) {
        const timestamp = squeeze.timestamps.map(source.buffer.readUInt32BE(position.start + 4));
        target.buffer.writeUInt32BE(timestamp, at + 8);
      }
      at += position.end - position.frame;
      packets += 1;
    }
    next = position.end;
  }
  return { next, end: at, packets };
}
