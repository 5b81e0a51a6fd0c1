/**
 * Whether a viewer's link carries the stream, by what it reports: `BAD_REPORTS` reports in a row with much loss mean it
 * doesn't. Then it gets key units only for a while, and after that another try, each failure making the while longer.
 */

/** Loss in a report that counts as much, in 1/256 (RFC 3550 §6.4.1): a fifth; retransmission copes with less. */
const MUCH_LOSS = 51;
/** Browsers report video about once a second. */
const BAD_REPORTS = 3;
const FIRST_PENALTY_MS = 10_000;
const MAX_PENALTY_MS = 80_000;
/** After this long without trouble the next penalty is the first one again. */
const FORGET_MS = 120_000;

/** See the head of this file. */
export class LinkWatch {
  #bad = 0;
  #until = 0;
  #penalty = FIRST_PENALTY_MS;

  /** Whether only key units should go out at `now`. */
  constrained(now: number): boolean {
    return now < this.#until;
  }

  /** A report on the video came: share lost since the last one, in 1/256. True when the link just proved too weak. */
  report(fractionLost: number, now: number): boolean {
    if (this.constrained(now)) return false;
    this.#bad = fractionLost >= MUCH_LOSS ? this.#bad + 1 : 0;
    if (this.#bad < BAD_REPORTS) return false;
    this.#bad = 0;
    this.#penalty = now - this.#until > FORGET_MS ? FIRST_PENALTY_MS : Math.min(this.#penalty * 2, MAX_PENALTY_MS);
    this.#until = now + this.#penalty;
    return true;
  }
}
