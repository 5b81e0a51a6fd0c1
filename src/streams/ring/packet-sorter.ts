/**
 * Cuts bytes of the ring into batches of packets by channel, for those who send packet by packet: one call per channel for all of them.
 */
import type { PacketBatch } from "#base/network.ts";
import { emptyPosition, readPosition } from "./packet-walk.ts";

/** Packets sent in one call; a 64 KiB chunk of small audio packets has more and takes several. */
const MAX_BATCH = 128;

/** A batch with the sum of its packets' bytes. */
export interface ChannelBatch extends PacketBatch {
  readonly bytes: number;
}

interface OpenBatch {
  buffer: Buffer;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  count: number;
  bytes: number;
}

/** See the head of this file. */
export class PacketSorter {
  readonly #batches: OpenBatch[];
  readonly #position = emptyPosition();

  constructor(channels: number) {
    this.#batches = Array.from({ length: channels }, () => ({
      buffer: Buffer.alloc(0),
      offsets: new Uint32Array(MAX_BATCH),
      lengths: new Uint32Array(MAX_BATCH),
      count: 0,
      bytes: 0,
    }));
  }

  /** Calls `send` with every channel's packets of `[start, end)`, at most `MAX_BATCH` at a time. */
  sort(
    source: { readonly buffer: Buffer; readonly start: number; readonly end: number },
    send: (channel: number, batch: ChannelBatch) => void,
  ): void {
    const position = this.#position;
    for (let at = source.start; at < source.end; at = position.end) {
      readPosition(source.buffer, at, position);
      const batch = this.#batches[position.channel];
      if (batch === undefined) continue;
      batch.buffer = source.buffer;
      batch.offsets[batch.count] = position.start;
      batch.lengths[batch.count] = position.end - position.start;
      batch.bytes += position.end - position.start;
      batch.count += 1;
      if (batch.count === MAX_BATCH) flush(position.channel, batch, send);
    }
    for (const [channel, batch] of this.#batches.entries()) if (batch.count > 0) flush(channel, batch, send);
  }
}

function flush(channel: number, batch: OpenBatch, send: (channel: number, batch: ChannelBatch) => void): void {
  send(channel, batch);
  batch.count = 0;
  batch.bytes = 0;
}
