/**
 * Sessions of the page: random ids of 256 bits, kept by their hash, so that nothing in memory can be used as one. They end
 * after a while without use, after a week in any case, when the user's name or password changes, and when the process does.
 */
import { createHash } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { SessionOwner } from "./authenticator.ts";
import { SESSION_PREFIX } from "./token-prefixes.ts";

const HOUR_MS = 3_600_000;
const IDLE_MS = 12 * HOUR_MS;
/** How long a session lasts at most; the cookie's age. */
export const SESSION_MS = 7 * 24 * HOUR_MS;
/** Over it the one unused for longest goes. */
const MAX_SESSIONS = 64;

interface Entry {
  readonly owner: SessionOwner;
  readonly until: number;
  used: number;
}

/** See the head of this file. */
export class PageSessions {
  readonly #clock: Pick<Clock, "now">;
  readonly #random: Pick<Random, "bytes">;
  /** By hash; the one unused for longest first. */
  readonly #sessions = new Map<string, Entry>();

  constructor(parts: { clock: Pick<Clock, "now">; random: Pick<Random, "bytes"> }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** Begins a session of at most `maxAgeMs`; answers its token. */
  open(owner: SessionOwner, maxAgeMs: number = SESSION_MS): string {
    const token = SESSION_PREFIX + this.#random.bytes(32).toString("base64url");
    const now = this.#clock.now();
    for (const oldest of this.#sessions.keys()) if (this.#sessions.size >= MAX_SESSIONS) this.#sessions.delete(oldest);
    this.#sessions.set(hashOf(token), { owner, until: now + Math.min(SESSION_MS, maxAgeMs), used: now });
    return token;
  }

  /** Whose session this is, which counts as using it; undefined for none, or one that has ended. */
  find(token: string): SessionOwner | undefined {
    if (!token.startsWith(SESSION_PREFIX)) return undefined;
    const hash = hashOf(token);
    const entry = this.#sessions.get(hash);
    if (entry === undefined) return undefined;
    this.#sessions.delete(hash);
    const now = this.#clock.now();
    if (now >= entry.until || now - entry.used >= IDLE_MS) return undefined;
    entry.used = now;
    this.#sessions.set(hash, entry);
    return entry.owner;
  }

  /** Ends one session. */
  close(token: string): void {
    this.#sessions.delete(hashOf(token));
  }

  /** Ends every session of a user. */
  closeAll(user: string): void {
    for (const [hash, entry] of this.#sessions) if (entry.owner.user === user) this.#sessions.delete(hash);
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
