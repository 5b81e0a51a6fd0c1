/**
 * Randomness as a collaborator: session ids, nonces, SSRCs, jitter. Tests pass a seeded one.
 */
import { randomBytes } from "node:crypto";

/** Source of randomness, injected. The system one is cryptographically strong. */
export interface Random {
  /** `count` random bytes. */
  bytes(count: number): Buffer;
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform 32-bit unsigned integer. */
  uint32(): number;
}

/** Random bytes are fetched in blocks of this size: a system call for each id costs more than the id. */
const BLOCK_BYTES = 4096;

/** The machine's strong randomness; no byte is handed out twice. */
class SystemRandom implements Random {
  #block = Buffer.alloc(0);
  #used = 0;

  bytes(count: number): Buffer {
    if (count > BLOCK_BYTES / 4) return randomBytes(count);
    if (this.#used + count > this.#block.length) {
      this.#block = randomBytes(BLOCK_BYTES);
      this.#used = 0;
    }
    const taken = Buffer.from(this.#block.subarray(this.#used, this.#used + count));
    this.#block.fill(0, this.#used, this.#used + count);
    this.#used += count;
    return taken;
  }

  unit(): number {
    return this.uint32() / 2 ** 32;
  }

  uint32(): number {
    return this.bytes(4).readUInt32BE(0);
  }
}

/** The machine's strong randomness. */
export const systemRandom: Random = new SystemRandom();
