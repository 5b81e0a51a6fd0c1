/**
 * Back-off against guessing, per address and per account: some failures are free, then each further one closes the door for
 * twice as long as the last, up to a minute, and never for good. An account under attack stays open, at the price of a wait,
 * to addresses that haven't failed there: its owner gets in from elsewhere. Both tables are bounded; the entry that was quiet
 * longest goes first.
 */
import { networkOf } from "#base/ip-range.ts";
import type { Clock } from "#base/clock.ts";

/** Failures before the door closes. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Failures are forgotten this long after the last. */
const FORGET_MS = 15 * 60_000;
const MAX_ADDRESSES = 4096;
const MAX_ACCOUNTS = 1024;
const MAX_PEEKS = 100;
/** Networks remembered for one account. */
const MAX_FAILED_AT = 64;

interface Entry {
  failures: number;
  last: number;
  peeks: number;
  /** Of an account: networks that failed there. */
  readonly failedAt: Set<string>;
}

/** Who tries what; `account` is undefined where none is named, as with tokens. */
export interface Attempt {
  readonly address: string;
  readonly account: string | undefined;
}

/** See the head of this file. */
export class GuessLimits {
  readonly #clock: Pick<Clock, "now">;
  readonly #addresses = new Map<string, Entry>();
  readonly #accounts = new Map<string, Entry>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Milliseconds until this attempt may be looked at; 0 for now. */
  waitFor({ address, account }: Attempt): number {
    const network = networkOf(address);
    const ofAddress = this.#waitOf(this.#fresh(this.#addresses, network));
    const entry = account === undefined ? undefined : this.#fresh(this.#accounts, account);
    const ofAccount = entry?.failedAt.has(network) === true ? this.#waitOf(entry) : 0;
    return Math.max(ofAddress, ofAccount);
  }

  /**
   * Whether this address, for whom the door is closed, may show credentials that were right a moment ago. A viewer behind the
   * same router as a guesser goes on so; guessing what is remembered ends after `MAX_PEEKS`.
   */
  mayPeek(address: string): boolean {
    const entry = this.#fresh(this.#addresses, networkOf(address));
    if (entry === undefined) return true;
    entry.peeks += 1;
    return entry.peeks <= MAX_PEEKS;
  }

  /** The attempt was wrong. */
  failed({ address, account }: Attempt): void {
    const network = networkOf(address);
    this.#count(this.#addresses, network, MAX_ADDRESSES);
    if (account === undefined) return;
    const entry = this.#count(this.#accounts, account, MAX_ACCOUNTS);
    for (const oldest of entry.failedAt) if (entry.failedAt.size >= MAX_FAILED_AT) entry.failedAt.delete(oldest);
    entry.failedAt.add(network);
  }

  /** The attempt was right: this address has nothing against it any more; what others did to the account stays. */
  succeeded({ address, account }: Attempt): void {
    const network = networkOf(address);
    this.#addresses.delete(network);
    if (account !== undefined) this.#accounts.get(account)?.failedAt.delete(network);
  }

  #waitOf(entry: Entry | undefined): number {
    if (entry === undefined || entry.failures < FREE_FAILURES) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (entry.failures - FREE_FAILURES));
    return Math.max(0, entry.last + wait - this.#clock.now());
  }

  #fresh(table: Map<string, Entry>, key: string): Entry | undefined {
    const entry = table.get(key);
    if (entry === undefined || this.#clock.now() - entry.last <= FORGET_MS) return entry;
    table.delete(key);
    return undefined;
  }

  #count(table: Map<string, Entry>, key: string, max: number): Entry {
    const entry = this.#fresh(table, key) ?? { failures: 0, last: 0, peeks: 0, failedAt: new Set<string>() };
    entry.failures += 1;
    entry.last = this.#clock.now();
    // Moves it to the end: the map is in the order of the last failure.
    table.delete(key);
    if (table.size >= max) for (const oldest of table.keys()) if (table.size >= max) table.delete(oldest);
    table.set(key, entry);
    return entry;
  }
}
