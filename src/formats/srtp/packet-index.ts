/**
 * The 48-bit index of SRTP packets (RFC 3711 §3.3.1, appendix A): a count of sequence number wraps beside each sequence number,
 * guessed from the newest index seen.
 */

const HALF = 0x8000;

/** Rollover counter of one source. */
export class PacketIndex {
  #rollovers = 0;
  #newest: number | undefined;

  /** The rollover counter that belongs to `sequence`, 0…2³²−1; negative for packets from before the beginning. */
  guess(sequence: number): number {
    const newest = this.#newest;
    if (newest === undefined) return this.#rollovers;
    if (newest < HALF) return sequence - newest > HALF ? this.#rollovers - 1 : this.#rollovers;
    return newest - HALF > sequence ? this.#rollovers + 1 : this.#rollovers;
  }

  /** The packet of this sequence number and guessed counter was real. */
  accept(sequence: number, rollovers: number): void {
    if (this.#newest === undefined || rollovers > this.#rollovers || (rollovers === this.#rollovers && sequence > this.#newest)) {
      this.#newest = sequence;
      this.#rollovers = rollovers;
    }
  }

  /** The counter of a packet that is sent, for the first time or again. */
  send(sequence: number): number {
    const rollovers = Math.max(0, this.guess(sequence));
    this.accept(sequence, rollovers);
    return rollovers;
  }
}

/** Packets behind the newest one whose repetition is noticed (RFC 3711 §3.3.2 asks for 64 at least). */
const REPLAY_WINDOW = 1024;

/** Which indices have been seen. Indices are below 2⁴⁸, so numbers hold them. */
export class ReplayWindow {
  readonly #seen = new Uint8Array(REPLAY_WINDOW);
  #newest = -1;

  /** Whether `index` may still come. */
  admits(index: number): boolean {
    if (index < 0) return false;
    if (index > this.#newest) return true;
    return index > this.#newest - REPLAY_WINDOW && this.#seen[index % REPLAY_WINDOW] === 0;
  }

  /** `index` came, and was genuine. */
  accept(index: number): void {
    if (index > this.#newest) {
      const from = Math.max(this.#newest + 1, index - REPLAY_WINDOW + 1);
      for (let skipped = from; skipped <= index; skipped += 1) this.#seen[skipped % REPLAY_WINDOW] = 0;
      this.#newest = index;
    }
    this.#seen[index % REPLAY_WINDOW] = 1;
  }
}
