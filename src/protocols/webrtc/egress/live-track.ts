/**
 * A track at the live edge: in the group of its feed over UDP; over TCP it follows the ring by itself, and what its connection
 * doesn't take is left out.
 */
import type { Clock } from "#base/clock.ts";
import type { Feed } from "#streams/feed.ts";
import { PacketSorter, type ChannelBatch } from "#streams/ring/packet-sorter.ts";
import { sendTo, type MediaOutput } from "./sink.ts";
import type { TrackSender } from "./track-sender.ts";
import { ViewerGroup, type GroupMember } from "./viewer-group.ts";

/** A TCP connection that holds more than this gets no more for now. */
const MAX_PENDING_BYTES = 128 * 1024;

/** What a track's way tells its viewer. */
export interface TrackEvents {
  sent(packets: number, bytes: number): void;
  report(packet: Buffer): void;
  discarded(packets: number): void;
}

/** What a track's way is made with. */
export interface LiveTrackOptions {
  readonly feed: Feed;
  readonly sender: TrackSender;
  readonly clock: Clock;
  readonly output: MediaOutput;
  readonly events: TrackEvents;
}

/** See the head of this file. */
export class LiveTrack {
  readonly sender: TrackSender;
  readonly #options: LiveTrackOptions;
  readonly #sorter: PacketSorter;
  #member: GroupMember | undefined;
  #group: ViewerGroup | undefined;
  #next = 0;

  constructor(options: LiveTrackOptions) {
    this.#options = options;
    this.sender = options.sender;
    this.#sorter = new PacketSorter(options.feed.tracks.length * 2);
  }

  /** Begins with the chunk that comes next, or with `from`. */
  start(from = this.#options.feed.ring.next): void {
    const { feed, output, sender, events } = this.#options;
    this.#next = from;
    const { destination } = output.remote();
    if (output.socket === undefined || destination === undefined) return;
    this.#member = {
      sender,
      destination,
      from,
      sent: (packets, bytes) => events.sent(packets, bytes),
      report: (packet) => events.report(packet),
    };
    this.#group = ViewerGroup.of(feed, { socket: output.socket, srtp: output.srtp });
    this.#group.add(this.#member);
  }

  wake(): void {
    if (this.#group !== undefined) return;
    const { ring } = this.#options.feed;
    if (this.#next < ring.first) this.#next = ring.first;
    for (let chunk = ring.chunk(this.#next); chunk !== undefined; chunk = ring.chunk(this.#next)) {
      this.#next += 1;
      this.#sorter.sort({ buffer: chunk.slab.buffer, start: chunk.start, end: chunk.end }, (channel, batch) => {
        this.#send(channel, batch);
      });
    }
  }

  /** Nothing to start over: every packet stands for itself. */
  restart(): void {}

  close(): void {
    if (this.#member !== undefined) this.#group?.remove(this.#member);
    this.#group = undefined;
    this.#member = undefined;
  }

  #send(channel: number, batch: ChannelBatch): void {
    const { sender, output, events } = this.#options;
    if (channel >> 1 !== sender.negotiated.track) return;
    if ((channel & 1) === 1) {
      const at = batch.offsets[0] ?? 0;
      events.report(batch.buffer.subarray(at, at + (batch.lengths[0] ?? 0)));
      return;
    }
    if (output.remote().pendingBytes > MAX_PENDING_BYTES) {
      events.discarded(batch.count);
      sender.startRun();
      return;
    }
    const first = batch.buffer.readUInt16BE((batch.offsets[0] ?? 0) + 2);
    sender.advance(first, batch.buffer.readUInt16BE((batch.offsets[batch.count - 1] ?? 0) + 2));
    sendTo(output, batch, sender);
    events.sent(batch.count, batch.bytes);
  }
}
