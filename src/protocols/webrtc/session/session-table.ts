/**
 * All sessions, found by the secret in their address or by the id the API shows. Those that aren't connected yet are bounded by
 * themselves: over the limit the oldest goes, so that a flood of offers throws itself out and viewers who watch stay.
 */
import { isLoopback } from "#base/ip-range.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import type { Session } from "./session.ts";

/** Sessions altogether. */
const MAX_SESSIONS = 512;
/** Sessions that aren't connected; of one address other than loopback. */
const MAX_PENDING = 128;
const MAX_PENDING_PER_ADDRESS = 32;

/** See the head of this file. */
export class SessionTable {
  /** By secret, in order of creation. */
  readonly #bySecret = new Map<string, Session>();

  /** Throws `webrtc-too-many-sessions` where all that is open is connected. */
  makeRoom(address: string): void {
    const pending = this.list().filter((session) => session.state === "connecting");
    const ofAddress = pending.filter((session) => session.request.address === address);
    if (!isLoopback(address)) closeOldest(ofAddress, MAX_PENDING_PER_ADDRESS);
    closeOldest(pending, MAX_PENDING);
    if (this.#bySecret.size >= MAX_SESSIONS) closeOldest(pending, 1);
    if (this.#bySecret.size < MAX_SESSIONS) return;
    throw webrtcError("webrtc-too-many-sessions", { details: { max: MAX_SESSIONS } });
  }

  add(session: Session): void {
    this.#bySecret.set(session.secret, session);
  }

  remove(session: Session): void {
    this.#bySecret.delete(session.secret);
  }

  bySecret(secret: string): Session | undefined {
    return this.#bySecret.get(secret);
  }

  byId(id: string): Session | undefined {
    return this.list().find((session) => session.id === id);
  }

  /** A copy: sessions may close while it is walked. */
  list(): readonly Session[] {
    return [...this.#bySecret.values()];
  }
}

/** Leaves fewer than `limit`, so that one more fits. */
function closeOldest(sessions: readonly Session[], limit: number): void {
  for (const session of sessions.slice(0, Math.max(0, sessions.length - limit + 1))) {
    session.close(webrtcError("webrtc-too-many-sessions", { details: { max: limit } }));
  }
}
