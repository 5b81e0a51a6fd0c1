/**
 * All live UDP readers of one feed on one pair of sockets: each chunk is cut into its packets once, and every track's
 * packets go to all destinations in one call. UDP never blocks, so the group is always at the live edge.
 */
import type { UdpDestination, UdpSocket } from "#base/network.ts";
import type { Feed, FeedReader } from "#streams/feed.ts";
import { PacketSorter, type ChannelBatch } from "#streams/ring/packet-sorter.ts";

/** The server's pair of sockets. */
export interface UdpPair {
  readonly rtp: UdpSocket;
  readonly rtcp: UdpSocket;
}

/** A live UDP session: where each channel of the stream goes. */
export interface UdpMember {
  /** Destination by ring channel (even RTP, odd RTCP); undefined = not set up. */
  readonly destinations: readonly (UdpDestination | undefined)[];
  /** First chunk it wants. */
  readonly from: number;
  /** Packets and bytes sent to it; `refused` packets the kernel didn't take. */
  sent(channel: number, packets: number, bytes: number): void;
}

/** See the head of this file. */
export class UdpGroup implements FeedReader {
  readonly #feed: Feed;
  readonly #sockets: UdpPair;
  readonly #members = new Set<UdpMember>();
  readonly #sorter: PacketSorter;
  readonly #chosen: UdpMember[] = [];
  #next: number;

  constructor(feed: Feed, sockets: UdpPair) {
    this.#feed = feed;
    this.#sockets = sockets;
    this.#sorter = new PacketSorter(feed.tracks.length * 2);
    this.#next = feed.ring.next;
  }

  /** The feed's group for a pair of sockets. */
  static of(feed: Feed, sockets: UdpPair): UdpGroup {
    return feed.group(sockets.rtp, () => new UdpGroup(feed, sockets));
  }

  add(member: UdpMember): void {
    this.#members.add(member);
  }

  remove(member: UdpMember): void {
    this.#members.delete(member);
    if (this.#members.size === 0) this.#feed.dissolve(this.#sockets.rtp);
  }

  wake(): void {
    const { ring } = this.#feed;
    if (this.#next < ring.first) this.#next = ring.first;
    for (let chunk = ring.chunk(this.#next); chunk !== undefined; chunk = ring.chunk(this.#next)) {
      this.#chosen.length = 0;
      for (const member of this.#members) if (member.from <= this.#next) this.#chosen.push(member);
      this.#next += 1;
      if (this.#chosen.length === 0) continue;
      const { start, end, slab } = chunk;
      this.#sorter.sort({ buffer: slab.buffer, start, end }, (channel, batch) => {
        this.#send(channel, batch);
      });
    }
  }

  check(): void {
    // Sessions have time-outs of their own.
  }

  end(): void {
    this.#members.clear();
  }

  #send(channel: number, batch: ChannelBatch): void {
    const destinations: UdpDestination[] = [];
    for (const member of this.#chosen) {
      const destination = member.destinations[channel];
      if (destination === undefined) continue;
      destinations.push(destination);
      member.sent(channel, batch.count, batch.bytes);
    }
    const socket = (channel & 1) === 0 ? this.#sockets.rtp : this.#sockets.rtcp;
    if (destinations.length > 0) socket.sendBatch(batch, destinations);
  }
}
