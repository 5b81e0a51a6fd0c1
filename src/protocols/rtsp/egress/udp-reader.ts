/**
 * A session over UDP (or one multicast group). It catches up from the key unit by itself, paced to `PACE` times the
 * stream's bitrate (a burst at once drowns in socket buffers), then joins the group of live readers, which sends to all of
 * them in one call.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { UdpDestination } from "#base/network.ts";
import { Cursor, type Slice } from "#streams/ring/cursor.ts";
import { streamError } from "#streams/errors.ts";
import type { Feed, FeedReader } from "#streams/feed.ts";
import { PacketSorter } from "#streams/ring/packet-sorter.ts";
import type { Slab } from "#streams/ring/slab.ts";
import type { Stream } from "#streams/stream.ts";
import type { PlayPosition, ReaderSink, ReaderStatistics, RtspReader, RtspReaderOptions } from "./reader.ts";
import { copyPackets, type CopyRules } from "./packet-copy.ts";
import { planStart, playPositions, type StartPlan } from "./start-plan.ts";
import { TrackBeginnings } from "./track-beginnings.ts";
import { UdpGroup, type UdpMember } from "./udp-group.ts";

/** Catching up happens at this many times the stream's bitrate. */
const PACE = 8;

/** Slowest catching up, bits per second, for streams whose bitrate isn't known yet. */
const MIN_PACE_BPS = 8_000_000;

/** Time between paced sends. */
const PACE_INTERVAL_MS = 5;

/** Largest piece taken from the ring at once while catching up. */
const PIECE_BYTES = 16 * 1024;

/** See the head of this file. */
export class UdpReader implements RtspReader, FeedReader, UdpMember {
  readonly statistics: ReaderStatistics = { packets: 0, bytes: 0, rtcpPackets: 0, discardedPackets: 0, reportedLost: 0 };
  readonly destinations: readonly (UdpDestination | undefined)[];
  from = 0;
  readonly #options: RtspReaderOptions;
  readonly #sink: Extract<ReaderSink, { kind: "udp" }>;
  readonly #clock: Clock;
  readonly #stream: Stream;
  readonly #lost = new Map<number, number>();
  #feed: Feed;
  #cursor: Cursor;
  readonly #sorter: PacketSorter;
  #plan: StartPlan | undefined;
  #beginnings: TrackBeginnings | undefined;
  #pace: Timer | undefined;
  #credit = 0;
  #pacedAt = 0;
  #group: UdpGroup | undefined;
  #state: "idle" | "playing" | "closed" = "idle";

  constructor(options: RtspReaderOptions, sink: Extract<ReaderSink, { kind: "udp" }>) {
    const { stream } = options.path;
    if (stream === undefined) throw streamError("path-no-stream", { details: { path: options.path.name } });
    this.#options = options;
    this.#sink = sink;
    this.#clock = options.clock;
    this.#stream = stream;
    this.#feed = stream.feedFor(sink.maxPacketBytes);
    this.#cursor = new Cursor(this.#feed, this.#clock);
    this.#sorter = new PacketSorter(stream.tracks.length * 2);
    const destinations: (UdpDestination | undefined)[] = [];
    for (const { track, target } of options.tracks) {
      if (target.kind !== "udp") continue;
      destinations[track * 2] = target.rtp;
      destinations[track * 2 + 1] = target.rtcp;
    }
    this.destinations = destinations;
  }

