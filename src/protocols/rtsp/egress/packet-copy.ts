/**
 * Copies of packets for readers that can't share the ring's bytes: other channel numbers, fewer tracks, tracks that begin
 * later, or squeezed timestamps. Copies go into a slab of the media budget, laid out as interleaved frames.
 */
import type { TimestampSqueeze } from "#streams/ring/catch-up.ts";
import { emptyPosition, FRAME_HEADER_BYTES, readPosition } from "#streams/ring/packet-walk.ts";
import type { TrackBeginnings } from "./track-beginnings.ts";

/** In an RTP packet's second byte (RFC 3550 §5.1): for video, the last packet of an access unit. */
const MARKER = 0x80;

/** Which of the stream's packets a session gets, and as what. */
export interface CopyRules {
  /** Outgoing channel by the ring's channel; undefined = leave out. */
  readonly channels: readonly (number | undefined)[];
  /** While bursting: video timestamps are mapped, and everything that isn't this channel is left out. */
  readonly squeeze?: { readonly channel: number; readonly timestamps: TimestampSqueeze } | undefined;
  readonly beginnings?: TrackBeginnings | undefined;
}

/** What a copy took and made. */
export interface CopyResult {
  /** Where in the source to go on; its end when all was looked at. */
  readonly next: number;
  /** End of what was written in the target. */
  readonly end: number;
  readonly packets: number;
  /** The last packet copied ends an access unit. */
  readonly unitEnded: boolean;
}

/** How much is copied: `until` is an offset in the target; `unit` stops behind the first access unit's end too. */
export interface CopyLimit {
  readonly until: number;
  readonly unit: boolean;
}

/**
 * Copies packets of `source` into `target` from `target.at` on, as far as they fit. Packets that lie one behind the other
 * are copied in one go and changed afterwards: a call for each costs more than its bytes.
 */
export function copyPackets(
  source: { buffer: Buffer; start: number; end: number },
  target: { buffer: Buffer; at: number },
  what: CopyRules & { readonly limit?: CopyLimit },
): CopyResult {
  const position = emptyPosition();
  const { channels, squeeze, beginnings, limit } = what;
  const until = limit?.until ?? target.buffer.length;
  let next = source.start;
  let runStart = next;
  let { at } = target;
  let packets = 0;
  let unitEnded = false;
  const finishRun = (): void => {
    if (next === runStart) return;
    source.buffer.copy(target.buffer, at, runStart, next);
    const end = at + next - runStart;
    rewrite(target.buffer, { at, end }, what);
    at = end;
  };
  while (next < source.end && !(unitEnded && limit?.unit === true)) {
    readPosition(source.buffer, next, position);
    const { channel, start, end } = position;
    const wanted = channels[channel] !== undefined && (squeeze === undefined || channel === squeeze.channel);
    if (wanted && at + end - runStart > until) break;
    const becomes = wanted ? (beginnings?.admit(source.buffer, position) ?? "copy") : "leave-out";
    if (becomes === "copy") {
      packets += 1;
      unitEnded = ((source.buffer[start + 1] ?? 0) & MARKER) !== 0;
    } else {
      finishRun();
      runStart = end;
      if (becomes !== "leave-out") {
        at = writeFrame(target.buffer, { at, channel: channels[channel] ?? channel }, becomes);
        packets += 1;
      }
    }
    next = end;
  }
  finishRun();
  return { next, end: at, packets, unitEnded };
}

/** Writes `packet` as an interleaved frame; where it ends. */
function writeFrame(buffer: Buffer, into: { at: number; channel: number }, packet: Buffer): number {
  const { at, channel } = into;
  buffer[at] = 0x24;
  buffer[at + 1] = channel;
  buffer.writeUInt16BE(packet.length, at + 2);
  packet.copy(buffer, at + FRAME_HEADER_BYTES);
  return at + FRAME_HEADER_BYTES + packet.length;
}

/** Gives packets at `[at, end)` the session's channels and timestamps. */
function rewrite(buffer: Buffer, range: { at: number; end: number }, rules: CopyRules): void {
  const position = emptyPosition();
  const { channels, squeeze } = rules;
  for (let { at } = range; at < range.end; at = position.end) {
    readPosition(buffer, at, position);
    buffer[at + 1] = channels[position.channel] ?? position.channel;
    if (squeeze === undefined) continue;
    const timestamp = squeeze.timestamps.map(buffer.readUInt32BE(position.start + 4));
    buffer.writeUInt32BE(timestamp, position.start + 4);
  }
}
