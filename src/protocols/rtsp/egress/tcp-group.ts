/**
 * All live readers on plain TCP sockets of one feed: a new chunk goes to those of them that are up to date in one native
 * call, one system call per socket, past the runtime's stream machinery. Who has something unwritten, is behind, or takes
 * only part of the chunk goes on by itself the slow way, so order is kept.
 */
import type { TcpFanOut } from "#base/network.ts";
import type { Feed, FeedReader } from "#streams/feed.ts";
import type { Chunk } from "#streams/ring/ring.ts";
import type { ByteOutput } from "./reader.ts";
import type { Socket } from "node:net";

/** Sockets written to in one call. */
const MAX_BATCH = 256;

/** A reader as its group sees it. */
export interface GroupMember {
  /** The chunk it waits for, when nothing is in its way. */
  readonly idleAt: number | undefined;
  /** The first `bytes` of `chunk` were written for it. */
  wroteShared(chunk: Chunk, bytes: number): void;
}

interface Member {
  readonly reader: GroupMember;
  readonly output: ByteOutput;
  readonly socket: Socket;
  readonly descriptor: number;
}

/** See the head of this file. */
export class TcpGroup implements FeedReader {
  readonly #feed: Feed;
  readonly #fanOut: TcpFanOut;
  readonly #members = new Map<GroupMember, Member>();
  readonly #descriptors = new Int32Array(MAX_BATCH);
  readonly #results = new Int32Array(MAX_BATCH);
  readonly #batch: Member[] = [];

  constructor(feed: Feed, fanOut: TcpFanOut) {
    this.#feed = feed;
    this.#fanOut = fanOut;
  }

  /** The feed's group, or undefined where this output can't be written to directly. */
  static of(feed: Feed, output: ByteOutput, fanOut: TcpFanOut | undefined): TcpGroup | undefined {
    if (fanOut === undefined || output.socket === undefined) return undefined;
    return feed.group(fanOut, () => new TcpGroup(feed, fanOut));
  }

  add(reader: GroupMember, output: ByteOutput): void {
    const { socket } = output;
    const descriptor = socket === undefined ? -1 : this.#fanOut.descriptor(socket);
    if (socket !== undefined && descriptor >= 0) this.#members.set(reader, { reader, output, socket, descriptor });
  }

  remove(reader: GroupMember): void {
    this.#members.delete(reader);
    if (this.#members.size === 0) this.#feed.dissolve(this.#fanOut);
  }

  wake(): void {
    const { ring } = this.#feed;
    const number = ring.next - 1;
    const chunk = ring.chunk(number);
    if (chunk === undefined) return;
    for (const member of this.#members.values()) {
      // A destroyed socket's descriptor may belong to somebody else by now.
      if (member.reader.idleAt !== number || member.socket.destroyed || member.output.pendingBytes > 0) continue;
      this.#descriptors[this.#batch.length] = member.descriptor;
      this.#batch.push(member);
      if (this.#batch.length === MAX_BATCH) this.#send(chunk);
    }
    this.#send(chunk);
  }

  check(): void {
    // Members have time-outs of their own.
  }

  end(): void {
    this.#members.clear();
  }

  #send(chunk: Chunk): void {
    const count = this.#batch.length;
    if (count === 0) return;
    const { start, end, slab } = chunk;
    this.#fanOut.write(this.#descriptors, { buffer: slab.buffer, start, end, count }, this.#results);
    for (let index = 0; index < count; index += 1) {
      const written = this.#results[index] ?? 0;
      if (written > 0) this.#batch[index]?.reader.wroteShared(chunk, written);
    }
    this.#batch.length = 0;
  }
}
