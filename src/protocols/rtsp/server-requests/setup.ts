/** SETUP (RFC 2326 §10.4): one track of a reader or a publisher gets its transport. */
import { parseTransport, printTransport, type TransportSpec } from "#formats/rtsp-message/transport.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import { chooseTransport, type TransportChoice } from "#protocols/rtsp/server-transport/transport-choice.ts";
import type { Exchange, RequestHandler } from "#protocols/rtsp/server/exchange.ts";
import { Reading } from "#protocols/rtsp/server/reading.ts";
import { asClosing, type Reply } from "#protocols/rtsp/server/reply.ts";
import { asksForMulticast, pathAndQuery, readRequestTarget, type RequestTarget } from "#protocols/rtsp/server/request-target.ts";
import type { Session } from "#protocols/rtsp/server/session.ts";

/** Sets up a track; the first SETUP of a reader opens its session. */
export const setup: RequestHandler = (exchange) => {
  const session = exchange.session ?? publisherMeant(exchange);
  return session?.publishing === undefined ? setUpReading(exchange) : setUpPublishing(exchange, session);
};

/** Publishers that don't repeat the session they got from ANNOUNCE mean the one they announced this address with. */
function publisherMeant({ caller, request }: Exchange): Session | undefined {
  const asked = pathAndQuery(request.url);
  return caller.sessions.find(({ publishing, state }) => state !== "recording" && publishing?.covers(asked) === true);
}

function setUpPublishing(exchange: Exchange, session: Session): Reply {
  const { publishing, state } = session;
  if (publishing === undefined || (state !== "announced" && state !== "set-up")) throw notValid(session);
  session.countSetup();
  const media = publishing.resolveMedia(exchange.request.url);
  const choice = choose(exchange, { sessionKind: publishing.transport, forceMulticast: false });
  return answer(session, publishing.setUp(media, choice));
}

async function setUpReading(exchange: Exchange): Promise<Reply> {
  const target = readRequestTarget(exchange.request.url);
  const known = exchange.session;
  if (known !== undefined && known.state !== "set-up") throw notValid(known);
  if (known !== undefined && known.pathName !== target.path) {
    throw rtspServerError("rtsp-request-invalid", { details: { reason: "a session has one path" } });
  }
  const access = await exchange.access("read", target.path, target.query);
  if (access.kind === "refused") return access.reply;
  const forceMulticast = asksForMulticast(target.query);
  const choice = choose(exchange, { sessionKind: known?.reading?.transport, forceMulticast });
  const session = known ?? exchange.caller.openSession(access.client);
  try {
    session.countSetup();
    const reading = session.reading ?? (await openReading(exchange, session, target));
    return answer(session, await reading.setUp(reading.resolveTrack(target.track), choice));
  } catch (error) {
    if (known === undefined) session.close(asClosing(error));
    throw error;
  }
}

async function openReading(exchange: Exchange, session: Session, target: RequestTarget): Promise<Reading> {
  const { caller, services, signal } = exchange;
  const reading = await Reading.open(services, { session, path: target.path, query: target.query, place: caller, signal });
  try {
    session.become({ kind: "reading", reading });
  } catch (error) {
    reading.close();
    throw error;
  }
  return reading;
}

function choose(
  { request, services, caller }: Exchange,
  terms: { sessionKind: TransportChoice["kind"] | undefined; forceMulticast: boolean },
): TransportChoice {
  const offered = parseTransport(request.headers.all("Transport").join(","));
  return chooseTransport(offered, { ...terms, allowed: services.options.rtspTransports, channel: caller.channel });
}

function answer(session: Session, spec: TransportSpec): Reply {
  return { status: 200, session, headers: [["Transport", printTransport(spec)]] };
}

function notValid(session: Session): Error {
  return rtspServerError("rtsp-method-not-valid", { details: { method: "SETUP", state: session.state } });
}
