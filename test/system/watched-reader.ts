/** A reader over RTSP that counts what it misses, for the time in which a fault is made. */
import assert from "node:assert/strict";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import type { SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const PATIENCE_MS = 30_000;
const SEQUENCES = 65_536;

/** Reads the picture of a path. */
export class WatchedReader {
  readonly #client: RtspClient;

  private constructor(client: RtspClient) {
    this.#client = client;
  }

  /** Resolves once pictures come; it ends with `t`. */
  static async open(t: Cleanup, sluice: SluiceProcess, path: string): Promise<WatchedReader> {
    const client = await RtspClient.connect({ port: sluice.rtspPort });
    t.after(() => client.close());
    await client.read(sluice.url(path));
    const reader = new WatchedReader(client);
    await waitUntil(() => reader.received > 0, { what: "the first picture", timeoutMs: PATIENCE_MS });
    return reader;
  }

  /** Packets of the picture so far. */
  get received(): number {
    return this.#numbers().length;
  }

  /** Of those, how many are missing in between. */
  get lost(): number {
    const numbers = this.#numbers();
    return numbers.slice(1).reduce((sum, number, index) => {
      return sum + ((number - (numbers[index] ?? 0) - 1 + SEQUENCES) % SEQUENCES);
    }, 0);
  }

  /** It still reads, pictures go on coming, and nothing was lost. */
  async isWell(what: string): Promise<void> {
    const before = this.received;
    await waitUntil(() => this.received > before + 10, { what: `${what}: pictures go on`, timeoutMs: PATIENCE_MS });
    assert.equal(this.#client.closed, false, what);
    assert.equal(this.lost, 0, `${what}: packets lost`);
  }

  #numbers(): readonly number[] {
    return this.#client.frames.filter(({ channel }) => channel === 0).map(({ payload }) => payload.readUInt16BE(2));
  }
}
