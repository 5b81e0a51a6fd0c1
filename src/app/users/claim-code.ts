/**
 * The code that proves that somebody can read this box's log: 40 random bits, new with every start, printed while nobody is
 * configured. Few tries in a while, counted for everybody together, since there is one code for all.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";

const MAX_TRIES = 5;
const WINDOW_MS = 10 * 60_000;
/** Crockford's base 32: no letters that look like digits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** See the head of this file. */
export class ClaimCode {
  /** As it is printed: `7QX2-M0KD`. */
  readonly text: string;
  readonly #clock: Pick<Clock, "now">;
  #tries: number[] = [];

  constructor(parts: { clock: Pick<Clock, "now">; random: Pick<Random, "bytes"> }) {
    this.#clock = parts.clock;
    const letters = [...parts.random.bytes(8)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
    this.text = `${letters.slice(0, 4)}-${letters.slice(4)}`;
  }

  /** Whether `given` is the code, however it is spelt; or the milliseconds until the next try. */
  check(given: string): boolean | { readonly retryAfterMs: number } {
    const now = this.#clock.now();
    this.#tries = this.#tries.filter((at) => now - at < WINDOW_MS);
    const [first] = this.#tries;
    if (this.#tries.length >= MAX_TRIES && first !== undefined) return { retryAfterMs: first + WINDOW_MS - now };
    this.#tries.push(now);
    return timingSafeEqual(hashOf(plain(given)), hashOf(plain(this.text)));
  }
}

function plain(text: string): string {
  return text
    .toUpperCase()
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1")
    .replace(/[^\dA-Z]/g, "");
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
