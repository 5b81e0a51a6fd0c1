/**
 * All sessions of one server, found by the secret in their `Session` header or by the id the API shows. Bounded: sessions
 * over UDP outlive their connection, so the connections' limit isn't enough; the oldest such orphan of an address makes room.
 */
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { Session } from "./session.ts";

/** Sessions of one server: one per connection allowed, and as many that outlived theirs. */
const MAX_SESSIONS = 1024;
/** Sessions of one address whose connection is gone. */
const MAX_ORPHANS = 64;

/** See the head of this file. */
export class SessionTable {
  /** By secret, in order of creation. */
  readonly #byToken = new Map<string, Session>();

  /** Throws `rtsp-too-many-sessions` when full. */
  add(session: Session): void {
    if (this.#byToken.size >= MAX_SESSIONS) {
      throw rtspServerError("rtsp-too-many-sessions", { details: { max: MAX_SESSIONS } });
    }
    this.#byToken.set(session.token, session);
  }

  remove(session: Session): void {
    this.#byToken.delete(session.token);
  }

  byToken(token: string): Session | undefined {
    return this.#byToken.get(token);
  }

  byId(id: string): Session | undefined {
    return this.list().find((session) => session.id === id);
  }

  /** A copy: sessions may close while it is walked. */
  list(): readonly Session[] {
    return [...this.#byToken.values()];
  }

  /** Closes the oldest orphans of `address` beyond the limit. */
  limitOrphans(address: string): void {
    const orphans = this.list().filter((session) => session.orphaned && session.peer.address === address);
    for (const session of orphans.slice(0, Math.max(0, orphans.length - MAX_ORPHANS))) {
      session.close(rtspServerError("rtsp-too-many-sessions", { details: { max: MAX_ORPHANS } }));
    }
  }
}
