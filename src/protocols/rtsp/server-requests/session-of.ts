/** The session a request means. */
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { Exchange } from "#protocols/rtsp/server/exchange.ts";
import type { Session } from "#protocols/rtsp/server/session.ts";

/** The one it names, or the connection's only one where it names none (old players). Throws `rtsp-session-not-found`. */
export function sessionOf({ session, caller }: Exchange): Session {
  const only = caller.sessions.length === 1 ? caller.sessions[0] : undefined;
  const found = session ?? only;
  if (found === undefined) throw rtspServerError("rtsp-session-not-found");
  return found;
}
