/**
 * Limits against guessing. Per address and per account: some failures are free, then each further one closes the door for twice
 * as long as the last, up to a minute, and never for good. For all addresses together: whoever has failed more than a time or
 * two shares what little may be looked at in a minute with everybody else who has. An account under attack stays open to addresses
 * that haven't failed there, and addresses that were right lately, or are this machine's own, share with nobody: the owner gets
 * in. All tables are bounded; the entry that was quiet longest goes first. Names are kept as keyed hashes: somebody may have typed
 * a password there.
 */
import { createHmac } from "node:crypto";
import { isLoopback, networkOf } from "#base/ip-range.ts";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import { Allowance } from "./allowance.ts";
import type { KeptEntry, KeptGuesses } from "./kept-guesses.ts";

/** Failures before the door closes. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** Failures close no door any more this long after the last. */
const FORGET_MS = 15 * 60_000;
/** For so long an address counts among those that have failed. */
const REMEMBER_MS = 60 * 60_000;
/** Failures of an address that everybody may have; together with the two below, fifty guessers get at most 300 guesses an hour. */
const TYPING_ERRORS = 2;
/** What addresses that have failed more often may fail, all together: 9 in a minute at most, 186 in an hour. */
const GUESSES = { atOnce: 6, everyMs: 20_000 } as const;
/** What the others may, all together, so that a flood of addresses doesn't keep the processor busy. */
const STRANGERS = { atOnce: 60, everyMs: 2000 } as const;
const MAX_ADDRESSES = 4096;
const MAX_ACCOUNTS = 1024;
const MAX_PEEKS = 100;
/** Networks remembered for one account. */
const MAX_FAILED_AT = 64;
/** Networks that were right lately. */
const MAX_GOOD = 256;
/** Of each table, what is kept through a restart. */
const MAX_KEPT = 256;

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

/** Collaborators; `changed` is called whenever there is something new to keep. */
export interface GuessLimitsParts {
  readonly clock: Pick<Clock, "now" | "wallNow">;
  readonly random: Pick<Random, "bytes">;
  readonly changed?: () => void;
}

/** See the head of this file. */
export class GuessLimits {
  readonly #clock: Pick<Clock, "now" | "wallNow">;
  readonly #changed: () => void;
  readonly #salt: string;
  readonly #addresses: Map<string, Entry>;
  readonly #accounts: Map<string, Entry>;
  readonly #good: Set<string>;
  readonly #guesses: Allowance;
  readonly #strangers: Allowance;

