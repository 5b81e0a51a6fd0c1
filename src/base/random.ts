/**
 * Randomness as a collaborator: session ids, nonces, SSRCs, jitter. Tests pass a seeded one.
 */
import { randomBytes, randomInt } from "node:crypto";

/** Source of randomness, injected. The system one is cryptographically strong. */
export interface Random {
  /** `count` random bytes. */
  bytes(count: number): Buffer;
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform 32-bit unsigned integer. */
  uint32(): number;
}

/** The machine's strong randomness. */
export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  unit: () => randomInt(0, 2 ** 47) / 2 ** 47,
  uint32: () => randomBytes(4).readUInt32BE(0),
};