  play(): readonly PlayPosition[] {
    const start = planStart(this.#feed, this.#options.path.options.readerStart);
    this.#plan = start;
    const tracks = this.#options.tracks.map((each) => each.track);
    const positions = playPositions(this.#stream, this.#feed, { start, tracks });
    this.#beginnings = start.kind === "squeezed" ? TrackBeginnings.of(this.#feed, positions, this.#clock) : undefined;
    return positions;
  }

  start(): void {
    if (this.#state !== "idle") return;
    this.#state = "playing";
    const plan = this.#plan ?? planStart(this.#feed, this.#options.path.options.readerStart);
    this.#plan = plan;
    this.#cursor = new Cursor(this.#feed, this.#clock);
    if (plan.kind === "squeezed" || plan.kind === "true-times") this.#cursor.startAt(plan.key);
    else if (plan.kind === "next-key") this.#cursor.waitForKey();
    this.#feed.addReader(this);
    this.#sendReports();
    if (plan.kind === "live-edge") this.#joinGroup();
    else this.#startPacing();
  }

  pause(): void {
    if (this.#state !== "playing") return;
    this.#state = "idle";
    this.#leave();
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#leave();
  }

  receiverReport(track: number, cumulativeLost: number): void {
    this.#lost.set(track, Math.max(0, cumulativeLost));
    this.statistics.reportedLost = [...this.#lost.values()].reduce((sum, lost) => sum + lost, 0);
  }

  sent(channel: number, packets: number, bytes: number): void {
    if ((channel & 1) === 1) this.statistics.rtcpPackets += packets;
    else this.statistics.packets += packets;
    this.statistics.bytes += bytes;
    this.#options.path.countOutbound(bytes);
  }

  wake(): void {
    // Only a reader waiting for its key unit needs waking: pacing and the group have their own beat.
    if (this.#state === "playing" && this.#group === undefined && this.#pace === undefined) this.#startPacing();
  }

  check(): void {
    const wanted = this.#stream.feedFor(this.#sink.maxPacketBytes);
    if (this.#state !== "playing" || wanted === this.#feed) return;
    this.#leave();
    this.#feed = wanted;
    this.#cursor = new Cursor(wanted, this.#clock);
    this.#cursor.waitForKey();
    this.#beginnings = undefined;
    wanted.addReader(this);
    this.#startPacing();
  }

  end(error: SluiceError): void {
    if (this.#state === "closed") return;
    this.close();
    this.#options.onClose(error);
  }

  #leave(): void {
    this.#pace?.cancel();
    this.#pace = undefined;
    this.#group?.remove(this);
    this.#group = undefined;
    this.#feed.removeReader(this);
  }

  #joinGroup(): void {
    this.#plan = undefined;
    this.#beginnings = undefined;
    this.from = this.#cursor.next;
    this.#group = UdpGroup.of(this.#feed, this.#sink);
    this.#group.add(this);
  }

  #startPacing(): void {
    this.#pacedAt = this.#clock.now();
    this.#credit = PIECE_BYTES;
    this.#pace = this.#clock.every("udp pace", PACE_INTERVAL_MS, () => {
      this.#sendPaced();
    });
    this.#sendPaced();
  }

  /** Sends what the pace allows; at the live edge the group takes over, once every track has begun. */
  #sendPaced(): void {
    const now = this.#clock.now();
    const bytesPerMs = Math.max(MIN_PACE_BPS, this.#feed.bitrate() * PACE) / 8000;
    this.#credit = Math.min(this.#credit + (now - this.#pacedAt) * bytesPerMs, bytesPerMs * 4 * PACE_INTERVAL_MS + PIECE_BYTES);
    this.#pacedAt = now;
    while (this.#credit > 0) {
      const bursting = this.#plan?.kind === "squeezed" && this.#cursor.next < this.#plan.endChunk ? this.#plan : undefined;
      const slice = this.#cursor.take(PIECE_BYTES, bursting?.endChunk);
      this.statistics.discardedPackets = this.#cursor.discarded;
      if (slice === undefined) {
        if (this.#beginnings?.over === false && !this.#cursor.waitingForKey) return;
        this.#pace?.cancel();
        this.#pace = undefined;
        if (!this.#cursor.waitingForKey) this.#joinGroup();
        return;
      }
      this.#credit -= slice.end - slice.start;
      if (bursting !== undefined) {
        this.#sendCopy(slice, { squeeze: { channel: bursting.key.track * 2, timestamps: bursting.squeeze } });
      } else if (this.#beginnings?.over === false) this.#sendCopy(slice, { beginnings: this.#beginnings });
      else this.#send(slice.slab.buffer, slice.start, slice.end);
    }
  }

  #sendCopy(slice: Slice, rules: Pick<CopyRules, "squeeze" | "beginnings">): void {
    const block: Slab | undefined = this.#options.slabs.take();
    if (block === undefined) return;
    const channels = this.#feed.tracks.flatMap((track) => [track.channel, track.channel + 1]);
    const source = { buffer: slice.slab.buffer, start: slice.start, end: slice.end };
    const { end } = copyPackets(source, { buffer: block.buffer, at: 0 }, { channels, ...rules });
    this.#send(block.buffer, 0, end);
    block.release();
  }

  #send(buffer: Buffer, start: number, end: number): void {
    this.#sorter.sort({ buffer, start, end }, (channel, batch) => {
      const destination = this.destinations[channel];
      if (destination === undefined) return;
      const socket = (channel & 1) === 0 ? this.#sink.rtp : this.#sink.rtcp;
      socket.sendBatch(batch, [destination]);
      this.sent(channel, batch.count, batch.bytes);
    });
  }

  #sendReports(): void {
    for (const { track } of this.#options.tracks) {
      const state = this.#feed.tracks[track];
      const report = state === undefined ? undefined : this.#stream.senderReport(state);
      const destination = this.destinations[track * 2 + 1];
      if (report === undefined || destination === undefined) continue;
      const batch = { buffer: report, offsets: Uint32Array.of(0), lengths: Uint32Array.of(report.length), count: 1 };
      this.#sink.rtcp.sendBatch(batch, [destination]);
      this.statistics.rtcpPackets += 1;
    }
  }
}
