/**
 * A client's byte stream in memory: takes writes, and finishes them when the test says so.
 */
import type { ByteOutput } from "#protocols/rtsp/from-stream.ts";

/** See the head of this file. */
export class FakeOutput implements ByteOutput {
  readonly socket = undefined;
  readonly chunks: Buffer[] = [];
  destroyed = false;
  /** While true, writes stay unfinished. */
  stuck = false;
  readonly #waiting: ((error?: Error | null) => void)[] = [];

  get pendingBytes(): number {
    return this.#waiting.length;
  }

  /** All bytes written. */
  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  write(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.chunks.push(Buffer.from(chunk));
    if (this.stuck) this.#waiting.push(done);
    else done();
  }

  /** Finishes what waits; further writes finish at once. */
  release(error?: Error): void {
    this.stuck = false;
    for (const done of this.#waiting.splice(0)) done(error);
  }

  destroy(): void {
    this.destroyed = true;
  }
}
