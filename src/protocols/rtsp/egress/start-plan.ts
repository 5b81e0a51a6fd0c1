/**
 * Where a new session begins, by the path's `readerStart`: squeezed to live from the newest key unit, at the newest key
 * unit with true timestamps, or at the next one.
 */
import { TimestampSqueeze } from "#streams/ring/catch-up.ts";
import { timestampDistance } from "#formats/rtp/packet.ts";
import { readPosition, emptyPosition } from "#streams/ring/packet-walk.ts";
import type { Feed } from "#streams/feed.ts";
import type { KeyPosition } from "#streams/ring/ring.ts";
import type { Stream } from "#streams/stream.ts";
import type { Track } from "#streams/track.ts";
import type { PlayPosition } from "./reader.ts";

/** Sound that lags by more than this isn't waited for: it comes with what there is, ms. */
const MAX_AUDIO_LAG_MS = 1000;

/** Share of a packet that a prediction may be off by, where packets hold now five frames, now six. */
const PACKET_SWAY = 0.25;

/** How a session starts. `squeeze` maps the timestamps of the burst; `endChunk` is the first chunk after it. */
export type StartPlan =
  | { readonly kind: "squeezed"; readonly key: KeyPosition; readonly squeeze: TimestampSqueeze; readonly endChunk: number }
  | { readonly kind: "true-times"; readonly key: KeyPosition }
  | { readonly kind: "next-key" }
  | { readonly kind: "live-edge" };

/**
 * Decides how to start on `feed` as of now. What waits goes out first: it is for those who are there, and the newcomer's first
 * packets are those that RTP-Info names.
 */
export function planStart(feed: Feed, readerStart: "live" | "keyframe" | "next"): StartPlan {
  if (!feed.tracks.some((track) => track.kind === "video")) return { kind: "live-edge" };
  feed.flush();
  const key = feed.ring.newestKey;
  if (key === undefined || readerStart === "next") return { kind: "next-key" };
  if (readerStart === "keyframe") return { kind: "true-times", key };
  const track = feed.tracks[key.track];
  if (track === undefined) return { kind: "next-key" };
  const squeeze = new TimestampSqueeze({
    first: key.timestamp,
    newest: track.timestamp,
    reorderTicks: track.reorderTicks,
    frameTicks: track.frameTicks,
    clockRate: track.clockRate,
  });
  return { kind: "squeezed", key, squeeze, endChunk: feed.ring.next };
}

/**
 * RTP-Info of every set-up track: its first sequence number, and the timestamp all tracks share as time zero. Beside a
 * squeezed burst, sound begins where the burst is, not before.
 */
export function playPositions(stream: Stream, feed: Feed, plan: { start: StartPlan; tracks: readonly number[] }): PlayPosition[] {
  const { start } = plan;
  const key = start.kind === "squeezed" || start.kind === "true-times" ? start.key : undefined;
  const keyTime = start.kind === "squeezed" ? start.squeeze.map(start.key.timestamp) : key?.timestamp;
  const zero = key === undefined || keyTime === undefined ? undefined : stream.timeline.wallTime(key.track, keyTime);
  const bursts = start.kind === "squeezed" && plan.tracks.includes(start.key.track);
  return plan.tracks.flatMap((index) => {
    const track = feed.tracks[index];
    if (track === undefined) return [];
    if (key !== undefined && keyTime !== undefined && key.track === index) {
      return [{ track: index, sequence: firstSequence(feed, key, track) ?? track.sequence, rtpTime: keyTime }];
    }
    const rtpTime = zero === undefined ? track.timestamp : stream.timeline.timestampAt(index, zero, track.timestamp);
    const late = bursts && track.kind === "audio" ? packetsBefore(track, rtpTime) : 0;
    const known = start.kind === "true-times" ? firstSequence(feed, start.key, track) : undefined;
    return [{ track: index, sequence: known ?? (track.sequence + 1 + late) & 0xffff, rtpTime }];
  });
}

/** How many packets of `track` are still to come for times before `time`. */
function packetsBefore(track: Track, time: number): number {
  if (track.frameTicks === 0) return 0;
  const lag = timestampDistance(track.timestamp, time) - track.frameTicks * (1 - PACKET_SWAY);
  return lag > (track.clockRate * MAX_AUDIO_LAG_MS) / 1000 ? 0 : Math.max(0, Math.ceil(lag / track.frameTicks));
}

/** Number of the first packet of `track` that the ring holds from `key` on. */
function firstSequence({ ring }: Feed, key: KeyPosition, track: Track): number | undefined {
  const position = emptyPosition();
  for (let number = key.chunk; ; number += 1) {
    const chunk = ring.chunk(number);
    if (chunk === undefined) return undefined;
    const { buffer } = chunk.slab;
    for (let at = number === key.chunk ? ring.startOf(key, chunk) : chunk.start; at < chunk.end; at = position.end) {
      readPosition(buffer, at, position);
      if (position.channel === track.channel) return buffer.readUInt16BE(position.start + 2);
    }
  }
}