  constructor({ clock, random, changed = () => undefined }: GuessLimitsParts, kept?: KeptGuesses) {
    this.#clock = clock;
    this.#changed = changed;
    this.#salt = kept?.salt ?? random.bytes(32).toString("base64");
    this.#addresses = this.#restore(kept?.addresses ?? []);
    this.#accounts = this.#restore(kept?.accounts ?? []);
    this.#good = new Set(kept?.good.slice(0, MAX_GOOD));
    this.#guesses = new Allowance(clock, GUESSES);
    this.#strangers = new Allowance(clock, STRANGERS);
    // Whoever makes the box start again gains nothing by it.
    if ([...this.#addresses.values()].some(({ failures }) => failures > TYPING_ERRORS)) this.#guesses.empty();
  }

  /** Milliseconds until this attempt may be looked at; 0 for now. */
  waitFor({ address, account }: Attempt): number {
    const network = networkOf(address);
    const ofAddress = this.#waitOf(this.#addresses.get(network));
    const entry = account === undefined ? undefined : this.#accounts.get(this.#keyOf(account));
    const shared = this.#sharedBy(network);
    // Others' guesses at an account concern its owner's typing errors no more than the owner's address.
    const ofAccount = shared === this.#guesses && entry?.failedAt.has(network) === true ? this.#waitOf(entry) : 0;
    return Math.max(ofAddress, ofAccount, shared?.wait ?? 0);
  }

  /**
   * Whether this address, for whom the door is closed, may show credentials that were right a moment ago. A viewer behind the
   * same router as a guesser goes on so; guessing what is remembered ends after `MAX_PEEKS`.
   */
  mayPeek(address: string): boolean {
    const entry = this.#addresses.get(networkOf(address));
    if (entry === undefined || this.#age(entry) > FORGET_MS) return true;
    entry.peeks += 1;
    return entry.peeks <= MAX_PEEKS;
  }

  /** The attempt was wrong. */
  failed({ address, account }: Attempt): void {
    const network = networkOf(address);
    this.#sharedBy(network)?.take();
    this.#count(this.#addresses, network, MAX_ADDRESSES);
    if (account !== undefined) {
      const entry = this.#count(this.#accounts, this.#keyOf(account), MAX_ACCOUNTS);
      for (const oldest of entry.failedAt) if (entry.failedAt.size >= MAX_FAILED_AT) entry.failedAt.delete(oldest);
      entry.failedAt.add(network);
    }
    this.#changed();
  }

  /** The attempt was right: this address has nothing against it any more; what others did to the account stays. */
  succeeded({ address, account }: Attempt): void {
    const network = networkOf(address);
    const news = this.#addresses.delete(network) || !this.#good.has(network);
    this.#good.delete(network);
    for (const oldest of this.#good) if (this.#good.size >= MAX_GOOD) this.#good.delete(oldest);
    this.#good.add(network);
    if (account !== undefined) this.#accounts.get(this.#keyOf(account))?.failedAt.delete(network);
    if (news) this.#changed();
  }

  /** What outlasts the process: those whose door is closed or nearly so, the latest of them. */
  kept(): KeptGuesses {
    const latest = (table: Map<string, Entry>): readonly KeptEntry[] =>
      [...table]
        .filter(([, entry]) => entry.failures >= TYPING_ERRORS && this.#age(entry) <= REMEMBER_MS)
        .slice(-MAX_KEPT)
        .map(([key, entry]) => {
          const at = Math.round(this.#clock.wallNow() - this.#age(entry));
          return { key, failures: entry.failures, at, failedAt: [...entry.failedAt].slice(-MAX_FAILED_AT / 4) };
        });
    const good = [...this.#good].slice(-MAX_KEPT);
    return { version: 1, salt: this.#salt, addresses: latest(this.#addresses), accounts: latest(this.#accounts), good };
  }

  /** What an address shares with others like it; undefined for those that share with nobody. */
  #sharedBy(network: string): Allowance | undefined {
    const entry = this.#addresses.get(network);
    const failures = entry === undefined || this.#age(entry) > REMEMBER_MS ? 0 : entry.failures;
    if (isLoopback(network) || this.#good.has(network)) return undefined;
    return failures < TYPING_ERRORS ? this.#strangers : this.#guesses;
  }

  #waitOf(entry: Entry | undefined): number {
    if (entry === undefined || entry.failures < FREE_FAILURES || this.#age(entry) > FORGET_MS) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (entry.failures - FREE_FAILURES));
    return Math.max(0, entry.last + wait - this.#clock.now());
  }

  #age({ last }: Entry): number {
    return this.#clock.now() - last;
  }

  #count(table: Map<string, Entry>, key: string, max: number): Entry {
    const known = table.get(key);
    const forgotten = known === undefined || this.#age(known) > REMEMBER_MS;
    const entry = forgotten ? { failures: 0, last: 0, peeks: 0, failedAt: new Set<string>() } : known;
    // The doors open again after a while, but who comes back then isn't new.
    if (!forgotten && this.#age(entry) > FORGET_MS) {
      entry.failures = Math.min(entry.failures, TYPING_ERRORS);
      entry.peeks = 0;
    }
    entry.failures += 1;
    entry.last = this.#clock.now();
    // Moves it to the end: the map is in the order of the last failure.
    table.delete(key);
    if (table.size >= max) for (const oldest of table.keys()) if (table.size >= max) table.delete(oldest);
    table.set(key, entry);
    return entry;
  }

  /** A time that lies ahead, since the machine's clock was set, counts as now. */
  #restore(entries: readonly KeptEntry[]): Map<string, Entry> {
    const [now, wallNow] = [this.#clock.now(), this.#clock.wallNow()];
    const restored = entries.slice(-MAX_KEPT).map(({ key, failures, at, failedAt }): [string, Entry] => {
      const last = now - Math.max(0, wallNow - at);
      return [key, { failures, last, peeks: 0, failedAt: new Set(failedAt.slice(-MAX_FAILED_AT)) }];
    });
    return new Map(restored);
  }

  #keyOf(account: string): string {
    return createHmac("sha256", this.#salt).update(account).digest("base64");
  }
}
