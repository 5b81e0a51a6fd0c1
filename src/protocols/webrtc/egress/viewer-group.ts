/**
 * All live viewers of one feed on one UDP socket: each chunk is cut into its packets once, and every track's packets go,
 * protected for each, to all of them in one call. UDP never blocks, so the group is always at the live edge.
 */
import type { SrtpFanOut, UdpDestination, UdpSocket } from "#base/network.ts";
import type { Feed, FeedReader } from "#streams/feed.ts";
import { PacketSorter, type ChannelBatch } from "#streams/ring/packet-sorter.ts";
import type { TrackSender } from "./track-sender.ts";

/** One track of a viewer in the group. */
export interface GroupMember {
  readonly sender: TrackSender;
  readonly destination: UdpDestination;
  /** First chunk it wants. */
  readonly from: number;
  /** Packets and bytes went out. */
  sent(packets: number, bytes: number): void;
  /** A sender report of its track. */
  report(packet: Buffer): void;
}

/** What the group sends with. */
export interface GroupOutput {
  readonly socket: UdpSocket;
  readonly srtp: SrtpFanOut;
}

interface Target extends Pick<TrackSender, "context" | "ssrc" | "payloadType" | "sequenceOffset"> {
  readonly destination: UdpDestination;
}

/** See the head of this file. */
export class ViewerGroup implements FeedReader {
  readonly #feed: Feed;
  readonly #output: GroupOutput;
  /** By track. */
  readonly #members: readonly Set<GroupMember>[];
  readonly #sorter: PacketSorter;
  readonly #targets: Target[] = [];
  #next: number;

  constructor(feed: Feed, output: GroupOutput) {
    this.#feed = feed;
    this.#output = output;
    this.#members = feed.tracks.map(() => new Set<GroupMember>());
    this.#sorter = new PacketSorter(feed.tracks.length * 2);
    this.#next = feed.ring.next;
  }

  /** The feed's group on this socket. */
  static of(feed: Feed, output: GroupOutput): ViewerGroup {
    return feed.group(output.socket, () => new ViewerGroup(feed, output));
  }

  add(member: GroupMember): void {
    this.#members[member.sender.negotiated.track]?.add(member);
  }

  remove(member: GroupMember): void {
    this.#members[member.sender.negotiated.track]?.delete(member);
    if (this.#members.every((members) => members.size === 0)) this.#feed.dissolve(this.#output.socket);
  }

  wake(): void {
    const { ring } = this.#feed;
    if (this.#next < ring.first) this.#next = ring.first;
    for (let chunk = ring.chunk(this.#next); chunk !== undefined; chunk = ring.chunk(this.#next)) {
      const number = this.#next;
      this.#next += 1;
      const { start, end, slab } = chunk;
      this.#sorter.sort({ buffer: slab.buffer, start, end }, (channel, batch) => this.#send(number, channel, batch));
    }
  }

  check(): void {
    // Viewers have checks of their own.
  }

  end(): void {
    for (const members of this.#members) members.clear();
  }

  #send(chunk: number, channel: number, batch: ChannelBatch): void {
    const members = this.#members[channel >> 1];
    if (members === undefined || members.size === 0) return;
    if ((channel & 1) === 1) {
      for (let index = 0; index < batch.count; index += 1) {
        const at = batch.offsets[index] ?? 0;
        const report = batch.buffer.subarray(at, at + (batch.lengths[index] ?? 0));
        for (const member of members) if (member.from <= chunk) member.report(report);
      }
      return;
    }
    const first = batch.buffer.readUInt16BE((batch.offsets[0] ?? 0) + 2);
    const last = batch.buffer.readUInt16BE((batch.offsets[batch.count - 1] ?? 0) + 2);
    this.#targets.length = 0;
    for (const member of members) {
      if (member.from > chunk) continue;
      const { sender, destination } = member;
      sender.advance(first, last);
      const { context, ssrc, payloadType, sequenceOffset } = sender;
      this.#targets.push({ context, ssrc, payloadType, sequenceOffset, destination });
      member.sent(batch.count, batch.bytes);
    }
    if (this.#targets.length > 0) this.#output.srtp.send(this.#output.socket, batch, this.#targets);
  }
}
